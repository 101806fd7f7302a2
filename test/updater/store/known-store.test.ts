import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import type { Entries } from '../../../core/plan/plan.ts';
import { S3Notebook } from '../../../updater/adapters/s3.ts';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { TRUST_MS } from '../../../updater/store/store-copy.ts';
import { changesOf } from '../../contracts/route-store.ts';
import { held } from '../../support/stands/held.ts';
import { asleepOn } from '../../support/stands/lists.ts';
import { MemoryClock, MemoryNotebook, MemoryRouteStore } from '../../support/stands/memory.ts';
import { cloudFrontStore, s3Client } from '../../support/stands/stores.ts';

/** A store, its mirror, and any number of the updater's environments. */
async function stand() {
  const store = await MemoryRouteStore.open();
  const mirror = new MemoryNotebook();
  const bases = [new MemoryNotebook(), new MemoryNotebook()] as const;
  const warnings: string[] = [];
  const clock = new MemoryClock(0);
  let environments = 0;
  const environment = () =>
    new KnownStore(
      store,
      { head: mirror, bases },
      {
        ...{ deployment: 'main', writer: `environment-${++environments}` },
        warn: (message) => warnings.push(message),
        now: () => clock.now(),
      },
    );
  return { store, mirror, bases, environment, warnings, clock };
}

/** One run: read, write, save the mirror. */
async function run(known: KnownStore, puts: Record<string, string>, ...deletes: string[]): Promise<void> {
  await known.read();
  await known.write(changesOf(puts, ...deletes));
  await known.endRun({ recorded: true });
}

/** The content that an environment trusts. */
const believed = async (known: KnownStore): Promise<Entries> => new Map((await known.read()).entries);

/** Resets the counts of calls. */
function reset({ calls }: MemoryRouteStore): void {
  Object.assign(calls, { describe: 0, list: 0, get: 0, write: 0 });
}

describe("the store's content", () => {
  test('is read once by the first environment, and never again', async () => {
    const { store, environment } = await stand();
    store.put('shop', 'A');
    const known = environment();
    expect(await believed(known)).toEqual(new Map([['shop', 'A']]));
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 0 });
    for (let n = 0; n < 5; n++) await believed(known);
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 0 });
  });

  test('is known after a write without a further call', async () => {
    const { store, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A', chat: 'A' });
    reset(store);
    await run(known, { shop: 'B' }, 'chat');
    expect(await believed(known)).toEqual(new Map([['shop', 'B']]));
    expect(known.version).toMatchObject({ items: 1, bytes: 5 });
    expect(store.calls).toEqual({ describe: 0, list: 0, get: 0, write: 1 });
  });

  test('costs another environment one Describe after a cold start', async () => {
    const { store, environment } = await stand();
    await run(environment(), { shop: 'A' });
    reset(store);
    const cold = environment();
    expect(await believed(cold)).toEqual(new Map([['shop', 'A']]));
    await believed(cold);
    expect(store.calls).toEqual({ describe: 1, list: 0, get: 0, write: 0 });
  });

  test('is right in two environments that take turns, because each asks again', async () => {
    const { store, environment } = await stand();
    const [one, two] = [environment(), environment()];
    for (const value of ['A', 'B', 'A', 'B']) {
      await run(one, { shop: value });
      await run(two, { chat: value });
      expect(await believed(one)).toEqual(
        new Map([
          ['shop', value],
          ['chat', value],
        ]),
      );
    }
    expect(store.calls.list).toBe(1);
  });

  test('comes with a count of the reads that could not rely on memory', async () => {
    const { environment } = await stand();
    const [one, two] = [environment(), environment()];
    await believed(one);
    await believed(one);
    expect(one.takeovers).toBe(1);
    await believed(two);
    await believed(one);
    expect([one.takeovers, two.takeovers]).toEqual([2, 1]);
  });
});

describe('an outdated copy', () => {
  test('is not trusted after another environment wrote and died before it saved the mirror', async () => {
    const { store, environment } = await stand();
    const warm = environment();
    await run(warm, { shop: 'A' });
    const dying = environment();
    await dying.read();
    await dying.write(changesOf({ shop: 'B' }));
    // The fleet is back to A. From the copy that says A the plan would be empty, and B would stay.
    expect(await believed(warm)).toEqual(new Map([['shop', 'B']]));
    await run(warm, { shop: 'A' });
    expect(store.store.get('shop')).toBe('A');
  });

  test('is not trusted by an environment that was idle while another one wrote and could save no mirror', async () => {
    const { mirror, clock, environment } = await stand();
    const warm = environment();
    await run(warm, { shop: 'A' });
    mirror.fault = new Error('SlowDown');
    await run(environment(), { shop: 'B' });
    mirror.fault = undefined;
    // According to S3 the mirror has not changed since the warm environment saved it.
    clock.advance(TRUST_MS + 1);
    expect(await believed(warm)).toEqual(new Map([['shop', 'B']]));
  });

  test('is trusted for ninety seconds without a run, and not a millisecond longer', async () => {
    const { store, clock, environment } = await stand();
    const warm = environment();
    await run(warm, { shop: 'A' });
    reset(store);
    for (const [idle, describe] of [
      [90_000, 0],
      [90_001, 1],
    ] as const) {
      clock.advance(idle);
      await believed(warm);
      expect(store.calls.describe).toBe(describe);
    }
  });

  test('is trusted by an environment that runs every minute, without a call to the store', async () => {
    const { store, clock, environment } = await stand();
    const warm = environment();
    await run(warm, { shop: 'A' });
    reset(store);
    for (let minute = 0; minute < 10; minute++) {
      clock.advance(60_000);
      await believed(warm);
    }
    expect(store.calls).toEqual({ describe: 0, list: 0, get: 0, write: 0 });
  });

  test('is not trusted after a write whose response was lost', async () => {
    const { store, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    store.after = () => {
      throw new Error('socket hang up');
    };
    await expect(known.write(changesOf({ shop: 'B' }))).rejects.toThrow('socket hang up');
    expect(await believed(known)).toEqual(new Map([['shop', 'B']]));
  });

  test('needs no second listing after a write that never arrived', async () => {
    const { store, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    reset(store);
    store.fault = new Error('timeout');
    await expect(known.write(changesOf({ shop: 'B' }))).rejects.toThrow('timeout');
    store.fault = undefined;
    expect(await believed(known)).toEqual(new Map([['shop', 'A']]));
    expect(store.calls.list).toBe(0);
  });

  test('is not trusted after a lost race', async () => {
    const { store, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    store.put('by-hand', 'x');
    expect(await known.write(changesOf({ shop: 'B' }))).toEqual({ outcome: 'conflict' });
    expect(await believed(known)).toEqual(
      new Map([
        ['by-hand', 'x'],
        ['shop', 'A'],
      ]),
    );
  });
});

describe('a copy that may be outdated', () => {
  test('is used while the store is listed, and another environment notices the writes made from it', async () => {
    const { store, environment } = await stand();
    const warm = environment();
    await run(warm, { shop: 'A', chat: 'A' });
    store.put('by-hand', 'x');
    const { promise, goOn } = held();
    store.listing = promise;
    const dying = environment();
    const { isSure, version, entries } = await dying.atHand();
    expect([isSure, version.items, Object.fromEntries(entries)]).toEqual([
      false,
      3,
      { shop: 'A', chat: 'A' },
    ]);
    expect(await dying.write(changesOf({ shop: 'B' }))).toMatchObject({ outcome: 'applied' });
    // It has died, and the fleet is back to A.
    goOn();
    expect((await believed(warm)).get('shop')).toBe('B');
  });

  test('is not trusted after its listing failed', async () => {
    const { store, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    store.put('shop', 'C');
    const { promise, fail } = held();
    store.listing = promise;
    fail(new Error('timeout'));
    await expect(known.read('now')).rejects.toThrow('timeout');
    store.listing = undefined;
    expect(await believed(known)).toEqual(new Map([['shop', 'C']]));
  });
});

describe('a useless mirror', () => {
  const DAMAGES: [string, (body: string) => string | undefined][] = [
    ['lost', () => undefined],
    ['empty', () => ''],
    ['half', (body) => body.slice(0, body.length / 2)],
    ['null', () => 'null'],
    ['a number', () => '7'],
    ['of another format', (body) => JSON.stringify({ ...JSON.parse(body), version: 3 })],
  ];
  const HEADS: typeof DAMAGES = [
    ...DAMAGES,
    ['without its base', (body) => JSON.stringify({ ...JSON.parse(body), base: undefined })],
    [
      'with another base',
      (body) => JSON.stringify({ ...JSON.parse(body), base: { place: 0, version: 'another' } }),
    ],
    ['without its changes', (body) => JSON.stringify({ ...JSON.parse(body), puts: undefined })],
    ['without a change', (body) => JSON.stringify({ ...JSON.parse(body), puts: {} })],
    ['without its version of the store', (body) => JSON.stringify({ ...JSON.parse(body), store: null })],
    ['with a number for an entry', (body) => JSON.stringify({ ...JSON.parse(body), puts: { shop: 1 } })],
    [
      'of an earlier format',
      () => JSON.stringify({ version: 1, writer: 'w', store: {}, entries: {}, facts: {} }),
    ],
  ];
  const BASES: typeof DAMAGES = [
    ...DAMAGES,
    ['without its entries', (body) => JSON.stringify({ ...JSON.parse(body), entries: undefined })],
    ['with an entry more', (body) => body.replace('{"', '{"wiki":"A","')],
    ['of another environment', () => JSON.stringify({ version: 1, entries: { wiki: 'A' } })],
  ];
  const documents = [
    ...HEADS.map(([name, damage]) => ['head', name, damage] as const),
    ...BASES.map(([name, damage]) => ['base', name, damage] as const),
  ];

  test.each(documents)('(%s %s) costs a listing and nothing else', async (which, _, damage) => {
    const { store, mirror, bases, environment } = await stand();
    await run(environment(), { shop: 'A' });
    const document = which === 'head' ? mirror : bases[0];
    document.body = damage(document.body ?? '');
    reset(store);
    const known = environment();
    expect(await believed(known)).toEqual(new Map([['shop', 'A']]));
    await believed(known);
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 0 });
    expect(await believed(environment())).toEqual(new Map([['shop', 'A']]));
    expect(store.calls.list).toBe(1);
  });

  test('is logged with the place of the damage, and without its content', async () => {
    const { mirror, environment, warnings } = await stand();
    await run(environment(), { shop: 'token' });
    mirror.body = mirror.body?.replace('"token"', '["token"]');
    await believed(environment());
    expect(warnings).toEqual([
      'the mirror is damaged, so the store is asked instead and the mirror is written again: puts["shop"] is not a string',
    ]);
  });

  test('is logged if its base is lost or another one', async () => {
    const { bases, environment, warnings } = await stand();
    await run(environment(), { shop: 'A' });
    bases[0].body = undefined;
    await believed(environment());
    bases[1].body += ' ';
    await believed(environment());
    expect(warnings.map((warning) => warning.slice(warning.lastIndexOf(': ') + 2))).toEqual([
      'base is not there',
      'base is not the version that the head names',
    ]);
  });

  test('keeps its base if the environment dies between the next base and its head', async () => {
    const { store, mirror, bases, environment, warnings } = await stand();
    const dying = environment();
    await run(dying, { shop: 'A' });
    await dying.read();
    for (let batch = 0; batch < 5; batch++) {
      await dying.write(
        changesOf(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${batch}-${at}`, 'x']))),
      );
    }
    const [head, before] = [mirror.body, bases[0].body];
    mirror.fault = new Error('the process ends');
    await dying.endRun({ recorded: true });
    mirror.fault = undefined;
    expect(mirror.body).toBe(head);
    expect(bases[0].body).toBe(before);
    expect(bases[1].body).toContain('k3-49');
    reset(store);
    const next = environment();
    expect((await believed(next)).size).toBe(251);
    expect(warnings.filter((warning) => warning.includes('damaged'))).toEqual([]);
    expect(store.calls).toMatchObject({ describe: 1, write: 0 });
    reset(store);
    await run(next, { shop: 'B' });
    expect((await believed(environment())).get('shop')).toBe('B');
    expect(store.calls).toEqual({ describe: 1, list: 0, get: 0, write: 1 });
  });

  test('without its base still brings facts, and names that no record has', async () => {
    const { bases, environment } = await stand();
    const first = environment();
    await first.read();
    await first.write(changesOf({ shop: 'A' }));
    first.facts.setLastSequence(77);
    await first.endRun({ recorded: false });
    bases[0].body = undefined;
    const second = environment();
    await second.read();
    expect(second.facts.lastSequence).toBe(77);
    expect(second.found.missing).toContain('shop');
  });

  test('costs a warm environment one Describe if it is lost', async () => {
    const { store, mirror, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    mirror.body = undefined;
    reset(store);
    expect(await believed(known)).toEqual(new Map([['shop', 'A']]));
    expect(store.calls).toEqual({ describe: 1, list: 0, get: 0, write: 0 });
    expect(mirror.body).toContain('"shop":"A"');
  });

  test('costs a warm environment nothing if its base is lost, and the next base is whole', async () => {
    const { store, bases, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    bases[0].body = undefined;
    reset(store);
    expect(await believed(known)).toEqual(new Map([['shop', 'A']]));
    expect(store.calls.describe).toBe(0);
    for (let batch = 0; batch < 6; batch++) {
      await run(known, Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${batch}-${at}`, 'x'])));
    }
    reset(store);
    expect((await believed(environment())).size).toBe(301);
    expect(store.calls).toEqual({ describe: 1, list: 0, get: 0, write: 0 });
  });

  test('costs a Describe after a save that failed, because its response may be lost or another environment wrote', async () => {
    const { store, mirror, environment } = await stand();
    const known = environment();
    await run(known, { shop: 'A' });
    await known.read();
    await known.write(changesOf({ shop: 'B' }));
    mirror.fault = new Error('SlowDown');
    await known.endRun({ recorded: true });
    mirror.fault = undefined;
    reset(store);
    expect(await believed(known)).toEqual(new Map([['shop', 'B']]));
    expect(store.calls).toEqual({ describe: 1, list: 0, get: 0, write: 0 });
  });

  test('costs a Describe in each run while S3 refuses it, and routes still change', async () => {
    const { store, mirror, environment, warnings } = await stand();
    mirror.fault = new Error('AccessDenied');
    const known = environment();
    await run(known, { shop: 'A' });
    await run(known, { shop: 'B' });
    expect(await believed(known)).toEqual(new Map([['shop', 'B']]));
    expect(store.calls).toEqual({ describe: 3, list: 1, get: 0, write: 2 });
    expect(new Set(warnings)).toEqual(
      new Set([
        'the mirror could not be loaded, so the store is asked instead: Error: AccessDenied',
        'the mirror could not be saved, so the next run asks the store: Error: AccessDenied',
      ]),
    );
  });
});

describe('with any fate of environments and mirror', () => {
  type Step =
    | { do: 'refuse the mirror' | 'refuse the base' | 'take both again' }
    | { do: 'run' | 'die before the mirror' | 'lose the response'; by: number; key: string; value: string }
    | { do: 'start cold' | 'look' | 'outgrow the base'; by: number }
    | { do: 'lose the mirror' | 'damage the mirror' | 'lose the base' | 'damage the base' };
  const by = fc.nat(2);
  const key = fc.constantFrom('shop', 'chat');
  const value = fc.constantFrom('A', 'B');
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constantFrom('run', 'die before the mirror', 'lose the response'), by, key, value }),
    fc.record({ do: fc.constantFrom('start cold', 'look', 'outgrow the base'), by }),
    fc.record({
      do: fc.constantFrom('lose the mirror', 'damage the mirror', 'lose the base', 'damage the base'),
    }),
    fc.record({ do: fc.constantFrom('refuse the mirror', 'refuse the base', 'take both again') }),
  );

  /** More changes than a base may be behind. */
  const manyPuts = (round: number) =>
    Array.from({ length: 5 }, (_, batch) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${batch}-${at}`, `${round}`])),
    );

  test('no environment trusts content that the store does not have', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { store, mirror, bases, clock, environment } = await stand();
        const environments = [environment(), environment(), environment()];
        let round = 0;
        for (const each of steps) {
          // An environment that saved no mirror is noticed by one that was idle (the test above), so all of them were.
          clock.advance(mirror.fault || bases[0].fault ? TRUST_MS + 1 : 0);
          if (each.do === 'lose the mirror') mirror.body = undefined;
          else if (each.do === 'damage the mirror') mirror.body = mirror.body?.slice(0, -5);
          else if (each.do === 'lose the base') for (const base of bases) base.body = undefined;
          else if (each.do === 'damage the base')
            for (const base of bases) base.body = base.body?.slice(0, -5);
          else if (each.do === 'refuse the mirror') mirror.fault = new Error('SlowDown');
          else if (each.do === 'refuse the base')
            for (const base of bases) base.fault = new Error('SlowDown');
          else if (each.do === 'take both again') {
            for (const document of [mirror, ...bases]) document.fault = undefined;
            clock.advance(TRUST_MS + 1);
          } else if (each.do === 'start cold') environments[each.by] = environment();
          else if ('by' in each) {
            const known = environments[each.by] ?? environment();
            expect(await believed(known)).toEqual(store.store.entries);
            if (each.do === 'outgrow the base') {
              for (const puts of manyPuts(round++)) await known.write(changesOf(puts));
              await known.endRun({ recorded: true });
            }
            if (!('key' in each)) continue;
            if (each.do === 'lose the response') {
              store.after = () => {
                throw new Error('lost');
              };
            }
            const written = await known.write(changesOf({ [each.key]: each.value })).catch(() => 'lost');
            if (each.do === 'run' && written !== 'lost') await known.endRun({ recorded: true });
          }
        }
      }),
      { numRuns: process.env['CI'] === 'true' ? 2_000 : 300 },
    );
  });
});

describe('unrecorded changes', () => {
  const [A, B, C] = [1, 2, 3].map((sequence) => encodeEntry({ ...asleepOn(1), sequence })) as [
    string,
    string,
    string,
  ];
  const namesFound = ({ found: { entries, missing } }: KnownStore) => [[...entries.keys()], missing];

  test('are reported by the next run, here or in another environment', async () => {
    const { environment } = await stand();
    const known = environment();
    await run(known, { shop: A, wiki: A });
    await known.read();
    await known.write(changesOf({ shop: B, chat: B }, 'wiki'));
    await known.endRun({ recorded: false });
    for (const each of [known, environment()]) {
      await each.read();
      expect(namesFound(each)).toEqual([['shop', 'chat'], ['wiki']]);
      await each.endRun({ recorded: false });
    }
    const third = environment();
    await third.read();
    await third.endRun({ recorded: true });
    await known.read();
    expect(namesFound(third)).toEqual([[], []]);
  });

  test("do not include another writer's own keys", async () => {
    const { store, environment } = await stand();
    const known = environment();
    await run(known, { shop: A });
    store.put('by-hand', 'x');
    await known.read('now');
    expect(namesFound(known)).toEqual([[], []]);
  });

  test('are not reported again and again while the mirror cannot be read', async () => {
    const { store, mirror, environment } = await stand();
    await run(environment(), { shop: A, wiki: A });
    mirror.fault = new Error('AccessDenied');
    const known = environment();
    await known.read();
    expect(namesFound(known)).toEqual([['shop', 'wiki'], []]);
    await known.endRun({ recorded: true });
    reset(store);
    await known.read();
    expect(namesFound(known)).toEqual([[], []]);
    expect(store.calls).toEqual({ describe: 1, list: 0, get: 0, write: 0 });
  });

  test('are still reported after a run that read nothing', async () => {
    const { environment } = await stand();
    const known = environment();
    await known.read();
    await known.write(changesOf({ shop: A }));
    await known.endRun({ recorded: false });
    await known.endRun({ recorded: true });
    await known.read();
    expect(namesFound(known)).toEqual([['shop'], []]);
  });

  test('cost one save of the mirror for each change, and a second one if something was found', async () => {
    const { store, mirror, environment } = await stand();
    const known = environment();
    await run(known, { shop: A });
    mirror.saves = 0;
    await run(known, { shop: B });
    await known.read();
    await known.endRun({ recorded: true });
    expect(mirror.saves).toBe(1);
    store.put('shop', 'by hand');
    await known.read('now');
    expect(namesFound(known)).toEqual([[], ['shop']]);
    await known.endRun({ recorded: true });
    expect(mirror.saves).toBe(3);
  });

  const ends = ['told', 'refused', 'dead before its record', 'dead before the mirror'] as const;
  const runs = fc.array(
    fc.record({
      by: fc.nat(1),
      key: fc.constantFrom('shop', 'chat'),
      value: fc.constantFrom(A, B, undefined),
      end: fc.constantFrom(...ends),
    }),
    { maxLength: 20 },
  );

  test('are all recorded in the end, after any crash or refusal on the way', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (all) => {
        const { store, environment } = await stand();
        const environments = [environment(), environment()];
        const told = new Map<string, string | undefined>();
        await run(environment(), {});
        for (const { by, key, value, end } of [...all, { by: 0, key: 'shop', value: C, end: 'told' }]) {
          const known = environments[by] ?? environment();
          const { entries } = await known.read();
          const { found } = known;
          await known.write(value === undefined ? changesOf({}, key) : changesOf({ [key]: value }));
          if (end === 'told' || end === 'dead before the mirror') {
            for (const name of [...found.entries.keys(), ...found.missing]) told.set(name, entries.get(name));
            told.set(key, value);
          }
          if (end === 'told') await known.endRun({ recorded: true });
          else if (end === 'refused') await known.endRun({ recorded: false });
          else environments[by] = environment();
        }
        expect(new Map([...told].filter(([, value]) => value !== undefined))).toEqual(store.store.entries);
      }),
      { numRuns: process.env['CI'] === 'true' ? 2_000 : 300 },
    );
  });
});

test('the same holds with S3 and the KeyValueStore', async () => {
  const client = await s3Client();
  const { adapter, calls } = await cloudFrontStore();
  const environment = (writer: string) =>
    new KnownStore(
      adapter,
      {
        head: new S3Notebook(client, 'journal', 'mirror/main.json'),
        bases: [
          new S3Notebook(client, 'journal', 'mirror/base-0/main.json'),
          new S3Notebook(client, 'journal', 'mirror/base-1/main.json'),
        ],
      },
      { deployment: 'main', writer, warn: () => {}, now: () => 0 },
    );
  const [one, two] = [environment('one'), environment('two')];
  await run(one, { shop: 'A' });
  await two.read();
  await two.write(changesOf({ shop: 'B' }));
  expect(await believed(one)).toEqual(new Map([['shop', 'B']]));
  expect(await believed(one)).toEqual(new Map([['shop', 'B']]));
  expect(calls).toMatchObject({ DescribeKeyValueStore: 3, ListKeys: 2, UpdateKeys: 2 });
});
