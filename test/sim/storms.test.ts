import { expect, test } from 'vitest';
import { burst, launchStorm } from './storm.ts';

/** A fifth of the storm on a laptop, all of it in CI. */
const SHARE = process.env['CI'] === 'true' ? 1 : 0.2;
const LAUNCHES = 1_000 * SHARE;
const EVENTS = 5_000 * SHARE;

test(`${LAUNCHES} launches within a minute are all routed, and cost less than a write each`, {
  timeout: 120_000,
}, async () => {
  const storm = await launchStorm(LAUNCHES);
  expect(storm.routed).toBe(LAUNCHES);
  expect(storm.events).toBeGreaterThanOrEqual(3 * LAUNCHES);
  expect(storm.storeReads).toBe(2);
  expect(storm.storeWrites).toBeLessThanOrEqual(storm.listings);
  expect(storm.listings).toBeLessThan(LAUNCHES);
  expect(storm.listings).toBeLessThan(storm.batches);
});

test(`${EVENTS} events in one burst are all routed with the writes that their names need, and few looks`, {
  timeout: 120_000,
}, async () => {
  const storm = await burst(EVENTS);
  const names = EVENTS / 5;
  expect(storm).toMatchObject({ routed: names, events: EVENTS, batches: EVENTS / 10, storeReads: 2 });
  expect(storm.storeWrites).toBeLessThanOrEqual(Math.ceil(names / 50) + 1);
  // The first looks are long, since they write; what waits meanwhile is answered by the next.
  expect(storm.listings).toBeLessThan(storm.batches / 3);
});
