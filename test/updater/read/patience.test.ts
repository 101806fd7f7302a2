import { expect, test } from 'vitest';
import { PATIENCE_MS, Patience } from '../../../updater/read/patience.ts';
import { MemoryClock } from '../../support/stands/memory.ts';

test('the waits of one run share a limit: the last one is cut short, and then there are none', async () => {
  const clock = new MemoryClock(0);
  const patience = new Patience(clock);
  expect(await patience.wait(PATIENCE_MS - 300)).toBe(true);
  expect(await patience.wait(500)).toBe(true);
  expect(await patience.wait(1)).toBe(false);
  expect(clock.waits).toEqual([PATIENCE_MS - 300, 300]);
});
