import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Counted, countEach, type NjsCase } from '../../support/tools/njs.ts';
import { eventOf, type Shape } from './shape.ts';
import { signInSeedsOf } from './sign-in/sign-in-worst.ts';
import { BUILDS, type Build, entriesOf, plainShape, storeOf, type WorstEntry } from './worst-entries.ts';
import { seedsOf } from './worst-seeds.ts';
import { changed } from './worst-shapes.ts';

/**
 * The limit for the most expensive request of an entry, as a multiple of the cheapest served request. With sign-in a request may carry
 * a pass, three sessions and a hint, because one bad cookie must not lock a person out (docs/decisions/0454). each may need a MAC for each
 * of two keys, ten in all, at four times the price of the portal's other work.
 */
export const MOST: Readonly<Record<Build, number>> = {
  'base domain': 4,
  'bare domain': 4,
  'with sign-in': 5,
  'site router': 8,
};

export interface Tools {
  njs: string;
  valgrind: string;
}

/** A found request with its cost. */
export interface Tried {
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
 * Counts the njs instructions of each shape, minus those of a function that does nothing with the same event. Also tells
 * whether the entry serves the request: it is forwarded, or answered with a notice of this entry. Refused requests are cheap by
 * design.
 */
export function costsOf(tools: Tools, code: string, kvs: NjsCase['kvs'], shapes: readonly Shape[]): Tried[] {
  return costsOfEach(tools, code, [{ kvs, shapes }])[0] as Tried[];
}

/** The shapes of one entry. */
export interface Tries {
  kvs: NjsCase['kvs'];
  shapes: readonly Shape[];
}

/** The same for several entries in one process, because a process takes as long to start as twenty requests. */
export function costsOfEach(tools: Tools, code: string, entries: readonly Tries[]): Tried[][] {
  const cases = entries.flatMap(({ kvs, shapes }) =>
    shapes.map((shape): NjsCase => ({ kvs, event: eventOf(shape) })),
  );
  const counted = countEach(tools, code, cases).values();
  // This is the same for every event, because making the event is not counted.
  const floor = (countEach(tools, NOTHING, cases.slice(0, 1))[0] as Counted).instructions;
  return entries.map(({ kvs, shapes }) =>
    shapes.map((shape) => {
      const { instructions, result } = counted.next().value as Counted;
      return { shape, instructions: instructions - floor, served: isServed(result, kvs) };
    }),
  );
}

function isServed(result: Counted['result'], kvs: NjsCase['kvs']): boolean {
  if (!result.ok || result.reads === 0 || result.result === undefined) return false;
  if (!('statusCode' in result.result)) return true;
  const state = result.result.headers['x-proxy-state']?.value ?? '';
  return Object.keys(kvs).length === 0 ? state === 'unknown' : result.result.statusCode === 503;
}

/** Searches the most expensive request of an entry: starts with known ones, and changes the most expensive so far at random. */
export function searchWorst(
  tools: Tools,
  code: string,
  entry: WorstEntry,
  build: Build,
  { seed, rounds, size }: SearchOptions,
): { cheapest: Tried; dearest: Tried[] } {
  const kvs = storeOf(entry, build);
  let tried = costsOf(tools, code, kvs, shapesOf(entry, build));
  for (let round = 0; round < rounds; round++) {
    const parents = dearestOf(tried);
    const next = parents.flatMap(({ shape }, at) =>
      fc.sample(changed(shape), {
        seed: seed + 1_000 * round + at,
        numRuns: Math.ceil(size / parents.length),
      }),
    );
    tried = [...tried, ...costsOf(tools, code, kvs, next)];
  }
  const served = tried.filter((one) => one.served).sort((a, b) => a.instructions - b.instructions);
  return { cheapest: served[0] as Tried, dearest: dearestOf(tried) };
}

function dearestOf(tried: readonly Tried[]): Tried[] {
  return tried.toSorted((a, b) => b.instructions - a.instructions).slice(0, KEPT);
}

/** The requests of an entry without a search: a plain one, known expensive ones, and results of earlier searches. */
export function shapesOf(entry: WorstEntry, build: Build): Shape[] {
  const plain = plainShape(entry, build);
  const found = FOUND.filter((one) => one.entry === entry.name && one.build === build);
  const seeds = [...seedsOf(plain), ...(entry.ask ? signInSeedsOf(plain) : [])];
  return [plain, ...seeds, ...found.map(({ shape }) => shape)];
}

/** A row of the committed table. */
export interface Found {
  entry: string;
  build: Build;
  shape: Shape;
}

export const FOUND_FILE = 'test/bench/router/worst-requests.json';
const FOUND: readonly Found[] = JSON.parse(readFileSync(FOUND_FILE, 'utf8'));

/** A row of the bench, with the instructions of the most expensive and of the cheapest request of an entry. */
export interface WorstRow {
  entry: string;
  build: Build;
  cheapest: number;
  dearest: number;
}

export interface WorstFigures {
  rows: WorstRow[];
  found: Found[];
}

/** Searches for every entry of every router. */
export function benchWorst(
  tools: Tools,
  options: SearchOptions,
  codeOf: (build: Build) => string = (build) => BUILDS[build](),
): WorstFigures {
  const figures: WorstFigures = { rows: [], found: [] };
  for (const build of Object.keys(BUILDS) as Build[]) {
    const code = codeOf(build);
    for (const entry of entriesOf(build)) {
      const worst = searchWorst(tools, code, entry, build, options);
      const [first, second] = worst.dearest as [Tried, Tried];
      const names = { entry: entry.name, build };
      figures.rows.push({ ...names, cheapest: worst.cheapest.instructions, dearest: first.instructions });
      figures.found.push(...[first, second].map(({ shape }) => ({ ...names, shape })));
    }
  }
  return figures;
}
