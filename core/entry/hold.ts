/** How long an instance keeps its name after its tags have become wrong. */
import type { Instance } from '../instance.ts';
import { SKEW_SECONDS } from '../pace.ts';
import type { Hostname, InstanceId, Seconds } from '../wire/brands.ts';
import { type Entry, isServing } from './entry.ts';

/** Seconds for which a claim is kept: two sweeps. */
const HOLD_SECONDS = 120;

/** Seconds from the start of a hold until the instance may get another, so that no name is held for ever. */
const AGAIN_SECONDS = 600;

/** The latest possible end of a hold: it begins now, by a clock some seconds ahead of ours. */
const lastEnd = (now: Seconds) => now + HOLD_SECONDS + SKEW_SECONDS;

/** A present or past hold. */
export interface Hold {
  /** The launch time of the instance. */
  launchedAt: Seconds;
  expiresAt: Seconds;
}

/** The latest hold of each instance. */
export type Holds = ReadonlyMap<InstanceId, Hold>;

/** True while the instance may not get another hold. A hold that ends too late was written by a person or a wrong clock. */
export function isRecent({ expiresAt }: Hold, now: Seconds): boolean {
  return now < expiresAt + AGAIN_SECONDS - HOLD_SECONDS && expiresAt <= lastEnd(now);
}

/** The holds in entries. They survive the loss of the mirror. */
export function holdsIn(owned: ReadonlyMap<Hostname, Entry>): Map<string, Hold> {
  const holds = new Map<InstanceId, Hold>();
  for (const entry of owned.values()) {
    if (isServing(entry) || entry.claimEndsAt === undefined) continue;
    for (const { id, launchedAt } of entry.instances)
      holds.set(id, { launchedAt, expiresAt: entry.claimEndsAt });
  }
  return holds;
}

/**
 * The time until which an instance keeps its name although its tags are wrong. The end in the entry counts, so a restart does
 * not extend it. A new hold needs ten minutes without one since the launch. It never outlasts the lease.
 */
export function findClaimEnd(
  entry: Entry | undefined,
  { id, launchedAt }: Instance,
  holds: Holds,
  now: Seconds,
): Seconds | undefined {
  if (entry?.instances.some((member) => member.id === id) !== true) return undefined;
  const known = holds.get(id);
  const recent = known?.launchedAt === launchedAt && isRecent(known, now) ? known.expiresAt : undefined;
  const said = isServing(entry) ? undefined : entry.claimEndsAt;
  const lease = entry.expiresAt ?? Number.POSITIVE_INFINITY;
  const end = Math.min(said ?? recent ?? now + HOLD_SECONDS, lastEnd(now), lease);
  return end > now ? end : undefined;
}
