/** Decides which party gets a name that several claim. */
import { groupBy } from '../group-by.ts';
import { makeProblem, type Problem } from '../problem.ts';
import { hostKey } from '../tags/route-tags.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
import type { Claimant } from './route-spec.ts';

/** The claims of the party that gets the name, and the problems of the others. */
export interface Settled<C extends Claimant> {
  claims: readonly C[];
  problems: readonly Problem[];
}

/**
 * One instance gets the name, or one group of one account. The party with most of the incumbents keeps it, so an instance that
 * leaves a group does not take the name along. Between equal parties, a group comes before an instance that left it, then the
 * party that has had the name longest. The oldest instance gets a free name.
 *
 * @param claims older instances first
 * @param incumbents ids of the instances in the entry, as it names them
 */
export function settle<C extends Claimant>(
  hostname: Hostname,
  claims: readonly C[],
  incumbents: readonly InstanceId[],
): Settled<C> {
  const parties = [...groupParties(claims).values()].map((each) => weighParty(each, incumbents));
  const winner = parties.sort(byRight)[0]?.claims ?? [];
  const won = new Set(winner);
  const losers = claims.filter((claim) => !won.has(claim));
  const problems = [...groupBy(losers, ({ instance }) => instance.id)].map(([id, [first]]) =>
    makeProblem({
      ...{
        code: 'name-taken',
        instance: id,
        tag: first?.tag ?? hostKey(''),
        hostnames: [hostname],
        found: listIds(winner),
      },
      what: `${id} claims ${hostname}, which already belongs to ${listIds(winner)}`,
      remedy: 'choose another name, or give both the same proxy:group in one account',
    }),
  );
  return { claims: winner, problems };
}

/** Two instances share a name only if both have the same group in the same account. */
function partyOf({ instance, group }: Claimant): string {
  return group === undefined ? instance.id : `${instance.account}/${group}`;
}

/** Each instance is in one party, that of its first route. In two parties it would compete with itself. */
function groupParties<C extends Claimant>(claims: readonly C[]): Map<string, C[]> {
  const byInstance = groupBy(claims, ({ instance }) => instance.id);
  const agreed = [...byInstance.values()].flatMap((own) => {
    const [first] = own;
    return own.filter((claim) => first !== undefined && partyOf(claim) === partyOf(first));
  });
  return groupBy(agreed, partyOf);
}

interface Party<C> {
  claims: readonly C[];
  /** How many of the incumbents belong to it, and the place of the first of them. */
  count: number;
  place: number;
  /** Whether it is a group, not an instance that left a group. */
  isGroup: boolean;
}

function weighParty<C extends Claimant>(claims: readonly C[], incumbents: readonly InstanceId[]): Party<C> {
  const ids = new Set(claims.map(({ instance }) => instance.id));
  const count = incumbents.filter((id) => ids.has(id)).length;
  const place = incumbents.findIndex((id) => ids.has(id));
  return { claims, count, place, isGroup: claims[0]?.group !== undefined };
}

function byRight(a: Party<unknown>, b: Party<unknown>): number {
  // The same instance with and without a group: keep the order of a free name.
  if (a.count === b.count && a.place === b.place) return 0;
  return b.count - a.count || Number(b.isGroup) - Number(a.isGroup) || a.place - b.place;
}

function listIds(claims: readonly Claimant[]): string {
  const ids = [...new Set(claims.map(({ instance }) => instance.id))];
  return ids.length > 3 ? `${ids.slice(0, 2).join(', ')} and ${ids.length - 2} others` : ids.join(', ');
}
