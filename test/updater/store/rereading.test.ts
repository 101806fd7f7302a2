import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LayeredMap } from '../../../core/layered-map.ts';
import type { Changes } from '../../../core/plan/plan.ts';
import { Rereading } from '../../../updater/store/rereading.ts';
import { changesOf } from '../../contracts/route-store.ts';
import { held } from '../../support/stands/held.ts';
import { MemoryRouteStore } from '../../support/stands/memory.ts';

/** Two keys whose page is read at once, and two whose page is read at the end of the listing. */
const KEYS = ['a', 'b', 'y', 'z'];

/** A store with partly outdated content, and a listing of it in progress. */
async function stand(left: Record<string, string>, now: Record<string, string> = left) {
  const store = await MemoryRouteStore.open();
  for (const [key, value] of Object.entries(now)) store.put(key, value);
  const { promise, goOn } = held();
  store.listing = promise;
  const content = LayeredMap.from(new Map(Object.entries(left)));
  const rereading = new Rereading(store, await store.describe(), content);
  return { store, rereading, goOn };
}

test('a write beside a listing costs a Describe, a call for each of its keys, and the write', async () => {
  const { store, rereading } = await stand({ a: '1', z: '1' });
  const { describe } = store.calls;
  expect(await rereading.write(changesOf({ b: '2', z: '2' }, 'a'))).toMatchObject({ outcome: 'applied' });
  expect(store.calls).toEqual({ describe: describe + 1, list: 1, get: 3, write: 1 });
  expect(store.store.entries).toEqual(new Map(Object.entries({ b: '2', z: '2' })));
});

test.each<[string, Record<string, string>, Changes]>([
  ['has another value', { a: '2' }, changesOf({ a: '3' })],
  ['is gone', {}, changesOf({}, 'a')],
  ['exists by now', { a: '1', b: '1' }, changesOf({ b: '2' })],
  ['is one of many', { a: '2', y: '1' }, changesOf({ y: '2', z: '2' }, 'a')],
])('a key that %s prevents the write, and its found value is believed', async (_, now, changes) => {
  const { store, rereading } = await stand({ a: '1' }, now);
  expect(await rereading.write(changes)).toEqual({ outcome: 'changed' });
  expect(store.calls.write).toBe(0);
  for (const key of [...changes.puts.keys(), ...changes.deletes]) {
    expect(rereading.believed.entries.get(key)).toBe(now[key]);
  }
});

test('no more than ten keys are asked for at a time', async () => {
  const { store, rereading } = await stand({});
  let [open, most] = [0, 0];
  store.get = async () => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open -= 1;
    return undefined;
  };
  const puts = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'x']));
  expect(await rereading.write(changesOf(puts))).toMatchObject({ outcome: 'applied' });
  expect(most).toBe(10);
});

test('a write counts, and is in the content even if its page was read before', async () => {
  const { rereading, goOn } = await stand({ a: '1', z: '1' });
  await rereading.write(changesOf({ a: '2', b: '2' }, 'z'));
  expect(new Map(rereading.believed.entries)).toEqual(new Map(Object.entries({ a: '2', b: '2' })));
  goOn();
  expect(new Map((await rereading.content()).entries)).toEqual(new Map(Object.entries({ a: '2', b: '2' })));
});

test('a key whose response was lost, or that another writer changed, is read once more at the end', async () => {
  const { store, rereading, goOn } = await stand({ a: '1', b: '1' });
  store.after = () => {
    throw new Error('lost');
  };
  await expect(rereading.write(changesOf({ a: '2' }))).rejects.toThrow('lost');
  store.store.update({ deletes: ['b'] }, store.store.describe().etag);
  expect(await rereading.write(changesOf({ b: '2' }))).toEqual({ outcome: 'changed' });
  goOn();
  expect(new Map((await rereading.content()).entries)).toEqual(new Map([['a', '2']]));
});

test('a later write of another writer is not mistaken for our own', async () => {
  const { store, rereading, goOn } = await stand({ a: '1' });
  await rereading.write(changesOf({ a: '2' }));
  store.put('a', 'theirs');
  goOn();
  const { version } = await rereading.content();
  expect(version.etag).not.toBe((await store.describe()).etag);
});

type Step =
  | { who: 'they'; key: string; value: string | undefined }
  | { who: 'we'; values: Record<string, string | undefined>; rival: boolean; lost: boolean };

const value = fc.constantFrom('1', '2', undefined);
const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ who: fc.constant('they' as const), key, value }),
  fc.record({
    who: fc.constant('we' as const),
    values: fc.dictionary(key, value, { minKeys: 1, maxKeys: 3 }),
    rival: fc.boolean(),
    lost: fc.boolean(),
  }),
);

/** Changes that turn `from` into these values, without keys that have their value already. */
function toward(values: Record<string, string | undefined>, from: ReadonlyMap<string, string>): Changes {
  const differing = Object.entries(values).filter(([each, wanted]) => from.get(each) !== wanted);
  return {
    puts: new Map(differing.flatMap(([each, wanted]) => (wanted === undefined ? [] : [[each, wanted]]))),
    deletes: new Set(differing.flatMap(([each, wanted]) => (wanted === undefined ? [each] : []))),
  };
}

function change(store: MemoryRouteStore, each: string, wanted: string | undefined): void {
  const update = wanted === undefined ? { deletes: [each] } : { puts: [{ key: each, value: wanted }] };
  store.store.update(update, store.store.describe().etag);
}

test('with any writes and losses in between, no unexpected value is overwritten, and content that counts as known is the store’s', async () => {
  const before = fc.dictionary(key, fc.constantFrom('1', '2'));
  await fc.assert(
    fc.asyncProperty(
      before,
      before,
      fc.array(step, { maxLength: 8 }),
      fc.boolean(),
      async (left, now, steps, late) => {
        const { store, rereading, goOn } = await stand(left, now);
        for (const each of steps) {
          if (each.who === 'they') {
            change(store, each.key, each.value);
            continue;
          }
          const { entries } = rereading.believed;
          const changes = toward(each.values, entries);
          if (changes.puts.size + changes.deletes.size === 0) continue;
          store.before = each.rival
            ? () => change(store, [...changes.puts.keys(), ...changes.deletes][0] ?? '', '3')
            : undefined;
          store.after = each.lost
            ? () => {
                throw new Error('lost');
              }
            : undefined;
          const stood = new Map(store.store.entries);
          const outcome = await rereading.write(changes).catch(() => ({ outcome: 'lost' }));
          [store.before, store.after] = [undefined, undefined];
          if (outcome.outcome !== 'applied' && outcome.outcome !== 'lost') continue;
          for (const name of [...changes.puts.keys(), ...changes.deletes])
            expect(stood.get(name)).toBe(entries.get(name));
        }
        if (late) change(store, 'a', '4');
        goOn();
        const { version, entries } = await rereading.content();
        if (version.etag === store.store.describe().etag) {
          expect(new Map(entries)).toEqual(store.store.entries);
        }
      },
    ),
    { numRuns: process.env['CI'] === 'true' ? 5_000 : 500 },
  );
});
