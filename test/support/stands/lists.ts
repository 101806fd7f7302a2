import type { Entry } from '../../../core/entry/entry.ts';
import { type Listed, MOST_WHOLE } from '../../../core/journal/changes-file.ts';
import { LayeredMap } from '../../../core/layered-map.ts';
import { makeProblem, type Problem } from '../../../core/problem.ts';
import { idOf } from '../values/instances.ts';

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

/** A list of so many sleeping apps. */
export function listOfApps(count: number, problems: readonly Problem[] = []): Listed {
  const entries = Array.from({ length: count }, (_, n) => [appName(n), asleepOn(n)] as const);
  return { entries: LayeredMap.from(new Map(entries)), problems };
}

/** The smallest list that `changes.json` follows. */
export const LARGE_LIST = listOfApps(MOST_WHOLE + 1);

/** The list after some entries were set, and others removed. */
export function changedList(
  { entries, problems }: Listed,
  puts: ReadonlyMap<string, Entry>,
  ...deletes: string[]
): Listed {
  return { entries: entries.with(puts, deletes), problems };
}
