import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTombstone } from '../../core/entry/tombstone.ts';
import { startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';

let cloud: TestCloud;
let steady: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  steady = await cloud.live('steady');
});
afterAll(() => cloud.dispose());

/** A sweep on request; every message is different, as those of the schedule are. */
const SWEEP = { action: 'reconcile' };

/** The calls of the store's API during `act`, without those that did not occur. */
async function callsDuring(act: () => unknown): Promise<Record<string, number>> {
  const before = { ...cloud.storeCalls };
  await act();
  await cloud.settled();
  const made = Object.entries(cloud.storeCalls).map(([call, n]) => [call, n - (before[call] ?? 0)] as const);
  return Object.fromEntries(made.filter(([, n]) => n > 0));
}

/** The number of writes to the store. */
const writes = (count: number) => ({ UpdateKeys: count });

describe('the store', () => {
  test('was described once, when the updater started', () => {
    expect(cloud.storeCalls).toMatchObject({ DescribeKeyValueStore: 1, ListKeys: 1, GetKey: 0, PutKey: 0 });
  });

  test('is not called by a sweep without changes', async () => {
    const sweeps = async () => {
      for (let n = 0; n < 5; n++) {
        cloud.send(SWEEP);
        await cloud.settled();
      }
    };
    expect(await callsDuring(sweeps)).toEqual({});
  });

  test('is not called for instances without our tags', async () => {
    expect(await callsDuring(() => cloud.launch({}))).toEqual({});
    expect(await callsDuring(() => cloud.send({ junk: true }))).toEqual({});
  });

  test.each([
    ['a stop', () => cloud.fleet.stopInstances([steady])],
    ['a change of tags', () => cloud.fleet.createTags([steady], [{ key: 'proxy:maintenance', value: 'on' }])],
    ['a termination', () => cloud.fleet.terminateInstances([steady])],
  ])('is written once for %s, although several events report it', async (_, act) => {
    expect(await callsDuring(act)).toEqual(writes(1));
  });

  test('is written once for many instances that change together', async () => {
    const storm = () => Array.from({ length: 12 }, (_, n) => cloud.launch({ host: `app-${n}` }));
    const calls = await callsDuring(storm);
    // One write when they start and one when they run; two for the latter if the updater found only some of them running.
    expect(calls['UpdateKeys']).toBeLessThanOrEqual(3);
    expect(Object.keys(calls)).toEqual(['UpdateKeys']);
    expect([...cloud.store.entries.values()].filter((value) => !isTombstone(value))).toHaveLength(12);
  });
});
