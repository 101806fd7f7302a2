import { describe, expect, test } from 'vitest';
import { FLAPPERS, runFlapper } from './flapper.ts';

/** A day in CI, half an hour on a laptop. */
const HOURS = process.env['CI'] === 'true' ? 24 : 0.5;
/** 2,000 a day; the first ten come at once. */
const MOST_WRITES = 20 + 82.5 * HOURS;

describe(`for ${HOURS} hours of changes each second`, () => {
  test.each(Object.entries(FLAPPERS))(
    '%s costs about a write a minute, keeps no abandoned name, and is served at the end',
    { timeout: 60_000 + HOURS * 60_000 },
    async (_, flap) => {
      const { writes, exposure, isServed } = await runFlapper(flap, HOURS);
      expect(writes).toBeLessThanOrEqual(MOST_WRITES);
      expect(writes).toBeGreaterThanOrEqual(10 + 25 * HOURS);
      // Three seconds for the event, and a read of the fleet.
      expect(exposure).toBeLessThanOrEqual(5_000);
      expect(isServed).toBe(true);
    },
  );
});
