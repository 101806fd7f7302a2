import { type Problem, problem } from '../problem.ts';
import { anyText, count, type Fault, instant, listOf, objectWith, oneOf, parseDocument } from '../schema.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
import { INSTANCE, type InstanceSummary } from './instance-summary.ts';
import {
  type Detail,
  findInstances,
  type Listed,
  ROUTE,
  type RouteSummary,
  type RoutesFile,
  summarize,
} from './routes-file.ts';

/** Above this number of names, `changes.json` follows `routes.json`. Below it, a whole list is small enough for each change. */
export const MOST_WHOLE = 2_000;

/** Most differences in `changes.json`. With more of them, or with the next sweep, a new `routes.json` follows. */
export const MOST_CHANGES = 200;

/** `_proxy/changes.json`: the differences between the present list and `routes.json`. */
export interface ChangesFile {
  version: 2;
  /** The `updatedAt` of the list that these changes follow. */
  follows: string;
  /** ISO 8601, UTC. */
  updatedAt: string;
  /** Routes that are new, or other than in the list. */
  routes: RouteSummary[];
  /** Hostnames of the list that are gone. */
  gone: string[];
  /** Instances that are new, or other than in the list. One that no route and no problem names any more is not mentioned. */
  instances: InstanceSummary[];
  problems: {
    /** Places in the list's problems, from 0. */
    removed: number[];
    added: Problem[];
  };
}

const FILE = objectWith<ChangesFile>({
  version: oneOf(2),
  follows: instant,
  updatedAt: instant,
  routes: listOf(ROUTE),
  gone: listOf(anyText),
  instances: listOf(INSTANCE),
  problems: objectWith<ChangesFile['problems']>({ removed: listOf(count), added: listOf(problem) }),
});

/** Parses the file, or says where it differs from the output of `buildChangesFile`. */
export function parseChangesFile(body: string): ChangesFile | Fault {
  return parseDocument(body, FILE);
}

/** The names that may differ between two lists. */
export interface Suspects {
  /** Hostnames whose entries or marks may differ. */
  hostnames: ReadonlySet<Hostname>;
  /** Instances whose summaries may differ. */
  instances: ReadonlySet<InstanceId>;
}

/** Describes what differs from a list. */
export function buildChangesFile(
  whole: Listed & { updatedAt: string },
  now: Listed & { updatedAt: string },
  suspects: Suspects,
  detail: Detail = 'full',
): ChangesFile {
  const routes: RouteSummary[] = [];
  const gone: string[] = [];
  for (const hostname of [...suspects.hostnames].sort()) {
    const [was, is] = [whole, now].map((listed) => summaryOf(listed, hostname, detail));
    if (is === undefined) gone.push(...(was === undefined ? [] : [hostname]));
    else if (JSON.stringify(is) !== JSON.stringify(was)) routes.push(is);
  }
  const isFull = detail === 'full';
  const problems = isFull ? differ(whole.problems, now.problems) : { removed: [], added: [] };
  const instances = isFull ? differingInstances(whole, now, suspects.instances, { routes, problems }) : [];
  return {
    ...{ version: 2, follows: whole.updatedAt, updatedAt: now.updatedAt },
    ...{ routes, gone, instances, problems },
  };
}

function summaryOf({ entries, marks }: Listed, hostname: Hostname, detail: Detail): RouteSummary | undefined {
  const entry = entries.get(hostname);
  return entry && summarize(hostname, entry, marks.get(hostname), detail);
}

/** Instances that changed, and all those of new routes and problems: the list may lack them, although they are known. */
function differingInstances(
  whole: Listed,
  now: Listed,
  suspects: ReadonlySet<InstanceId>,
  { routes, problems }: Pick<ChangesFile, 'routes' | 'problems'>,
): InstanceSummary[] {
  const changed = [...suspects].filter(
    (id) => JSON.stringify(whole.instances.get(id)) !== JSON.stringify(now.instances.get(id)),
  );
  return findInstances([...routes, { instances: changed }], problems.added, now.instances);
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
export function countChanges({ routes, gone, instances, problems }: ChangesFile): number {
  return routes.length + gone.length + instances.length + problems.removed.length + problems.added.length;
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
  const kept = whole.routes.filter(({ hostname }) => !changed.has(hostname));
  const routes = [...kept, ...changes.routes].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const problems = [...whole.problems.filter((_, at) => !removed.has(at)), ...changes.problems.added];
  const known = new Map([...whole.instances, ...changes.instances].map((each) => [each.id, each]));
  const instances = findInstances(routes, problems, known);
  return { ...whole, updatedAt: changes.updatedAt, routes, instances, problems };
}
