import { describe, expect, test } from 'vitest';
import type { Changes } from '../../core/plan/plan.ts';
import type { RouteStore, StoreVersion } from '../../updater/ports.ts';

/** Builds changes from puts and deletes. */
export function changesOf(puts: Record<string, string>, ...deletes: string[]): Changes {
  return { puts: new Map(Object.entries(puts)), deletes: new Set(deletes) };
}

/** `count` keys and values. */
function many(count: number, value = 'x'): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`app-${n}.dev.example.com`, value]));
}

/**
 * Examines an implementation of RouteStore by the promises of its doc comment.
 *
 * @param open creates an empty store for each test, and ends it
 */
export function examineRouteStore(name: string, open: () => Promise<RouteStore>): void {
  /** A store with these entries. */
  const holding = async (entries: Record<string, string>) => {
    const store = await open();
    const { etag } = await store.describe();
    const outcome = await store.write(changesOf(entries), etag);
    if (outcome.outcome !== 'applied') throw new Error('An empty store refused its first write.');
    return { store, ...outcome };
  };

  describe(`${name}, like every route store,`, () => {
    test('is empty at first', async () => {
      const store = await open();
      expect(await store.describe()).toMatchObject({ items: 0, bytes: 0, etag: expect.stringMatching(/./) });
      expect(await store.list()).toEqual(new Map());
    });

    test('has the entries that were written, and counts keys and bytes', async () => {
      const { store, etag, items, bytes } = await holding({
        'a.example.com': '[1]',
        'é.example.com': '["ü"]',
      });
      expect(await store.list()).toEqual(
        new Map(Object.entries({ 'a.example.com': '[1]', 'é.example.com': '["ü"]' })),
      );
      expect({ items, bytes }).toEqual({ items: 2, bytes: 13 + 3 + 14 + 6 });
      expect(await store.describe()).toMatchObject({ etag, items, bytes });
    });

    test('lists all keys over several pages', async () => {
      const { store, ...first } = await holding(many(50));
      let { etag } = first;
      for (let n = 0; n < 3; n++) {
        const more = Object.fromEntries(Object.keys(many(50)).map((key) => [`${n}-${key}`, 'y']));
        const outcome = await store.write(changesOf(more), etag);
        if (outcome.outcome === 'applied') etag = outcome.etag;
      }
      const entries = await store.list();
      expect(entries.size).toBe(200);
      expect(entries.get('2-app-49.dev.example.com')).toBe('y');
    });

    test('reads the value of one key, or that it is absent', async () => {
      const { store } = await holding({ 'é.example.com': '["ü"]', empty: '' });
      expect(await store.get('é.example.com')).toBe('["ü"]');
      expect(await store.get('empty')).toBe('');
      expect(await store.get('never-was')).toBeUndefined();
    });

    test('puts and deletes in one write', async () => {
      const { store, etag } = await holding({ a: '1', b: '2' });
      expect(await store.write(changesOf({ b: '3', c: '4' }, 'a'), etag)).toMatchObject({
        outcome: 'applied',
        items: 2,
      });
      expect(await store.list()).toEqual(
        new Map([
          ['b', '3'],
          ['c', '4'],
        ]),
      );
    });

    test('deletes an absent key without an error', async () => {
      const { store, etag } = await holding({ a: '1' });
      expect(await store.write(changesOf({}, 'never-was'), etag)).toMatchObject({
        outcome: 'applied',
        items: 1,
      });
    });

    test('has another version after each write', async () => {
      const { store, etag } = await holding({ a: '1' });
      const next = await store.write(changesOf({ a: '2' }), etag);
      expect(next).toMatchObject({ outcome: 'applied', etag: expect.not.stringMatching(`^${etag}$`) });
      expect((await store.describe()).etag).not.toBe(etag);
    });

    test('refuses a write under an old version as a conflict, and applies none of it', async () => {
      const { store, etag } = await holding({ a: '1' });
      await store.write(changesOf({ a: '2' }), etag);
      expect(await store.write(changesOf({ a: '3', b: '1' }), etag)).toEqual({ outcome: 'conflict' });
      expect(await store.list()).toEqual(new Map([['a', '2']]));
    });

    test('lets one of several concurrent writers win', async () => {
      const { store, etag } = await holding({ a: '0' });
      const writes = Array.from({ length: 5 }, (_, n) =>
        store.write(changesOf({ a: `${n}`, [`by-${n}`]: '' }), etag),
      );
      const outcomes = (await Promise.all(writes)).map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
      expect(await store.list()).toHaveProperty('size', 2);
    });

    test('refuses a write with a part that does not fit, and applies none of it', async () => {
      const { store, etag } = await holding({ a: '1' });
      const tooLong = changesOf({ b: 'fits', c: 'x'.repeat(1_025) }, 'a');
      const refused = (reason: RegExp) => ({ outcome: 'refused', reason: expect.stringMatching(reason) });
      expect(await store.write(tooLong, etag)).toEqual(refused(/1024/));
      expect(await store.write(changesOf({ ['k'.repeat(513)]: '' }), etag)).toEqual(refused(/512/));
      expect(await store.write(changesOf({ '': 'x' }), etag)).toEqual(refused(/empty/));
      expect(await store.write(changesOf(many(51)), etag)).toEqual(refused(/50/));
      expect(await store.list()).toEqual(new Map([['a', '1']]));
      expect((await store.describe()).etag).toBe(etag);
    });

    test('reports that it is full, and applies none of the write', async () => {
      const { store, ...first } = await holding(many(1));
      let version: StoreVersion = first;
      const page = (n: number) =>
        Object.fromEntries(Object.keys(many(50)).map((key) => [`${n}-${key}`, 'x'.repeat(1_024)]));
      for (let n = 0; ; n++) {
        const outcome = await store.write(changesOf(page(n)), version.etag);
        if (outcome.outcome === 'applied') version = outcome;
        else {
          expect(outcome).toEqual({ outcome: 'full', reason: expect.stringMatching(/5000000/) });
          break;
        }
      }
      expect(version.bytes).toBeGreaterThan(4_900_000);
      const { etag, items, bytes } = version;
      expect(await store.describe()).toMatchObject({ etag, items, bytes });
    });
  });
}
