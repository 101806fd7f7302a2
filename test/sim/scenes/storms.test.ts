import { expect, test } from 'vitest';
import { LAG_MS } from '../../../updater/read/coverage.ts';
import { burst, LATENCY, launchStorm } from './storm.ts';

/** A fifth of the storm on a laptop, all of it in CI. */
const SHARE = process.env['CI'] === 'true' ? 1 : 0.2;
const LAUNCHES = 1_000 * SHARE;
const EVENTS = 5_000 * SHARE;
/** Milliseconds of two calls in sequence. */
const SHORTEST_RUN = 2 * LATENCY;

test(`${LAUNCHES} launches within a minute are all routed with fewer writes than launches`, {
  timeout: 120_000,
}, async () => {
  const storm = await launchStorm(LAUNCHES);
  expect(storm.routed).toBe(LAUNCHES);
  expect(storm.events).toBeGreaterThanOrEqual(3 * LAUNCHES);
  expect(storm.storeReads).toBe(2);
  expect(storm.storeWrites).toBeLessThan(LAUNCHES);
  expect(storm.listings).toBeLessThan(LAUNCHES);
  expect(storm.listings).toBeLessThan(storm.batches);
});

test(`${EVENTS} events in one burst are all routed with the necessary writes and few reads of the fleet`, {
  timeout: 120_000,
}, async () => {
  const storm = await burst(EVENTS);
  const names = EVENTS / 5;
  expect(storm).toMatchObject({ routed: names, events: EVENTS, batches: EVENTS / 10, storeReads: 2 });
  expect(storm.storeWrites).toBeLessThanOrEqual(Math.ceil(names / 50) + 1);
  // Events of the last seconds need a read of the fleet each, since EC2 may lag; after that one read answers all.
  expect(storm.listings).toBeLessThanOrEqual(LAG_MS / SHORTEST_RUN);
});
