import fc from 'fast-check';
import { buildEdge } from '../../infra/bundles/edge.ts';
import { type Counted, countEach, type NjsCase } from '../support/njs.ts';
import { eventOf, type Shape } from './shape.ts';
import { BUILDS, type Build, plainShape, storeOf, WORST_ENTRIES, type WorstEntry } from './worst-entries.ts';
import { changed } from './worst-shapes.ts';

/** What the dearest request of an entry may take, in multiples of the cheapest that is served. */
export const MOST = 4;

export interface Tools {
  njs: string;
  valgrind: string;
}

/** What a search has found for one entry. */
export interface Worst {
  entry: string;
  build: Build;
  cheapest: Shape;
  /** The dearest first. */
  dearest: readonly Shape[];
}

/** A found request with its cost. */
interface Tried {
  shape: Shape;
  instructions: number;
  served: boolean;
}

export interface SearchOptions {
  seed: number;
  rounds: number;
  /** Requests of one round. */
  size: number;
}

const NOTHING = 'import cf from"cloudfront";\nasync function handler(event){return event.request}\n';
const KEPT = 6;

/**
 * What each shape takes in njs instructions, less what a do-nothing function takes with the same event, and whether the
 * entry serves it: forwards it, or says in its own notice why not. What we refuse is cheap by design.
 */
export function costsOf(tools: Tools, code: string, kvs: NjsCase['kvs'], shapes: readonly Shape[]): Tried[] {
  const cases = shapes.map((shape): NjsCase => ({ kvs, event: eventOf(shape) }));
  const counted = countEach(tools, code, cases);
  // The same for every event, since making it is not counted.
  const floor = (countEach(tools, NOTHING, cases.slice(0, 1))[0] as Counted).instructions;
  return shapes.map((shape, at) => {
    const { instructions, result } = counted[at] as Counted;
    return { shape, instructions: instructions - floor, served: isServed(result, kvs) };
  });
}

function isServed(result: Counted['result'], kvs: NjsCase['kvs']): boolean {
  if (!result.ok || result.reads === 0 || result.result === undefined) return false;
  if (!('statusCode' in result.result)) return true;
  const state = result.result.headers['x-proxy-state']?.value ?? '';
  return Object.keys(kvs).length === 0 ? state === 'unknown' : result.result.statusCode === 503;
}

/** Looks for the dearest request of an entry: random changes of a plain one, then of the dearest so far. */
export function searchWorst(
  tools: Tools,
  code: string,
  entry: WorstEntry,
  build: Build,
  { seed, rounds, size }: SearchOptions,
): { cheapest: Tried; dearest: Tried[] } | undefined {
  const kvs = storeOf(entry, build);
  if (kvs === undefined) return undefined;
  const plain = plainShape(entry, build);
  let [cheapest] = costsOf(tools, code, kvs, [plain]) as [Tried];
  let dearest: Tried[] = [cheapest];
  for (let round = 0; round < rounds; round++) {
    const parents = dearest.map(({ shape }) => shape);
    const next = parents.flatMap((parent, at) =>
      fc.sample(changed(parent), {
        seed: seed + 1_000 * round + at,
        numRuns: Math.ceil(size / parents.length),
      }),
    );
    const tried = costsOf(tools, code, kvs, next);
    for (const one of tried) if (one.served && one.instructions < cheapest.instructions) cheapest = one;
    const all = [...dearest, ...tried].sort((a, b) => b.instructions - a.instructions);
    // Sometimes from the plain one again, so that not all of a search hangs on its first find.
    dearest = all.slice(0, KEPT);
  }
  return { cheapest, dearest };
}

/** The whole search: every entry, both routers. */
export function searchAll(
  tools: Tools,
  options: SearchOptions,
  only: (name: string) => boolean = () => true,
) {
  return (Object.keys(BUILDS) as Build[]).flatMap((build) => {
    const code = buildEdge({ baseDomain: BUILDS[build] });
    return WORST_ENTRIES.filter(({ name }) => only(name)).flatMap((entry) => {
      const found = searchWorst(tools, code, entry, build, options);
      return found === undefined ? [] : [{ entry: entry.name, build, ...found }];
    });
  });
}
