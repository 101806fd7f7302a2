import { expect, test } from 'vitest';
import { simulateDay } from './day.ts';

/** Fewer sweeps between the changes. */
const SHORT = { seed: 2, hours: { morning: 0, evening: 1.5, end: 3 } };

test('a day of twenty apps that stop at night costs no more writes and fewer reads with IPv6 than with IPv4', {
  timeout: 120_000,
}, async () => {
  const [ipv4, ipv6] = [await simulateDay(20, 'ipv4', SHORT), await simulateDay(20, 'ipv6', SHORT)];
  for (const { waits, awake } of [ipv4, ipv6]) expect([waits.length, awake]).toEqual([20, 0]);
  // `starting`, `live` and `asleep` once for each app.
  expect(ipv6.writes).toBe(60);
  expect(ipv6.writes).toBeLessThanOrEqual(ipv4.writes);
  expect(ipv6.rereads).toBeLessThan(ipv4.rereads);
  expect(ipv6.waits.at(-1)).toBeLessThanOrEqual(ipv4.waits.at(-1) ?? 0);
  // The updater knows from the day before that the names resolve.
  expect([ipv4.lookups, ipv6.lookups]).toEqual([0, 0]);
});
