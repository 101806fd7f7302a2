import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyToList,
  type ChangesFile,
  MOST_CHANGES,
  MOST_WHOLE,
} from '../../../core/journal/changes-file.ts';
import { FULL_PORTAL } from '../../../core/journal/portal-settings.ts';
import { buildRoutesFile, type Listed, type RoutesFile } from '../../../core/journal/routes-file.ts';
import { publish, WHOLE_MS } from '../../../updater/report/publish.ts';
import { createMemory } from '../../../updater/run/memory.ts';
import {
  appName,
  asleepOn,
  changedList,
  LARGE_LIST,
  listOfApps,
  problemOf,
  summaryOf,
  withInstances,
  withMarks,
} from '../../support/stands/lists.ts';
import { MemoryClock, MemoryNotebook } from '../../support/stands/memory.ts';
import { NOW, SETTINGS } from '../../support/values/instances.ts';

/** One environment that publishes. */
function stand() {
  const clock = new MemoryClock(NOW * 1000);
  const [routesFile, changesFile, pageFile] = [
    new MemoryNotebook(),
    new MemoryNotebook(),
    new MemoryNotebook(),
  ];
  const store = { takeovers: 0 };
  const parts = {
    ...{ settings: SETTINGS, portal: FULL_PORTAL, memory: createMemory(), store, clock },
    ...{ routesFile, changesFile, pageFile },
  };
  return {
    ...{ clock, routesFile, changesFile, store },
    publish: (list: Listed) => publish(parts, list, { sweep: true }),
    /** In the run of an event. */
    publishChange: (list: Listed) => publish(parts, list, { sweep: false }),
    saves: () => [routesFile.saves, changesFile.saves],
    routes: () => JSON.parse(routesFile.body ?? '{}') as RoutesFile,
    changes: () => JSON.parse(changesFile.body ?? '{}') as ChangesFile,
  };
}

/** The list with another instance behind one app. */
const moved = (list: Listed, app: number, instance = 77) =>
  changedList(list, new Map([[appName(app), asleepOn(instance)]]));

describe('a small list', () => {
  test('is written as a whole for each change, and has no file of changes', async () => {
    const { publish: send, saves, changesFile } = stand();
    const list = listOfApps(MOST_WHOLE);
    await send(list);
    await send(moved(list, 1));
    await send(moved(list, 1));
    expect(saves()).toEqual([2, 0]);
    expect(changesFile.body).toBeUndefined();
  });

  test('that grows above two thousand names is written as a whole, because its readers ask for no changes', async () => {
    const { publish: send, saves, routes } = stand();
    await send(listOfApps(MOST_WHOLE));
    await send(LARGE_LIST);
    expect(saves()).toEqual([2, 1]);
    expect(routes().routes).toHaveLength(MOST_WHOLE + 1);
  });
});

describe('a large list', () => {
  test('is written with a file of no changes, and then a change writes that file alone', async () => {
    const { publish: send, saves, changes, routes, changesFile } = stand();
    await send(LARGE_LIST);
    expect(changes()).toMatchObject({ follows: routes().updatedAt, routes: [], gone: [] });
    await send(moved(LARGE_LIST, 1));
    expect(saves()).toEqual([1, 2]);
    expect(changes().routes).toMatchObject([{ hostname: appName(1) }]);
    expect(changesFile.body?.length).toBeLessThan(600);
  });

  test('is not written while nothing changes, however late', async () => {
    const { publish: send, saves, clock } = stand();
    await send(LARGE_LIST);
    clock.advance(10 * WHOLE_MS);
    await send(changedList(LARGE_LIST, new Map()));
    await send(moved(LARGE_LIST, 1, 1));
    expect(saves()).toEqual([1, 1]);
  });

  test('follows its changes after thirty seconds, and not a millisecond earlier', async () => {
    const { publish: send, saves, clock, routes } = stand();
    await send(LARGE_LIST);
    const list = moved(LARGE_LIST, 1);
    clock.advance(WHOLE_MS - 1);
    await send(list);
    expect(saves()).toEqual([1, 2]);
    clock.advance(1);
    await send(list);
    expect(saves()).toEqual([2, 3]);
    expect(routes().routes[1]).toMatchObject({
      hostname: appName(1),
      instances: list.entries.get(appName(1))?.instances.map(({ id }) => id),
    });
    await send(list);
    expect(saves()).toEqual([2, 3]);
  });

  test('is left to the next sweep by the run of an event, however late', async () => {
    const { publish: send, publishChange, saves, clock, routes } = stand();
    await send(LARGE_LIST);
    const list = moved(LARGE_LIST, 1);
    clock.advance(10 * WHOLE_MS);
    await publishChange(list);
    expect(saves()).toEqual([1, 2]);
    await send(list);
    expect(saves()).toEqual([2, 3]);
    expect(routes().routes[1]).toMatchObject({ hostname: appName(1) });
  });

  test('follows at once if more than two hundred names changed', async () => {
    const { publish: send, publishChange, saves } = stand();
    await send(LARGE_LIST);
    const names = Array.from(
      { length: MOST_CHANGES + 1 },
      (_, n) => [appName(n), asleepOn(n + 5_000)] as const,
    );
    const most = changedList(LARGE_LIST, new Map(names.slice(1)));
    await publishChange(most);
    expect(saves()).toEqual([1, 2]);
    await publishChange(changedList(most, new Map(names)));
    expect(saves()).toEqual([2, 3]);
  });

  test('that shrinks to two thousand names is written as a whole', async () => {
    const { publish: send, saves, routes } = stand();
    await send(LARGE_LIST);
    await send(changedList(LARGE_LIST, new Map(), appName(0)));
    expect(saves()).toEqual([2, 1]);
    expect(routes().routes).toHaveLength(MOST_WHOLE);
  });

  test('is written as a whole after another environment may have replaced it', async () => {
    const { publish: send, saves, store } = stand();
    await send(LARGE_LIST);
    store.takeovers += 1;
    await send(LARGE_LIST);
    expect(saves()).toEqual([2, 2]);
  });

  test('has no changes any more if they are undone', async () => {
    const { publish: send, changes } = stand();
    await send(LARGE_LIST);
    await send(moved(LARGE_LIST, 1));
    await send(changedList(moved(LARGE_LIST, 1), new Map([[appName(1), asleepOn(1)]])));
    expect(changes()).toMatchObject({ routes: [], gone: [] });
  });

  test('whose changes could not be written writes them in the next run', async () => {
    const { publish: send, changes, changesFile, saves } = stand();
    await send(LARGE_LIST);
    changesFile.fault = new Error('SlowDown');
    await expect(send(moved(LARGE_LIST, 1))).rejects.toThrow('SlowDown');
    changesFile.fault = undefined;
    await send(moved(LARGE_LIST, 1));
    expect(changes().routes).toHaveLength(1);
    expect(saves()).toEqual([1, 2]);
  });

  test('of which one file could not be written is written again in the next run', async () => {
    const { publish: send, changes, routes, changesFile, clock, saves } = stand();
    await send(LARGE_LIST);
    clock.advance(WHOLE_MS);
    changesFile.fault = new Error('SlowDown');
    await expect(send(moved(LARGE_LIST, 1))).rejects.toThrow('SlowDown');
    changesFile.fault = undefined;
    clock.advance(1);
    await send(moved(LARGE_LIST, 1));
    expect(saves()).toEqual([3, 2]);
    expect(changes().follows).toBe(routes().updatedAt);
  });

  test('of which one file could not be written is written again, even if it is as before by then', async () => {
    const { publish: send, changes, routes, changesFile, clock } = stand();
    await send(LARGE_LIST);
    clock.advance(1);
    changesFile.fault = new Error('SlowDown');
    const names = Array.from(
      { length: MOST_CHANGES + 1 },
      (_, n) => [appName(n), asleepOn(n + 5_000)] as const,
    );
    await expect(send(changedList(LARGE_LIST, new Map(names)))).rejects.toThrow('SlowDown');
    changesFile.fault = undefined;
    clock.advance(1);
    await send(LARGE_LIST);
    expect(routes().routes).toEqual(buildRoutesFile(routes(), LARGE_LIST).routes);
    expect(changes().follows).toBe(routes().updatedAt);
  });

  test('and its changes are always the present list, whatever happens', async () => {
    const step = fc.record({
      seconds: fc.constantFrom(0, 1, 31),
      puts: fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 3 })), { maxLength: 80, size: 'max' }),
      deletes: fc.array(fc.nat({ max: 400 }), { maxLength: 3 }),
      problems: fc.array(fc.nat({ max: 5 }).map(problemOf), { maxLength: 4 }),
      types: fc.array(fc.tuple(fc.nat({ max: 400 }), fc.constantFrom('t4g.small', 't4g.large')), {
        maxLength: 3,
      }),
      times: fc.array(
        fc.tuple(
          fc.nat({ max: 400 }),
          fc.constantFrom('2026-11-30T10:00:00.000Z', '2026-11-30T11:00:00.000Z'),
        ),
        { maxLength: 3 },
      ),
      fault: fc.constantFrom(undefined, undefined, undefined, 'routes', 'changes'),
      isTaken: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      isSweep: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8, minLength: 4 }), async (steps) => {
        const {
          publish: send,
          publishChange,
          routes,
          changes,
          routesFile,
          changesFile,
          clock,
          store,
        } = stand();
        let list = listOfApps(MOST_WHOLE + 10);
        for (const { seconds, puts, deletes, problems, types, times, fault, isTaken, isSweep } of steps) {
          clock.advance(seconds * 1_000 + 1);
          if (isTaken) store.takeovers += 1;
          const set = new Map(puts.map(([app, instance]) => [appName(app), asleepOn(instance)]));
          const marks = new Map(times.map(([app, since]) => [appName(app), { since }]));
          const known = withInstances(
            withMarks(list, marks),
            ...types.map(([n, type]) => summaryOf(n, type)),
          );
          list = { ...changedList(known, set, ...deletes.map(appName)), problems };
          routesFile.fault = fault === 'routes' ? new Error('SlowDown') : undefined;
          changesFile.fault = fault === 'changes' ? new Error('SlowDown') : undefined;
          const isPublished = await (isSweep ? send : publishChange)(list).then(
            () => true,
            () => false,
          );
          if (!isPublished) continue;
          const whole = routes();
          const present = whole.routes.length > MOST_WHOLE ? applyToList(whole, changes()) : whole;
          const expected = buildRoutesFile(whole, list);
          expect(present.routes).toEqual(expected.routes);
          expect(present.instances).toEqual(expected.instances);
          const texts = (each: readonly unknown[]) => each.map((problem) => JSON.stringify(problem)).sort();
          expect(texts(present.problems)).toEqual(texts(problems));
        }
      }),
      { numRuns: 30 },
    );
  });
});
