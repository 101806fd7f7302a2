import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { StoreClosedError } from '../../../updater/ports.ts';
import { StoreUnwrittenError } from '../../../updater/run/run.ts';
import { held } from '../../support/stands/held.ts';
import { app, member, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';
import { stateChange } from '../../support/values/made-events.ts';

const SHOP = 'shop.dev.example.com';
const apps = (count: number) => Array.from({ length: count }, (_, n) => app(n + 1, `app-${n + 1}`));

describe('the store', () => {
  test('F32: a store at another version is read and planned again, with jitter, until the write succeeds', async () => {
    const { sweep, store, clock, states, decisions } = await updaterStand(app(1, 'shop'));
    let rivals = 5;
    const rival = () => {
      store.put('rival', `${rivals}`);
      if (--rivals > 0) store.before = rival;
    };
    store.before = rival;
    await sweep();
    expect(states()).toMatchObject({ shop: 'live' });
    expect(decisions()[0]).toMatchObject({ outcome: 'applied', puts: [{ hostname: SHOP }] });
    expect(clock.waits).toHaveLength(5);
    expect(clock.waits.reduce((sum, wait) => sum + wait)).toBeLessThan(2_000);
  });

  test('F32: while the store is listed, entries that no other writer changed are written', async () => {
    const { sweep, store, become, states, decisions } = await updaterStand(app(1, 'shop'), app(2, 'cart'));
    await sweep();
    const { promise, goOn } = held();
    store.listing = promise;
    store.put('rival', 'x');
    become(app(1, 'shop', { state: 'stopped' }), app(2, 'cart'));
    const run = sweep();
    await new Promise((resolve) => setImmediate(resolve));
    expect(states()).toMatchObject({ shop: 'asleep', cart: 'live' });
    expect(decisions()).toHaveLength(1);
    goOn();
    await run;
    expect(decisions()[1]).toMatchObject({ outcome: 'applied', puts: [{ hostname: SHOP, state: 'asleep' }] });
  });

  test('F32: ten updaters can write at once', async () => {
    const { environment, handle, store, become } = await updaterStand();
    become(...apps(10));
    const parts = Array.from({ length: 10 }, () => environment());
    await Promise.all(parts.map((each) => handle(each, { action: 'reconcile' })));
    expect(store.store.entries.size).toBe(10);
  });

  test('F33: no update is lost, because each name has its own key', async () => {
    const { environment, handle, become, store, states } = await updaterStand(app(1, 'one'));
    const [first, second] = [environment(), environment()];
    await handle(first, { action: 'reconcile' });
    store.before = () => store.put('by-hand', 'x');
    become(app(1, 'one'), app(2, 'two'));
    await handle(second, { action: 'reconcile' });
    expect(states()).toEqual({ one: 'live', two: 'live', 'by-hand': undefined });
  });

  test('F34: a write whose response was lost is found in the store, and recorded', async () => {
    const { sweep, store, decisions } = await updaterStand(app(1, 'shop'));
    store.after = () => {
      throw new Error('socket hang up');
    };
    await sweep();
    expect(store.calls.write).toBe(1);
    expect(decisions()).toMatchObject([{ outcome: 'applied', puts: [{ hostname: SHOP, state: 'live' }] }]);
  });

  test('F34: a write that takes effect after its batch came back is found by the next run, though that found nothing to write', async () => {
    const { parts, environment, handle, store, become, states, clock, queue, lines } = await updaterStand(
      app(1, 'shop'),
    );
    const [one, other] = [environment(), parts];
    for (const each of [other, one]) await handle(each, { action: 'reconcile', id: '1' });
    const { etag } = store.store.describe();
    store.before = () => {
      store.fault = new Error('socket hang up');
      throw store.fault;
    };
    become(app(1, 'shop', { state: 'stopped' }));
    await expect(handle(one, { action: 'reconcile', id: '2' })).rejects.toThrow(StoreUnwrittenError);
    expect(queue.returns).toHaveLength(1);
    store.fault = undefined;
    become(app(1, 'shop'));
    clock.advance(5_000);
    await handle(other, { action: 'reconcile', id: '2' });
    store.store.update({ deletes: [SHOP] }, etag);
    await handle(other, { action: 'reconcile', id: '3' });
    expect(states()).toEqual({ shop: 'live' });
    expect(lines).toContainEqual({
      level: 'WARN',
      message:
        'a write without an answer took effect late, or another writer changed the store; entries of this deployment that differ: 1',
    });
  });

  test('F35: more than 50 changes are written in pieces; no name is missing meanwhile, and the next run completes them after a crash', async () => {
    const { environment, handle, become, store, states } = await updaterStand(...apps(60));
    const first = environment();
    store.after = () => {
      store.fault = new Error('the process is gone');
    };
    await expect(handle(first, { action: 'reconcile' })).rejects.toThrow(StoreUnwrittenError);
    expect(store.store.entries.size).toBe(50);
    store.fault = undefined;
    await handle(environment(), { action: 'reconcile' });
    expect(Object.keys(states())).toHaveLength(60);
    // 60 instances move to other names, each in one piece.
    become(...Array.from({ length: 60 }, (_, n) => app(n + 1, `new-${n + 1}`)));
    store.after = () => {
      const moved = [...store.store.entries.keys()].filter((key) => key.startsWith('new-'));
      expect(moved).toHaveLength(25);
      expect(store.store.entries.size).toBe(60);
    };
    await handle(environment(), { action: 'reconcile' });
    expect(Object.keys(states()).every((name) => name.startsWith('new-'))).toBe(true);
  });

  test('F36: if two of three pieces succeed they stay; the rest is planned again, and the record has all writes', async () => {
    const { sweep, store, decisions } = await updaterStand(...apps(120));
    store.after = () => {
      store.after = () => {
        store.fault = new Error('InternalServerException');
      };
    };
    await expect(sweep()).rejects.toThrow(StoreUnwrittenError);
    expect(decisions()[0]).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('InternalServer'),
    });
    expect(decisions()[0]?.puts).toHaveLength(100);
    store.fault = undefined;
    await sweep();
    expect(store.store.entries.size).toBe(120);
    expect(decisions()[1]?.puts).toHaveLength(20);
  });

  test('F37: if the store refuses one name, the others are written, the problem is reported once, and the name is not tried again', async () => {
    const { sweep, store, states, problems } = await updaterStand(...apps(40));
    const write = store.write.bind(store);
    store.write = async (changes, etag) => {
      if (!changes.puts.has('app-17.dev.example.com')) return write(changes, etag);
      store.calls.write += 1;
      return { outcome: 'refused', reason: 'this name is odd' };
    };
    await sweep();
    expect(Object.keys(states())).toHaveLength(39);
    expect(problems()).toEqual([
      expect.stringContaining('app-17.dev.example.com was not written: this name is odd'),
    ]);
    const { write: calls } = store.calls;
    expect(calls).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(40)) + 1);
    await sweep();
    expect(store.calls.write).toBe(calls);
  });

  test('F38: a full store performs its deletes first and keeps all routes, and a problem names the waiting routes', async () => {
    const { sweep, become, store, states, problems } = await updaterStand(app(1, 'old'), app(2, 'steady'));
    await sweep();
    fill(store.store.describe().bytes, (key, value) => store.put(key, value));
    become(
      app(1, 'old', { state: 'terminated' }),
      app(2, 'steady'),
      app(3, 'a-new-one'),
      app(4, 'and-another'),
    );
    await sweep();
    const { steady, old } = states();
    expect([steady, old]).toEqual(['live', undefined]);
    expect(problems()).toEqual(Array(2).fill(expect.stringContaining('is not written: the store is full')));
    become(app(2, 'steady', { state: 'stopped' }));
    await sweep();
    expect(states()['steady']).toBe('asleep');
  });

  test('F38: a store that is full below its documented size is believed', async () => {
    const { sweep, become, store, states, problems } = await updaterStand(app(1, 'old'), app(2, 'steady'));
    await sweep();
    const write = store.write.bind(store);
    store.write = async (changes, etag) => {
      if ([...changes.puts.keys()].every((key) => store.store.entries.has(key))) return write(changes, etag);
      store.calls.write += 1;
      return { outcome: 'full', reason: 'Limit exceeded' };
    };
    become(app(2, 'steady', { state: 'stopped' }), app(3, 'new'), app(1, 'old', { state: 'terminated' }));
    await sweep();
    expect(states()).toEqual({ steady: 'asleep' });
    expect(problems()).toEqual([expect.stringContaining('new.dev.example.com is not written')]);
    const { write: calls } = store.calls;
    await sweep();
    expect(store.calls.write).toBe(calls);
  });

  test('F39: no value exceeds 1 KB: the youngest members of a group are left out, with a problem', async () => {
    const { sweep, entryOf, store, problems } = await updaterStand(
      ...Array.from({ length: 30 }, (_, n) => member(n + 1, 'shop')),
    );
    await sweep();
    const kept = entryOf('shop')?.instances.map(({ id }) => id) ?? [];
    expect(kept.length).toBeGreaterThan(8);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => idOf(n + 1)));
    expect(Buffer.byteLength(store.store.get(SHOP) ?? '')).toBeLessThanOrEqual(LIMITS.valueBytes);
    expect(problems()).toHaveLength(30 - kept.length);
  });

  test('F40: a store that denies access ends the run at once with a remedy, and the event is journaled', async () => {
    const { send, store, clock, journal, decisions } = await updaterStand(app(1, 'shop'));
    store.fault = new StoreClosedError('the updater may not use the KeyValueStore');
    await expect(send(stateChange(idOf(1), 'running'))).rejects.toThrow(/may not use the KeyValueStore/);
    expect(clock.waits).toEqual([]);
    expect([...journal.records.keys()].some((key) => key.startsWith('raw/'))).toBe(true);
    expect(decisions()).toMatchObject([{ outcome: 'failed' }]);
  });

  test('F41: hand-written values stay although a tag claims their name', async () => {
    const { sweep, store, problems } = await updaterStand(app(1, 'shop'));
    store.put(SHOP, 'https://by-hand.example.com');
    await sweep();
    expect(store.store.get(SHOP)).toBe('https://by-hand.example.com');
    expect(problems()).toEqual([expect.stringContaining('a hand-written value')]);
  });

  test('F40: a batch that a closed store refuses comes back after 5 s, and is handled then', async () => {
    const { send, store, queue, states } = await updaterStand(app(1, 'shop'));
    store.fault = new StoreClosedError('denied');
    await expect(send({ action: 'reconcile' })).rejects.toThrow(StoreUnwrittenError);
    expect(queue.returns.map(({ delay }) => delay)).toEqual([5]);
    store.fault = undefined;
    await send({ action: 'reconcile' });
    expect(states()).toEqual({ shop: 'live' });
    expect(queue.returns).toHaveLength(1);
  });

  test('F42: two deployments share a store: each changes its own entries, and the first holder keeps a name', async () => {
    const { sweep, become, store, problems } = await updaterStand(app(1, 'shop'), app(2, 'mine'));
    const theirs = encodeEntry({
      access: 'public',
      deployment: 'theirs',
      sequence: 1,
      state: 'asleep',
      instances: [],
    });
    store.put(SHOP, theirs);
    store.put('theirs.dev.example.com', theirs);
    await sweep();
    become(app(3, 'third'));
    await sweep();
    expect(store.store.get(SHOP)).toBe(theirs);
    expect(store.store.get('theirs.dev.example.com')).toBe(theirs);
    expect(problems()).toEqual([]);
  });

  test('F43: an unreadable value stays without our mark, and is written again with it', async () => {
    const { sweep, store, entryOf } = await updaterStand(app(1, 'shop'), app(2, 'cart'));
    store.put(SHOP, '3 p {"broken');
    store.put('cart.dev.example.com', '99 ? main#7');
    await sweep();
    expect(store.store.get(SHOP)).toBe('3 p {"broken');
    expect(entryOf('cart')?.state).toBe('live');
  });

  test('F44: an audit finds and repairs an entry that was edited by hand', async () => {
    const { send, sweep, store, states, lines } = await updaterStand(app(1, 'shop'), app(2, 'cart'));
    await sweep();
    const { describe, list } = store.calls;
    await send({ action: 'audit', id: '1' });
    expect(store.calls).toEqual({ describe: describe + 1, list, get: 0, write: 1 });
    store.store.update({ deletes: [SHOP] }, store.store.describe().etag);
    await send({ action: 'audit', id: '2' });
    expect(states()).toEqual({ shop: 'live', cart: 'live' });
    expect(store.calls).toEqual({ describe: describe + 2, list: list + 1, get: 0, write: 2 });
    expect(lines).toContainEqual({
      level: 'WARN',
      message: expect.stringContaining(
        'another writer changed the store; entries of this deployment that differ: 1',
      ),
    });
  });
});

test('a name and its address move between instances without a gap', async () => {
  const { sweep, become, store, addresses } = await updaterStand(app(1, 'shop'), app(2, 'next'));
  await sweep();
  become(app(1, 'next'), app(2, 'shop'));
  await sweep();
  expect(store.calls.write).toBe(2);
  expect([addresses('shop'), addresses('next')]).toEqual([[publicNameOf(2)], [publicNameOf(1)]]);
});

/** Fills a store up to its last kilobyte. */
function fill(bytes: number, put: (key: string, value: string) => void): void {
  const value = 'x'.repeat(1_000);
  for (let n = 0; bytes + 1_010 < LIMITS.storeBytes; n++) {
    const key = `filler-${n}`;
    put(key, value);
    bytes += key.length + value.length;
  }
}
