import { groupBy } from '../group-by.ts';
import type { Instance } from '../instance.ts';
import type { Hostname, InstanceId, Seconds } from '../wire/brands.ts';
import type { Claimant, ParsedTags, RouteSpec } from './route-spec.ts';

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
