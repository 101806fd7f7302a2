/** The members of a party that an entry names, and their order. */
import { groupBy } from '../group-by.ts';
import type { Instance } from '../instance.ts';
import type { InstanceId } from '../wire/brands.ts';
import { isLive, type RouteSpec } from './route-spec.ts';

/** What was made of the members for whom there is room, and who stays out. */
export interface Admitted<Made> {
  /** Undefined where no member fits. */
  made: Made | undefined;
  out: readonly LeftOut[];
  /** Specs of the member of the highest rank, whether it fits or not. */
  first: readonly RouteSpec[];
}

interface LeftOut {
  instance: Instance;
  /** It does not even fit alone. */
  isTooLarge: boolean;
}

/** Refusals after which no further member is tried: some are passed over, and a huge group is no work. */
const MOST_REFUSED = 50;

/**
 * Fills an entry with members as long as they fit. A member's turn comes the earlier
 *
 * 1. if it serves: a serving entry names no other;
 * 2. if the entry has it already: a newcomer never costs another its place;
 * 3. the fewer routes it asks for: nor does a member that adds too many;
 * 4. the higher it ranks: the longer the entry has had it, then the older it is.
 *
 * @param specs of one party, older instances first
 * @param incumbents ids of the instances in the entry, as it names them
 * @param make the entry of some specs, by rank; undefined where the store has no room for it
 */
export function admit<Made>(
  specs: readonly RouteSpec[],
  incumbents: readonly InstanceId[],
  make: (specs: readonly RouteSpec[]) => Made | undefined,
): Admitted<Made> {
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

/** The highest count up to `limit` that is fitting, where all below are: by doubling steps, then by halves. */
function mostThat(isFitting: (count: number) => boolean, limit: number): number {
  let count = 0;
  let step = 1;
  for (; count + step <= limit && isFitting(count + step); step *= 2) count += step;
  for (; step >= 1; step /= 2) if (count + step <= limit && isFitting(count + step)) count += step;
  return count;
}

/** One instance and what it asks of the name. */
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
    const { instance } = own[0] as RouteSpec;
    const live = own.some(isLive);
    // Who sleeps while others serve is in no entry: its place could not be told the next time.
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
