import type { Entry } from '../entry/entry.ts';
import type { LayeredMap } from '../layered-map.ts';
import { type Problem, problem } from '../problem.ts';
import { count, type Fault, instant, listOf, objectWith, oneOf, parseDocument, text } from '../schema.ts';
import type { Hostname } from '../wire/brands.ts';
import { ROUTE, type RouteSummary, type RoutesFile, summarize } from './routes-file.ts';

/** Above this number of names, `changes.json` follows `routes.json`. Below it, a whole list is small enough for each change. */
export const MOST_WHOLE = 2_000;

/** Most differences in `changes.json`. With more of them, or with the next sweep, a new `routes.json` follows. */
export const MOST_CHANGES = 200;

/** `_proxy/changes.json`: the differences between the present list and `routes.json`. */
export interface ChangesFile {
  version: 1;
  /** The `updatedAt` of the list that these changes follow. */
  follows: string;
  /** ISO 8601, UTC. */
  updatedAt: string;
  /** Routes that are new, or other than in the list. */
  routes: RouteSummary[];
  /** Hostnames of the list that are gone. */
  gone: string[];
  problems: {
    /** Places in the list's problems, from 0. */
    removed: number[];
    added: Problem[];
  };
}

const FILE = objectWith<ChangesFile>({
  version: oneOf(1),
  follows: instant,
  updatedAt: instant,
  routes: listOf(ROUTE),
  gone: listOf(text),
  problems: objectWith<ChangesFile['problems']>({ removed: listOf(count), added: listOf(problem) }),
});

/** Parses the file, or says where it differs from the output of `buildChangesFile`. */
export function parseChangesFile(body: string): ChangesFile | Fault {
  return parseDocument(body, FILE);
}

/** The entries and problems of one reconcile. */
export interface Listed {
  entries: LayeredMap<Hostname, Entry>;
  problems: readonly Problem[];
}

/**
 * Describes what differs from a list.
 *
 * @param names all hostnames whose entries may differ
 */
export function buildChangesFile(
  whole: Listed & { updatedAt: string },
  now: Listed & { updatedAt: string },
  names: ReadonlySet<Hostname>,
): ChangesFile {
  const routes: RouteSummary[] = [];
  const gone: string[] = [];
  for (const hostname of [...names].sort()) {
    const [was, is] = [whole, now].map(({ entries }) => summaryOf(entries, hostname));
    if (is === undefined) gone.push(...(was === undefined ? [] : [hostname]));
    else if (JSON.stringify(is) !== JSON.stringify(was)) routes.push(is);
  }
  const problems = differ(whole.problems, now.problems);
  return { version: 1, follows: whole.updatedAt, updatedAt: now.updatedAt, routes, gone, problems };
}

function summaryOf(entries: ReadonlyMap<Hostname, Entry>, hostname: Hostname): RouteSummary | undefined {
  const entry = entries.get(hostname);
  return entry && summarize(hostname, entry);
}

/** Equal problems may come several times. Their order does not count. */
function differ(before: readonly Problem[], after: readonly Problem[]): ChangesFile['problems'] {
  const places = new Map<string, number[]>();
  for (const [at, each] of before.entries()) {
    const text = JSON.stringify(each);
    places.set(text, [...(places.get(text) ?? []), at]);
  }
  const added = after.filter((each) => places.get(JSON.stringify(each))?.pop() === undefined);
  return { removed: [...places.values()].flat().sort((a, b) => a - b), added };
}

/** The number of differences. */
export function countChanges({ routes, gone, problems }: ChangesFile): number {
  return routes.length + gone.length + problems.removed.length + problems.added.length;
}

/** Whether the changes follow a later list than this one. */
export function followLater({ follows }: ChangesFile, { updatedAt }: RoutesFile): boolean {
  return Date.parse(follows) > Date.parse(updatedAt);
}

/** The list after the changes. Changes that follow another list are left out: a later list has them. */
export function applyToList(whole: RoutesFile, changes: ChangesFile): RoutesFile {
  if (changes.follows !== whole.updatedAt) return whole;
  const changed = new Set([...changes.gone, ...changes.routes.map(({ hostname }) => hostname)]);
  const removed = new Set(changes.problems.removed);
  const routes = [...whole.routes.filter(({ hostname }) => !changed.has(hostname)), ...changes.routes];
  const problems = whole.problems.filter((_, at) => !removed.has(at));
  return {
    ...whole,
    updatedAt: changes.updatedAt,
    routes: routes.sort((a, b) => (a.hostname < b.hostname ? -1 : 1)),
    problems: [...problems, ...changes.problems.added],
  };
}
