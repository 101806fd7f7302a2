/** How long a name is kept for an instance that has it, and whose tags have become wrong. */
import { type Entry, isServing } from '../entry/entry.ts';
import type { Instance } from '../instance.ts';
import { SKEW_SECONDS } from '../pace.ts';
import type { Hostname, InstanceId, Seconds } from '../wire/brands.ts';
import type { Claimant, ParsedTags, RouteSpec } from './route-spec.ts';

/** Seconds for which a claim is kept: two sweeps. */
export const HOLD_SECONDS = 120;

/** Seconds from the beginning of a hold in which the same life of the instance gets no other, so that nothing is kept for ever. */
export const AGAIN_SECONDS = 600;

/** The last second at which a hold can end: that of one which begins now, by a clock that is some seconds ahead of ours. */
const lastEnd = (now: Seconds) => now + HOLD_SECONDS + SKEW_SECONDS;

/** A claim that is kept, or was. */
export interface Hold {
  /** The instance's launch time. */
  launchedAt: Seconds;
  expiresAt: Seconds;
}

/** The latest hold of each instance. */
export type Holds = ReadonlyMap<InstanceId, Hold>;

/** True while a hold keeps the instance from another. One that ends later than any can was written by a hand or a wrong clock. */
export function isRecent({ expiresAt }: Hold, now: Seconds): boolean {
  return now < expiresAt + AGAIN_SECONDS - HOLD_SECONDS && expiresAt <= lastEnd(now);
}

/** The holds that entries tell of: they survive a mirror that is lost. */
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
 * Until when an instance keeps a name that it has, although its tags are wrong. What the entry says holds, so
 * that no restart makes it longer; a new hold is for who had none in this life for ten minutes. It never outlasts the lease.
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

/** What keeps a claim: who has which name, and until when that holds although tags are wrong. */
export interface Keeping {
  /** The ids of the instances that hold it in the store now, in the entry's order. */
  incumbents: ReadonlyMap<Hostname, readonly InstanceId[]>;
  /** Undefined where the instance does not keep the name. Left out, nothing is kept. */
  claimEndOf?: (hostname: Hostname, instance: Instance) => Seconds | undefined;
}

/** The claims that instances would lose because their tags have become wrong. */
export function findKeptClaims(
  parsed: readonly ParsedTags[],
  specs: readonly RouteSpec[],
  { incumbents, claimEndOf = () => undefined }: Keeping,
): KeptClaim[] {
  const right = new Set(specs.map(({ hostname, instance }) => `${hostname} ${instance.id}`));
  const namesOf = (id: InstanceId) =>
    [...incumbents].filter(([, ids]) => ids.includes(id)).map(([hostname]) => hostname);
  const claims = parsed
    .flatMap((each) => each.faulty)
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
