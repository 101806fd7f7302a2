/** How long an instance keeps its name after its tags have become wrong. */
import { type Entry, isServing } from '../entry/entry.ts';
import { groupBy } from '../group-by.ts';
import type { Instance } from '../instance.ts';
import { SKEW_SECONDS } from '../pace.ts';
import type { Hostname, InstanceId, Seconds } from '../wire/brands.ts';
import type { Claimant, ParsedTags, RouteSpec } from './route-spec.ts';

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

/** The claim of an instance that has the name, and whose tags are wrong. */
export type KeptClaim = Claimant & { claimEndsAt: Seconds };

export const isKept = (claim: RouteSpec | KeptClaim): claim is KeptClaim => 'claimEndsAt' in claim;

/** The present holders of names, and how long they keep them with wrong tags. */
export interface Keeping {
  /** The ids of the instances in the entry of each name, in its order. */
  incumbents: ReadonlyMap<Hostname, readonly InstanceId[]>;
  /** Undefined if the instance does not keep the name. Without this function no name is kept. */
  claimEndOf?: (hostname: Hostname, instance: Instance) => Seconds | undefined;
}

/** The claims that instances would lose because their tags have become wrong. */
export function findKeptClaims(
  parsed: readonly ParsedTags[],
  specs: readonly RouteSpec[],
  { incumbents, claimEndOf = () => undefined }: Keeping,
): KeptClaim[] {
  const faulty = parsed.flatMap((each) => each.faulty);
  if (faulty.length === 0) return [];
  const right = new Set(specs.map(({ hostname, instance }) => `${hostname} ${instance.id}`));
  const held = groupBy(
    [...incumbents].flatMap(([hostname, ids]) => ids.map((id) => ({ id, hostname }))),
    ({ id }) => id,
  );
  const namesOf = (id: InstanceId) => [...new Set(held.get(id)?.map(({ hostname }) => hostname))];
  const claims = faulty
    .flatMap(({ hostname, ...claimant }) => {
      const names = hostname === undefined ? namesOf(claimant.instance.id) : [hostname];
      return names.map((name) => ({ ...claimant, hostname: name }));
    })
    .filter(({ hostname, instance }) => !right.has(`${hostname} ${instance.id}`));
  return claims.flatMap((claim) => {
    const claimEndsAt = claimEndOf(claim.hostname, claim.instance);
    return claimEndsAt === undefined ? [] : [{ ...claim, claimEndsAt }];
  });
}
