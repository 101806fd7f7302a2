import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '../../../core/entry/entry.ts';
import { isTombstone } from '../../../core/entry/tombstone.ts';
import { PublicNames } from '../../../updater/names/public-names.ts';
import { StoreClosedError } from '../../../updater/ports.ts';
import { createMemory } from '../../../updater/run/memory.ts';
import { reconcile } from '../../../updater/run/reconcile.ts';
import type { Reconciled } from '../../../updater/run/reconciled.ts';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { held } from '../../support/stands/held.ts';
import {
  MemoryClock,
  MemoryFleet,
  MemoryNotebook,
  MemoryResolver,
  MemoryRouteStore,
} from '../../support/stands/memory.ts';
import { hinting } from '../../support/values/hints.ts';
import { idOf, instance, NOW, SETTINGS, type Sketch } from '../../support/values/instances.ts';

/** A reconcile over a fleet and a store in memory. */
async function stand(...sketches: Sketch[]) {
  const fleet = new MemoryFleet();
  const store = await MemoryRouteStore.open();
  const clock = new MemoryClock(NOW * 1000);
  const known = new KnownStore(
    store,
    { head: new MemoryNotebook(), bases: [new MemoryNotebook(), new MemoryNotebook()] },
    {
      ...{ deployment: 'main', writer: 'me', warn: () => {} },
      now: () => clock.now(),
    },
  );
  const parts = {
    ...{ fleet, store: known, memory: createMemory(), clock, settings: SETTINGS, tokenOf: () => '' },
    names: new PublicNames(new MemoryResolver(), clock),
  };
  const become = (...next: Sketch[]) => {
    fleet.instances = next.map(instance);
  };
  become(...sketches);
  const states = () =>
    Object.fromEntries(
      [...store.store.entries]
        .filter(([, value]) => !isTombstone(value))
        .map(([key, value]) => [key, decodeEntry(value)?.state]),
    );
  return {
    fleet,
    store,
    clock,
    become,
    states,
    forget: () => known.forget(),
    reconcile: (...ids: string[]) => reconcile(parts, hinting(...ids)),
  };
}

const app = (id: number, name: string, more: Partial<Sketch> = {}): Sketch => ({
  id,
  tags: { 'proxy:host': name },
  ...more,
});

const SHOP = 'shop.dev.example.com';

describe('a reconcile', () => {
  test('makes the store equal to the tags, and then has nothing to do', async () => {
    const { store, states, reconcile } = await stand(app(1, 'shop'), app(2, 'nap', { state: 'stopped' }));
    const first = await reconcile();
    expect(first).toMatchObject({ outcome: 'applied', puts: ['nap.dev.example.com', SHOP], deletes: [] });
    expect(states()).toEqual({ [SHOP]: 'live', 'nap.dev.example.com': 'asleep' });
    expect(await reconcile()).toMatchObject({ outcome: 'unchanged', puts: [], store: { items: 2 } });
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 1 });
  });

  test('reads hinted instances and those that have a name already', async () => {
    const { fleet, reconcile } = await stand(app(1, 'shop'));
    await reconcile(idOf(7));
    expect(fleet.also).toEqual([idOf(7)]);
    await reconcile(idOf(7), idOf(1));
    expect(fleet.also).toEqual([idOf(7), idOf(1)]);
  });

  test('removes the route of an instance whose tags are gone', async () => {
    const { become, states, reconcile } = await stand(app(1, 'shop'));
    await reconcile();
    become({ id: 1, tags: {} });
    expect(await reconcile()).toMatchObject({ outcome: 'applied', deletes: [SHOP] });
    expect(states()).toEqual({});
  });

  test('leaves values of others alone and reports their owner', async () => {
    const { store, reconcile } = await stand(app(1, 'shop'), app(2, 'chat'));
    const theirs = encodeEntry({
      access: 'public',
      deployment: 'theirs',
      sequence: 1,
      state: 'asleep',
      instances: [],
    });
    store.put(SHOP, theirs);
    store.put('chat.dev.example.com', 'by hand');
    const { outcome, problems } = await reconcile();
    expect(outcome).toBe('unchanged');
    expect(problems.map((problem) => problem.message).sort()).toEqual([
      expect.stringMatching(/^chat\.dev\.example\.com is taken by a hand-written value/),
      expect.stringMatching(/^shop\.dev\.example\.com is taken by deployment "theirs"/),
    ]);
    expect(store.store.get(SHOP)).toBe(theirs);
  });

  test('writes many changes in batches that the store accepts', async () => {
    const { store, reconcile } = await stand(
      ...Array.from({ length: 120 }, (_, n) => app(n + 1, `app-${n}`)),
    );
    expect(await reconcile()).toMatchObject({ outcome: 'applied', store: { items: 120 } });
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 3 });
  });
});

test('an app that changes its name always has one, among any number of others', async () => {
  const { store, states, become, reconcile } = await stand(app(1, 'old'));
  await reconcile();
  const others = Array.from({ length: 60 }, (_, n) => app(n + 2, `app-${n}`));
  become(app(1, 'new'), ...others);
  const names: boolean[][] = [];
  store.after = () => {
    names.push(['old', 'new'].map((name) => `${name}.dev.example.com` in states()));
  };
  await reconcile();
  expect(names).toEqual([[false, true]]);
});

describe('a reconcile with a doubtful listing', () => {
  test('changes nothing if the fleet cannot be listed', async () => {
    const { fleet, store, states, reconcile } = await stand(app(1, 'shop'));
    await reconcile();
    fleet.down.add('us-east-1');
    expect(await reconcile()).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(
        /could not be listed, so no route was changed: us-east-1: Error: RequestLimit/,
      ),
    });
    expect(states()).toEqual({ [SHOP]: 'live' });
    expect(store.calls.write).toBe(1);
  });

  test('deletes nothing because of an empty listing', async () => {
    const { become, states, reconcile } = await stand(app(1, 'shop'));
    await reconcile();
    become();
    const { outcome, problems } = await reconcile();
    expect(outcome).toBe('unchanged');
    expect(problems).toMatchObject([
      { hostnames: [SHOP], message: expect.stringContaining('are not listed') },
    ]);
    expect(states()).toEqual({ [SHOP]: 'live' });
  });

  test('keeps many unreadable entries of the deployment, because their instances are unknown', async () => {
    const { store, reconcile } = await stand(app(1, 'shop'));
    const keys = Array.from({ length: 20 }, (_, n) => `app-${n}.dev.example.com`);
    for (const key of keys) store.put(key, '9 something new main#7');
    await reconcile();
    expect([...store.store.entries.keys()].sort()).toEqual([...keys, SHOP].sort());
  });

  test('removes every address whose instance EC2 lists as ended, but keeps those of unlisted instances', async () => {
    const all = Array.from({ length: 40 }, (_, n) => app(n + 1, `app-${n}`));
    const { become, states, reconcile } = await stand(...all);
    await reconcile();
    become(...all.slice(0, 20).map((each) => ({ ...each, state: 'shutting-down' as const })));
    expect((await reconcile()).deletes).toHaveLength(20);
    expect(Object.keys(states())).toHaveLength(20);
  });
});

describe('a lost race', () => {
  test('is followed by another read and plan', async () => {
    const { store, states, reconcile } = await stand(app(1, 'shop'));
    store.before = () => store.put('by-hand', 'x');
    expect(await reconcile()).toMatchObject({ outcome: 'applied', conflicts: 1, puts: [SHOP] });
    expect(states()).toEqual({ [SHOP]: 'live', 'by-hand': undefined });
  });

  test('for a name is not counted as a write', async () => {
    const { store, reconcile } = await stand(app(1, 'shop'));
    store.before = () => store.put(SHOP, 'by hand');
    expect(await reconcile()).toMatchObject({ outcome: 'unchanged', conflicts: 1, puts: [] });
  });

  test('makes it read the fleet again only if the other writer named a new instance', async () => {
    const { fleet, store, reconcile } = await stand(app(1, 'shop'));
    const instances = [{ id: idOf(9), launchedAt: 1 }];
    const theirs = encodeEntry({
      access: 'public',
      deployment: 'main',
      sequence: 1,
      state: 'asleep',
      instances,
    });
    store.before = () => store.put('nap.dev.example.com', theirs);
    await reconcile(idOf(1));
    expect(fleet.calls.list).toBe(2);
    store.before = () => store.put('by-hand', 'x');
    fleet.instances = [];
    await reconcile(idOf(1));
    expect(fleet.calls.list).toBe(3);
  });

  test('between two batches keeps the first batch', async () => {
    const all = Array.from({ length: 60 }, (_, n) => app(n + 1, `app-${n}`));
    const { store, reconcile } = await stand(...all);
    store.after = () => store.put('by-hand', 'x');
    expect(await reconcile()).toMatchObject({ outcome: 'applied', conflicts: 1, store: { items: 61 } });
    expect(store.calls.write).toBe(3);
  });

  test('that repeats itself gives the batch back to the queue within two seconds', async () => {
    const { store, clock, states, reconcile } = await stand(app(1, 'shop'));
    const rival = () => {
      store.put('rival', `${store.calls.write}`);
      store.before = rival;
    };
    store.before = rival;
    const outcome: Reconciled = await reconcile();
    expect(outcome).toMatchObject({ outcome: 'conflict', conflicts: 7 });
    expect(outcome.reason).toMatch(/not be written \(tries: 7\): another writer was faster/);
    expect(states()).toEqual({ rival: undefined });
    expect(clock.waits.reduce((sum, wait) => sum + wait)).toBeLessThan(2_000);
  });
});

describe('while the whole store is listed', () => {
  const CHAT = 'chat.dev.example.com';
  const asleep = (id: number, name: string) => app(id, name, { state: 'stopped' });

  /** Two live apps, in a store whose next listing waits until the test releases it. */
  async function listing() {
    const { promise, goOn } = held();
    const around = await stand(app(1, 'shop'), app(2, 'chat'));
    await around.reconcile();
    around.store.listing = promise;
    return { ...around, goOn };
  }

  /** Waits until nothing more happens, except for the calls that the test holds up. */
  const quiet = () => new Promise((resolve) => setImmediate(resolve));

  test('a write that lost a race is made, and the run ends when the store is known', async () => {
    const { store, become, states, reconcile, goOn } = await listing();
    store.put('by-hand', 'x');
    become(asleep(1, 'shop'), app(2, 'chat'));
    let isOver = false;
    const run = reconcile().finally(() => {
      isOver = true;
    });
    await quiet();
    expect({ ...states(), isOver }).toMatchObject({ [SHOP]: 'asleep', [CHAT]: 'live', isOver: false });
    goOn();
    expect(await run).toMatchObject({ outcome: 'applied', puts: [SHOP], conflicts: 1, store: { items: 3 } });
    expect(store.calls).toEqual({ describe: 3, list: 2, get: 1, write: 3 });
  });

  test('an instance that stops loses its address, and a new one gets its name', async () => {
    const { store, clock, become, states, reconcile, goOn } = await listing();
    store.put('by-hand', 'x');
    become(asleep(1, 'shop'), app(2, 'chat'));
    const run = reconcile();
    await quiet();
    become(asleep(1, 'shop'), asleep(2, 'chat'), app(3, 'wiki'));
    clock.ring();
    await quiet();
    const then = { [SHOP]: 'asleep', [CHAT]: 'asleep', 'wiki.dev.example.com': 'live' };
    expect(states()).toMatchObject(then);
    goOn();
    const { puts, before, written } = await run;
    expect(puts).toEqual([CHAT, SHOP, 'wiki.dev.example.com']);
    expect([...(before ?? [])].map(([name, { state }]) => [name, state]).sort()).toEqual([
      [CHAT, 'live'],
      [SHOP, 'live'],
    ]);
    expect([...written.values()].map(({ state }) => state)).toEqual(['asleep', 'asleep', 'live']);
    expect(states()).toMatchObject(then);
  });

  test('a name that another writer changed is not overwritten', async () => {
    const { store, become, reconcile, goOn } = await listing();
    store.put(SHOP, 'by hand');
    become(asleep(1, 'shop'), asleep(2, 'chat'));
    const run = reconcile();
    await quiet();
    expect(store.store.get(SHOP)).toBe('by hand');
    expect(decodeEntry(store.store.get(CHAT) ?? '')?.state).toBe('asleep');
    goOn();
    expect(await run).toMatchObject({ outcome: 'applied', conflicts: 1, puts: [CHAT] });
    expect(store.store.get(SHOP)).toBe('by hand');
  });

  test('a write that loses a second race is repeated', async () => {
    const { store, become, states, reconcile, goOn } = await listing();
    store.before = () => {
      store.put('by-hand', '1');
      store.before = () => store.put('by-hand', '2');
    };
    become(asleep(1, 'shop'), app(2, 'chat'));
    const run = reconcile();
    await quiet();
    expect(states()).toMatchObject({ [SHOP]: 'asleep' });
    goOn();
    expect(await run).toMatchObject({ outcome: 'applied', conflicts: 2, puts: [SHOP] });
  });

  test('a write whose response is lost counts if the listing has it, and is not repeated', async () => {
    const { store, become, reconcile, goOn } = await listing();
    store.put('by-hand', 'x');
    // The first write meets the other writer, and the response to the second is lost.
    store.before = () => {
      store.after = () => {
        throw new Error('socket hang up');
      };
    };
    become(asleep(1, 'shop'), app(2, 'chat'));
    const run = reconcile();
    await quiet();
    const { write } = store.calls;
    goOn();
    expect(await run).toMatchObject({ outcome: 'applied', conflicts: 2, puts: [SHOP], deletes: [] });
    expect(store.calls.write).toBe(write);
  });

  test('two writes whose responses are lost both count', async () => {
    const { store, clock, become, reconcile, goOn } = await listing();
    const lose = () => {
      throw new Error('socket hang up');
    };
    store.after = lose;
    become(asleep(1, 'shop'), app(2, 'chat'));
    const run = reconcile();
    await quiet();
    store.after = lose;
    become(asleep(1, 'shop'), asleep(2, 'chat'));
    clock.ring();
    await quiet();
    goOn();
    expect(await run).toMatchObject({ outcome: 'applied', conflicts: 2, puts: [CHAT, SHOP] });
  });

  test('the record has the last known earlier entries of names that the run wrote, and those of the listing for others', async () => {
    const { store, become, reconcile, forget, goOn } = await listing();
    const instances = [{ id: idOf(1), launchedAt: 1 }];
    store.put(
      SHOP,
      encodeEntry({ access: 'public', deployment: 'main', sequence: 1, state: 'asleep', instances }),
    );
    forget();
    become(app(1, 'shop'), asleep(2, 'chat'));
    const run = reconcile();
    await quiet();
    goOn();
    const { puts, before } = await run;
    expect(puts).toEqual([CHAT, SHOP]);
    expect([before?.get(CHAT)?.state, before?.get(SHOP)?.state]).toEqual(['live', 'asleep']);
  });

  test('a failed run ends after the listing', async () => {
    const { store, become, reconcile, goOn } = await listing();
    store.put('by-hand', 'x');
    store.get = () => Promise.reject(new StoreClosedError('the updater may not use the KeyValueStore'));
    become(asleep(1, 'shop'), app(2, 'chat'));
    let isOver = false;
    const run = reconcile().finally(() => {
      isOver = true;
    });
    await quiet();
    expect(isOver).toBe(false);
    goOn();
    expect(await run).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('may not use') });
  });

  test('the fleet is read again after two seconds, or the time of the last read, until the reads took eighteen seconds', async () => {
    const { store, fleet, clock, become, reconcile, goOn } = await listing();
    const waits: number[] = [];
    const { alarm } = clock;
    clock.alarm = (milliseconds, ring) => {
      waits.push(milliseconds);
      return alarm.call(clock, milliseconds, ring);
    };
    store.put('by-hand', 'x');
    become(asleep(1, 'shop'), app(2, 'chat'));
    const { list } = fleet.calls;
    fleet.after = () => clock.advance(100);
    const run = reconcile();
    await quiet();
    for (const took of [3_000, 7_450, 1, 1]) {
      fleet.after = () => clock.advance(took);
      clock.ring();
      await quiet();
    }
    // After reads of 0.1, 3 and 7.45 s another one of 7.45 s makes eighteen, which is allowed.
    expect(waits).toEqual([2_000, 3_000, 7_450, 2_000, 2_000]);
    expect(fleet.calls.list - list).toBe(5);
    fleet.after = () => clock.advance(7_448);
    clock.ring();
    await quiet();
    expect(waits).toHaveLength(5);
    goOn();
    await run;
  });

  test('a failed listing ends the run, and the next run lists again', async () => {
    const { store, become, states, reconcile } = await listing();
    store.put('by-hand', 'x');
    const { promise, fail } = held();
    store.listing = promise;
    become(asleep(1, 'shop'), app(2, 'chat'));
    const run = reconcile();
    await quiet();
    fail(new Error('socket hang up'));
    expect(await run).toMatchObject({ outcome: 'failed', unwritten: true, puts: [SHOP] });
    store.listing = undefined;
    expect(await reconcile()).toMatchObject({ outcome: 'unchanged', store: { items: 3 } });
    expect(states()).toMatchObject({ [SHOP]: 'asleep' });
  });
});

describe('a write whose response was lost', () => {
  const hangUp = () => {
    throw new Error('socket hang up');
  };

  test('counts if the store has it, puts and deletes alike', async () => {
    const { store, become, reconcile } = await stand(app(1, 'shop'));
    store.after = hangUp;
    expect(await reconcile()).toMatchObject({ outcome: 'applied', conflicts: 1, puts: [SHOP], deletes: [] });
    become({ id: 1, tags: {} });
    store.after = hangUp;
    expect(await reconcile()).toMatchObject({ outcome: 'applied', conflicts: 1, puts: [], deletes: [SHOP] });
    expect(store.calls.write).toBe(2);
  });
});

test('an unusable store fails the run and gives the batch back', async () => {
  const { store, become, reconcile } = await stand(app(1, 'shop'));
  store.fault = new Error('socket hang up');
  const failed = { outcome: 'failed', unwritten: true, reason: expect.stringContaining('socket hang up') };
  expect(await reconcile()).toMatchObject(failed);
  store.fault = undefined;
  await reconcile();
  become(app(1, 'other'));
  store.fault = new StoreClosedError('the updater may not use the KeyValueStore');
  expect(await reconcile()).toMatchObject({ ...failed, reason: expect.stringContaining('may not use') });
});
