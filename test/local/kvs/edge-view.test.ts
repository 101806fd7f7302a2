import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { EdgeView } from '../../../local/kvs/edge-view.ts';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import type { StoreUpdate } from '../../../local/kvs/kvs-rules.ts';

/** A clock that stands still until it is moved. */
const clock = { time: 1_000, now: () => clock.time };

beforeEach(() => {
  clock.time = 1_000;
});

const open = () => new KeyValueStore({ clock });

/** Writes under the current ETag. */
const write = (store: KeyValueStore, update: StoreUpdate) => store.update(update, store.describe().etag);

const put = (store: KeyValueStore, key: string, value: string) => write(store, { puts: [{ key, value }] });

test('an edge serves a write `delay` milliseconds after the store accepted it, and the old value until then', () => {
  const store = open();
  put(store, 'k', 'old');
  const edge = new EdgeView(store, { delay: 30_000, clock });
  put(store, 'k', 'new');
  put(store, 'l', 'first');
  clock.time += 29_999;
  expect([edge.read('k'), edge.read('l')]).toEqual(['old', undefined]);
  clock.time += 1;
  expect([edge.read('k'), edge.read('l')]).toEqual(['new', 'first']);
});

test('an edge serves a deleted key until the deletion arrives', () => {
  const store = open();
  put(store, 'k', 'v');
  const edge = new EdgeView(store, { delay: 100, clock });
  write(store, { deletes: ['k'] });
  expect(edge.read('k')).toBe('v');
  clock.time += 100;
  expect(edge.read('k')).toBeUndefined();
});

test('an edge knows when a version arrives', () => {
  const store = open();
  const edge = new EdgeView(store, { delay: 30_000, clock });
  const first = store.describe().etag;
  clock.time = 5_000;
  const { etag } = put(store, 'k', 'v');
  expect(edge.visibleAt(etag)).toBe(35_000);
  expect(edge.visibleAt(first)).toBe(1_000);
  expect(edge.visibleAt('KVUNKNOWN')).toBeUndefined();
});

test('an edge keeps the last thousand versions', () => {
  const store = open();
  const edge = new EdgeView(store, { delay: 200, clock });
  const etags = Array.from({ length: 1_001 }, (_, i) => put(store, 'k', `${i}`).etag);
  expect(edge.visibleAt(etags[0] ?? '')).toBeUndefined();
  expect(edge.visibleAt(etags[1] ?? '')).toBeDefined();
});

test('an edge always equals the store `delay` milliseconds ago', () => {
  const step = fc.record({
    wait: fc.nat(40),
    key: fc.constantFrom('a', 'b'),
    value: fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step), fc.nat(100), (steps, delay) => {
      const store = open();
      const edge = new EdgeView(store, { delay, clock });
      const past = [{ at: -Infinity, entries: new Map<string, string>() }];
      for (const { wait, key, value } of steps) {
        clock.time += wait;
        write(store, value === undefined ? { deletes: [key] } : { puts: [{ key, value }] });
        past.push({ at: clock.time, entries: new Map(store.entries) });
        const then = past.findLast(({ at }) => at <= clock.time - delay)?.entries;
        for (const name of ['a', 'b']) expect(edge.read(name)).toBe(then?.get(name));
      }
    }),
  );
});
