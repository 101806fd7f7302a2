import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../core/wire/limits.ts';
import { EdgeView } from '../../../local/kvs/edge-view.ts';
import { KeyValueStore, type StoreOptions, type StoreWrite } from '../../../local/kvs/key-value-store.ts';
import { entryBytes, StoreError, type StoreUpdate } from '../../../local/kvs/kvs-rules.ts';

/** A clock that stands still until it is moved. */
const clock = { time: 1_000, now: () => clock.time };

beforeEach(() => {
  clock.time = 1_000;
});

const open = (options: Partial<StoreOptions> = {}) => new KeyValueStore({ clock, ...options });

/** Writes under the current ETag. */
const write = (store: KeyValueStore, update: StoreUpdate) => store.update(update, store.describe().etag);

const put = (store: KeyValueStore, key: string, value: string) => write(store, { puts: [{ key, value }] });

test('no version occurs again, not even in another store', () => {
  const etags = [open(), open()].flatMap((store) =>
    Array.from({ length: 50 }, (_, i) => put(store, 'k', `${i}`).etag),
  );
  expect(new Set(etags).size).toBe(100);
  for (const etag of etags) expect(etag).toMatch(/^KV[0-9A-Z]{13}$/);
});

/** The name of the StoreError that `action` throws, or undefined. */
function refusalOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error.name;
    throw error;
  }
}

/** A store with room for ten more bytes. */
function nearlyFull(): KeyValueStore {
  const store = open();
  for (let first = 0; first < 5_000; first += 50) {
    const key = (index: number) => (first + index).toString().padStart(8, '0');
    const value = (index: number) => 'v'.repeat(first + index === 0 ? 982 : 992);
    write(store, { puts: Array.from({ length: 50 }, (_, i) => ({ key: key(i), value: value(i) })) });
  }
  expect(store.describe().bytes).toBe(LIMITS.storeBytes - 10);
  return store;
}

describe('limits of the service', () => {
  test.each([
    ['ASCII', 'k'.repeat(512), 'k'.repeat(513)],
    ['two-byte characters', 'é'.repeat(256), `é${'é'.repeat(255)}k`],
  ])('takes a key of 512 bytes of %s and refuses 513', (_, fits, exceeds) => {
    const store = open();
    expect(put(store, fits, '').bytes).toBe(512);
    expect(refusalOf(() => put(store, exceeds, ''))).toBe('ServiceQuotaExceededException');
  });

  test.each([
    ['ASCII', 'v'.repeat(1_024), 'v'.repeat(1_025)],
    ['four-byte characters', '🦊'.repeat(256), `${'🦊'.repeat(256)}v`],
  ])('takes a value of 1,024 bytes of %s and refuses 1,025', (_, fits, exceeds) => {
    const store = open();
    expect(put(store, 'k', fits).bytes).toBe(1_025);
    expect(refusalOf(() => put(store, 'k', exceeds))).toBe('ServiceQuotaExceededException');
  });

  test('takes 50 keys in an update, puts and deletes together, and refuses 51', () => {
    const store = open();
    const puts = Array.from({ length: 30 }, (_, i) => ({ key: `put-${i}`, value: '' }));
    const deletes = Array.from({ length: 20 }, (_, i) => `delete-${i}`);
    expect(write(store, { puts, deletes }).items).toBe(30);
    const refusal = refusalOf(() => write(store, { puts, deletes: [...deletes, 'one more'] }));
    expect(refusal).toBe('ServiceQuotaExceededException');
  });

  test('fills to 5 MB exactly and refuses the byte after', () => {
    const store = nearlyFull();
    expect(refusalOf(() => put(store, 'k', '0123456789'))).toBe('ServiceQuotaExceededException');
    expect(put(store, 'k', '012345678').bytes).toBe(LIMITS.storeBytes);
    // Deletes of the same update make room.
    const swap = { puts: [{ key: 'K', value: '876543210' }], deletes: ['k'] };
    expect(write(store, swap).bytes).toBe(LIMITS.storeBytes);
  });

  test.each<[string, StoreUpdate]>([
    ['an empty key', { puts: [{ key: '', value: 'v' }] }],
    ['an empty update', {}],
    [
      'a key put twice',
      {
        puts: [
          { key: 'k', value: '1' },
          { key: 'k', value: '1' },
        ],
      },
    ],
    ['a key deleted twice', { deletes: ['k', 'k'] }],
    ['a key both put and deleted', { puts: [{ key: 'k', value: '1' }], deletes: ['k'] }],
    ['a key that is not Unicode', { puts: [{ key: '\ud800', value: 'v' }] }],
    ['a value that is not Unicode', { puts: [{ key: 'k', value: 'v\udfff' }] }],
  ])('refuses %s as invalid', (_, update) => {
    const store = open();
    expect(refusalOf(() => write(store, update))).toBe('ValidationException');
  });

  test('says which key is too long, and how long it may be', () => {
    const store = open();
    expect(() => put(store, 'shop', 'v'.repeat(1_025))).toThrow(
      'Limit exceeded: Maximum size of the value in a key value pair: "shop" has 1025 bytes, at most 1024 fit',
    );
  });
});

describe('updates', () => {
  test('an update with one invalid put changes nothing', () => {
    const store = open();
    put(store, 'kept', '1');
    const before = store.describe();
    const puts = [
      { key: 'new', value: '2' },
      { key: 'kept', value: '2'.repeat(1_025) },
    ];
    expect(refusalOf(() => write(store, { puts, deletes: ['gone'] }))).toBeDefined();
    expect(store.describe()).toEqual(before);
    expect([...store.entries]).toEqual([['kept', '1']]);
  });

  test('deleting a missing key succeeds and keeps the ETag', () => {
    const store = open();
    const before = put(store, 'k', 'v');
    expect(write(store, { deletes: ['absent', 'also absent'] })).toEqual(before);
    expect(write(store, { deletes: ['absent', 'k'] }).etag).not.toBe(before.etag);
  });

  test('putting the value that is already there is a write', () => {
    const store = open();
    const { etag } = put(store, 'k', 'v');
    expect(put(store, 'k', 'v').etag).not.toBe(etag);
  });

  test.each([
    ['ValidationException', {}],
    ['ConflictException', { staleETag: 'ConflictException' }],
  ] as const)('a stale and a missing ETag are a %s with %j', (name, options) => {
    const store = open(options);
    const { etag } = store.describe();
    put(store, 'theirs', '1');
    const mine = { puts: [{ key: 'mine', value: '2' }] };
    expect(refusalOf(() => store.update(mine, etag))).toBe(name);
    expect(refusalOf(() => store.update(mine, undefined))).toBe(name);
    expect(() => store.update(mine, etag)).toThrow('Pre-Condition failed during update of Key-Value-Store');
    expect(store.get('mine')).toBeUndefined();
  });

  test('a listing continues after its last key while entries are added and deleted', () => {
    const store = open();
    write(store, { puts: ['b', 'd', 'f'].map((key) => ({ key, value: '1' })) });
    const { next } = store.list({ max: 1 });
    expect(next).toBe('b');
    write(store, { puts: ['a', 'c'].map((key) => ({ key, value: '2' })), deletes: ['b', 'd'] });
    const items = ['c', 'f'].map((key) => ({ key, value: store.get(key) }));
    expect(store.list({ max: 2, after: 'b' })).toEqual({ items });
  });

  test('listeners receive each write with a change until they unsubscribe', () => {
    const store = open();
    const heard: StoreWrite[] = [];
    const unsubscribe = store.onWrite((event) => heard.push(event));
    put(store, 'k', 'v');
    clock.time = 2_000;
    const version = write(store, { puts: [{ key: 'l', value: 'w' }], deletes: ['k', 'absent'] });
    write(store, { deletes: ['absent'] });
    unsubscribe();
    put(store, 'unheard', '');
    expect(heard).toHaveLength(2);
    const changed = new Map([
      ['l', 'w'],
      ['k', undefined],
    ]);
    expect(heard[1]).toEqual({ ...version, at: 2_000, changed });
  });

  test('agree with a plain map on entries, refusals, sizes and listing', () => {
    const runs = fc.property(steps, fc.integer({ min: 1, max: 4 }), (steps, pageSize) => {
      const store = open();
      let model = new Map<string, string>();
      for (const { update, stale } of steps) {
        const etag = stale ? 'stale' : store.describe().etag;
        const next = stale ? undefined : modelAfter(model, update);
        expect(refusalOf(() => store.update(update, etag)) === undefined).toBe(next !== undefined);
        model = next ?? model;
        const bytes = [...model].reduce((sum, [key, value]) => sum + entryBytes(key, value), 0);
        expect(store.describe()).toMatchObject({ items: model.size, bytes });
      }
      expect(listed(store, pageSize)).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
    });
    fc.assert(runs);
  });

  test('give a new ETag for each put and each change, and keep it otherwise', () => {
    const runs = fc.property(steps, (steps) => {
      const store = open();
      const seen = new Set([store.describe().etag]);
      for (const { update, stale } of steps) {
        const { etag } = store.describe();
        const writes = update.puts.length > 0 || update.deletes.some((key) => store.get(key) !== undefined);
        const refused = refusalOf(() => store.update(update, stale ? 'stale' : etag)) !== undefined;
        const after = store.describe().etag;
        expect(after !== etag).toBe(writes && !refused);
        expect(after === etag || !seen.has(after)).toBe(true);
        seen.add(after);
      }
    });
    fc.assert(runs);
  });
});

const key = fc.constantFrom('a', 'b', 'é', '__proto__', '10', '9', 'constructor', 'shop.example.com');
const pair = fc.record({ key, value: fc.string({ maxLength: 5, unit: 'grapheme' }) });
const update = fc.record({
  puts: fc.array(pair, { maxLength: 3 }),
  deletes: fc.array(key, { maxLength: 3 }),
});
const stale = fc.nat(9).map((n) => n === 0);
const steps = fc.array(fc.record({ update, stale }), { maxLength: 12 });

/** A plain map after the update; undefined if the store must refuse it. */
function modelAfter(
  model: ReadonlyMap<string, string>,
  { puts, deletes }: Required<StoreUpdate>,
): Map<string, string> | undefined {
  const keys = [...puts.map((put) => put.key), ...deletes];
  if (keys.length === 0 || new Set(keys).size < keys.length) return undefined;
  const kept = [...model].filter(([key]) => !deletes.includes(key));
  return new Map([...kept, ...puts.map(({ key, value }): [string, string] => [key, value])]);
}

/** Everything that the store lists, page by page. */
function listed(store: KeyValueStore, max: number): [string, string][] {
  const pairs: [string, string][] = [];
  for (let page = store.list({ max }); ; page = store.list({ max, after: page.next })) {
    pairs.push(...page.items.map(({ key, value }): [string, string] => [key, value]));
    if (page.next === undefined) return pairs;
  }
}

test('30,000 keys are written, listed and read at speed', () => {
  const store = open();
  const edge = new EdgeView(store, { delay: 0, clock });
  const started = performance.now();
  for (let batch = 0; batch < 600; batch++) {
    const puts = Array.from({ length: 50 }, (_, i) => ({ key: `app-${batch}-${i}`, value: 'v'.repeat(100) }));
    write(store, { puts });
  }
  expect(listed(store, 50)).toHaveLength(30_000);
  expect(edge.read('app-599-49')).toBeDefined();
  // Measured: a quarter of a second. It takes minutes if each call sums the size or sorts the listing.
  expect(performance.now() - started).toBeLessThan(5_000);
});
