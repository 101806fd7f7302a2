import { describe, expect, test } from 'vitest';
import type { Changes } from '../../core/plan/plan.ts';
import { Meter } from '../../updater/meter.ts';
import { MemoryFleet, MemoryRouteStore } from '../support/stands/memory.ts';

/** A clock that advances by `step` ms at each reading. */
function tickingClock(step: number) {
  let time = 0;
  return {
    now: () => {
      time += step;
      return time;
    },
  };
}

const put = (key: string): Changes => ({ puts: new Map([[key, 'x']]), deletes: new Set() });

describe('the meter', () => {
  test('counts billed calls: a describe, a write, a key, and each page of a listing', async () => {
    const meter = new Meter(tickingClock(10));
    const inner = await MemoryRouteStore.open();
    for (const key of 'abcde') inner.put(key, 'x');
    const store = meter.watchStore(inner, 2);
    const { etag } = await store.describe();
    expect((await store.list()).size).toBe(5);
    await store.write(put('f'), etag);
    expect(await store.get('f')).toBe('x');
    expect(meter.drain()).toEqual({ store: 6, failedListings: 0, write: 10, writes: 1, acceptedAt: 30 });
    expect(meter.drain()).toEqual({ store: 0, failedListings: 0 });
  });

  test('counts a lost race as a call, but not as an accepted write', async () => {
    const meter = new Meter(tickingClock(10));
    await meter.watchStore(await MemoryRouteStore.open(), 50).write(put('a'), 'stale');
    expect(meter.drain()).toEqual({ store: 1, failedListings: 0, write: 10 });
  });

  test('adds up the time of listings, and counts each failed source once', async () => {
    const meter = new Meter(tickingClock(10));
    const inner = new MemoryFleet();
    const fleet = meter.watchFleet(inner);
    await fleet.list([]);
    inner.down.add('eu-west-1').add('us-east-1');
    await fleet.list([]);
    await fleet.read([], []);
    expect(meter.drain()).toEqual({ store: 0, failedListings: 2, list: 30 });
    expect(meter.drain()).toEqual({ store: 0, failedListings: 0 });
  });
});
