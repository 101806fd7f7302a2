import { expect, onTestFinished, test, vi } from 'vitest';
import { buildChangesFile, MOST_CHANGES, MOST_WHOLE } from '../../core/journal/changes-file.ts';
import { FULL_PORTAL } from '../../core/journal/portal-settings.ts';
import {
  buildRoutesFile,
  type Listed,
  type ListFacts,
  type RoutesFile,
} from '../../core/journal/routes-file.ts';
import { publish, WHOLE_MS } from '../../updater/report/publish.ts';
import { createMemory } from '../../updater/run/memory.ts';
import {
  appName,
  asleepOn,
  changedList,
  LARGE_LIST,
  listOfApps,
  problemOf,
} from '../support/stands/lists.ts';
import { MemoryClock, MemoryNotebook } from '../support/stands/memory.ts';
import { SETTINGS } from '../support/values/instances.ts';

type Read = () => Promise<Pick<RoutesFile, 'routes' | 'problems'>>;

const [FIRST, SECOND] = ['2026-11-30T10:00:00.000Z', '2026-11-30T10:00:30.000Z'];
const CHANGED = changedList(LARGE_LIST, new Map([[appName(1), asleepOn(77)]]), appName(0));

const FACTS: ListFacts = { deployment: 'main', baseDomain: '', detail: 'full', updatedAt: '' };

const whole = (list: Listed, updatedAt: string) =>
  JSON.stringify(buildRoutesFile({ ...FACTS, updatedAt }, list));
const changes = (before: Listed, after: Listed, follows: string) =>
  JSON.stringify(
    buildChangesFile(
      { ...before, updatedAt: follows },
      { ...after, updatedAt: SECOND },
      {
        hostnames: new Set([...before.entries.keys(), ...after.entries.keys()]),
        instances: new Set(),
      },
    ),
  );

/** The site's documents; each request takes the first text of a name, and the last one stays. */
function serve(documents: Record<string, string[]>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    const name = address.slice(address.lastIndexOf('/') + 1);
    asked.push(name);
    const texts = documents[name] ?? [];
    const text = texts.length > 1 ? texts.shift() : texts[0];
    return new Response(text ?? '', { status: text === undefined ? 404 : 200 });
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return asked;
}

/** Compares a list with what a reader has read. The order of problems does not count. */
function expectList(read: Awaited<ReturnType<Read>>, list: Listed): void {
  const { routes, problems } = buildRoutesFile(FACTS, list);
  expect(read.routes).toEqual(routes);
  const texts = (each: readonly unknown[]) => each.map((problem) => JSON.stringify(problem)).sort();
  expect(texts(read.problems)).toEqual(texts(problems));
}

/** Examines a reader of `routes.json` and `changes.json`. @param start makes a reader that has read nothing yet */
export function examineListReader(start: () => Promise<Read>): void {
  test('asks for the whole list alone while it is small', async () => {
    const list = listOfApps(MOST_WHOLE);
    const asked = serve({ 'routes.json': [whole(list, FIRST)] });
    expectList(await (await start())(), list);
    expect(asked).toEqual(['routes.json']);
  });

  test('applies the changes to the large list that they follow', async () => {
    serve({
      'routes.json': [whole(LARGE_LIST, FIRST)],
      'changes.json': [changes(LARGE_LIST, CHANGED, FIRST)],
    });
    expectList(await (await start())(), CHANGED);
  });

  test('leaves out changes of an earlier list', async () => {
    serve({
      'routes.json': [whole(LARGE_LIST, SECOND)],
      'changes.json': [changes(LARGE_LIST, CHANGED, FIRST)],
    });
    expectList(await (await start())(), LARGE_LIST);
  });

  test('leaves out changes that it has applied to an earlier list', async () => {
    const lists = [whole(LARGE_LIST, FIRST), whole(listOfApps(MOST_WHOLE + 2), SECOND)];
    serve({ 'routes.json': lists, 'changes.json': [changes(LARGE_LIST, CHANGED, FIRST)] });
    const read = await start();
    expectList(await read(), CHANGED);
    expectList(await read(), listOfApps(MOST_WHOLE + 2));
  });

  test('asks for the list again if the changes follow a later one', async () => {
    const lists = [whole(LARGE_LIST, FIRST), whole(CHANGED, SECOND)];
    const next = changedList(CHANGED, new Map([[appName(2), asleepOn(78)]]));
    const asked = serve({ 'routes.json': lists, 'changes.json': [changes(CHANGED, next, SECOND)] });
    expectList(await (await start())(), next);
    expect(asked).toEqual(['routes.json', 'changes.json', 'routes.json']);
  });

  test('reads a large list without its changes', async () => {
    serve({ 'routes.json': [whole(LARGE_LIST, FIRST)] });
    expectList(await (await start())(), LARGE_LIST);
  });

  test.each(['7', '{"version":3}', '{"version":2}', '['])(
    'refuses damaged changes with a message for people: %s',
    async (text) => {
      serve({ 'routes.json': [whole(LARGE_LIST, FIRST)], 'changes.json': [text] });
      await expect((await start())()).rejects.toThrow(/newer format|missing|JSON|cannot read/);
    },
  );

  test('reads after each publication exactly what was published', async () => {
    const clock = new MemoryClock(Date.parse(FIRST));
    const [routesFile, changesFile] = [new MemoryNotebook(), new MemoryNotebook()];
    const parts = {
      ...{ settings: SETTINGS, portal: FULL_PORTAL, memory: createMemory() },
      ...{ store: { takeovers: 0 }, clock },
    };
    const read = await start();
    let list = LARGE_LIST;
    const steps: [seconds: number, next: () => Listed][] = [
      [0, () => list],
      [1, () => changedList(list, new Map([[appName(1), asleepOn(77)]]))],
      [1, () => changedList(list, new Map([['new.dev.example.com', asleepOn(78)]]), appName(3))],
      [1, () => ({ ...list, problems: [problemOf(1), problemOf(2), problemOf(1)] })],
      [1, () => ({ ...list, problems: [problemOf(2), problemOf(3)] })],
      [WHOLE_MS / 1_000, () => changedList(list, new Map([[appName(4), asleepOn(79)]]))],
      [1, () => changedList(list, new Map([[appName(3), asleepOn(3)]]), 'new.dev.example.com')],
      [1, () => ({ ...list, problems: [] })],
      [
        1,
        () => changedList(list, new Map(), ...Array.from({ length: MOST_CHANGES + 1 }, (_, n) => appName(n))),
      ],
      [1, () => changedList(list, new Map([[appName(0), asleepOn(0)]]))],
    ];
    for (const [seconds, next] of steps) {
      clock.advance(seconds * 1_000);
      list = next();
      await publish({ ...parts, routesFile, changesFile, pageFile: new MemoryNotebook() }, list, {
        sweep: true,
      });
      const texts = (body: string | undefined) => (body === undefined ? [] : [body]);
      serve({ 'routes.json': texts(routesFile.body), 'changes.json': texts(changesFile.body) });
      expectList(await read(), list);
    }
  });
}
