/** Chooses the members of a party that an entry names, and their order. */
import { groupBy } from '../group-by.ts';
import type { Instance } from '../instance.ts';
import type { InstanceId } from '../wire/brands.ts';
import { isLive, type RouteSpec } from './route-spec.ts';

/** The entry of the members that fit, and the members that are left out. */
export interface Fitted<Made> {
  /** Undefined if no member fits. */
  made: Made | undefined;
  out: readonly LeftOut[];
  /** Specs of the member of the highest rank, whether it fits or not. */
  first: readonly RouteSpec[];
}

interface LeftOut {
  instance: Instance;
  /** It does not fit alone either. */
  isTooLarge: boolean;
}

/** After this many refusals no further member is tried, which bounds the work for a huge group. */
const MOST_REFUSED = 50;

/**
 * Fills an entry with members while they fit. The order is:
 *
 * 1. members that serve, because a serving entry names no others;
 * 2. members that the entry already has, so a newcomer never displaces one;
 * 3. members with fewer routes, so a large member does not displace others;
 * 4. members that the entry has had longer, then older instances.
 *
 * @param specs of one party, older instances first
 * @param incumbents ids of the instances in the entry, as it names them
 * @param make the entry of some specs, by rank; undefined if it does not fit
 */
export function fitMembers<Made>(
  specs: readonly RouteSpec[],
  incumbents: readonly InstanceId[],
  make: (specs: readonly RouteSpec[]) => Made | undefined,
): Fitted<Made> {
  const ranked = rankedMembers(specs, incumbents);
  const makeFrom = (members: readonly Candidate[]) =>
    make(specsOf([...members].sort((a, b) => a.rank - b.rank)));
  const first = specsOf(ranked.slice(0, 1));
  const everybody = make(specsOf(ranked));
  if (everybody !== undefined) return { made: everybody, out: [], first };
  const kept: Candidate[] = [];
  const refused: Candidate[] = [];
  let waiting = [...ranked].sort(byTurn);
  while (waiting.length > 0 && refused.length < MOST_REFUSED) {
    const isFitting = (count: number) => makeFrom([...kept, ...waiting.slice(0, count)]) !== undefined;
    const count = mostThat(isFitting, waiting.length);
    kept.push(...waiting.slice(0, count));
    refused.push(...waiting.slice(count, count + 1));
    waiting = waiting.slice(count + 1);
  }
  const out = [
    ...refused.map(({ instance, specs: own }) => ({ instance, isTooLarge: make(own) === undefined })),
    ...waiting.map(({ instance }) => ({ instance, isTooLarge: false })),
  ];
  return { made: kept.length > 0 ? makeFrom(kept) : undefined, out, first };
}

/** The highest fitting count up to `limit`, found by doubling steps, then by halving them. */
function mostThat(isFitting: (count: number) => boolean, limit: number): number {
  let count = 0;
  let step = 1;
  for (; count + step <= limit && isFitting(count + step); step *= 2) count += step;
  for (; step >= 1; step /= 2) if (count + step <= limit && isFitting(count + step)) count += step;
  return count;
}

/** One instance and its routes for the name. */
interface Candidate {
  instance: Instance;
  specs: readonly RouteSpec[];
  isLive: boolean;
  isIncumbent: boolean;
  rank: number;
}

function rankedMembers(specs: readonly RouteSpec[], incumbents: readonly InstanceId[]): Candidate[] {
  const isServed = specs.some(isLive);
  const places = new Map(incumbents.map((id, place) => [id, place]));
  const members = [...groupBy(specs, ({ instance }) => instance.id).values()].map((own) => {
    const [{ instance }] = own;
    const live = own.some(isLive);
    // A sleeping member beside serving ones is not in the entry, so it has no place.
    const place = live || !isServed ? places.get(instance.id) : undefined;
    return { instance, specs: own, isLive: live, place: place ?? Number.MAX_SAFE_INTEGER };
  });
  return members
    .sort((a, b) => Number(b.isLive) - Number(a.isLive) || a.place - b.place)
    .map(({ place, ...member }, rank) => ({ ...member, isIncumbent: place < incumbents.length, rank }));
}

function byTurn(a: Candidate, b: Candidate): number {
  return (
    Number(b.isLive) - Number(a.isLive) ||
    Number(b.isIncumbent) - Number(a.isIncumbent) ||
    a.specs.length - b.specs.length ||
    a.rank - b.rank
  );
}

const specsOf = (members: readonly Candidate[]) => members.flatMap(({ specs }) => specs);
