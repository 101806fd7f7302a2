import type { Entry } from '../../../core/entry/entry.ts';
import { MOST_WHOLE } from '../../../core/journal/changes-file.ts';
import { type InstanceSummary, summarizeInstance } from '../../../core/journal/instance-summary.ts';
import type { Listed, Mark } from '../../../core/journal/routes-file.ts';
import { LayeredMap } from '../../../core/layered-map.ts';
import { makeProblem, type Problem } from '../../../core/problem.ts';
import { idOf, instance } from '../values/instances.ts';

/** The hostname of the n-th app. */
export const appName = (n: number) => `app-${n}.dev.example.com`;

/** A sleeping app on the n-th instance. */
export const asleepOn = (n: number): Entry => ({
  ...{ access: 'public', deployment: 'main', sequence: 1, state: 'asleep' },
  instances: [{ id: idOf(n), launchedAt: 1 }],
});

/** A problem of the n-th instance. */
export const problemOf = (n: number): Problem =>
  makeProblem({ code: 'bad-value', instance: idOf(n), what: `${idOf(n)} is wrong` });

/** The n-th instance, for people. */
export const summaryOf = (n: number, type?: string): InstanceSummary =>
  summarizeInstance({ ...instance({ id: n, tags: {} }), ...(type === undefined ? {} : { type }) }, []);

/** A list of entries, with the instances and marks that are known. */
export function listOf(
  entries: ReadonlyMap<string, Entry>,
  problems: readonly Problem[] = [],
  instances: readonly InstanceSummary[] = [],
  marks: ReadonlyMap<string, Mark> = new Map(),
): Listed {
  return {
    entries: LayeredMap.from(entries),
    marks: LayeredMap.from(marks),
    instances: LayeredMap.from(new Map(instances.map((each) => [each.id, each]))),
    problems,
  };
}

/** A list of so many sleeping apps. */
export function listOfApps(count: number, problems: readonly Problem[] = []): Listed {
  const numbers = Array.from({ length: count }, (_, n) => n);
  return listOf(
    new Map(numbers.map((n) => [appName(n), asleepOn(n)])),
    problems,
    numbers.map((n) => summaryOf(n)),
  );
}

/** The smallest list that `changes.json` follows. */
export const LARGE_LIST = listOfApps(MOST_WHOLE + 1);

/** The list after some entries were set, and others removed. */
export function changedList(list: Listed, puts: ReadonlyMap<string, Entry>, ...deletes: string[]): Listed {
  return { ...list, entries: list.entries.with(puts, deletes) };
}

/** The list with other facts about some instances. */
export function withInstances(list: Listed, ...changed: readonly InstanceSummary[]): Listed {
  return {
    ...list,
    instances: list.instances.with(new Map(changed.map((each) => [each.id, each])), []),
  };
}

/** The list with other times and causes of some routes. */
export function withMarks(list: Listed, marks: ReadonlyMap<string, Mark>): Listed {
  return { ...list, marks: list.marks.with(marks, []) };
}
