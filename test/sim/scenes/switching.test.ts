import { describe, expect, test } from 'vitest';
import { simulateSwitch } from './switching.ts';

const PHASES = [1, 15, 30, 45, 59];

describe('sign-in is switched on', () => {
  test.each(PHASES)(
    'edge first, %i s after a sweep: no app is open in between, and names answer 503 until the next sweep and its way to the edges',
    async (phase) => {
      const { wrong, closed, closedAfter, last } = await simulateSwitch({
        ...{ to: 'on', first: 'edge', between: 60, phase },
      });
      expect(wrong).toEqual([]);
      expect(last).toEqual({ shop: '401', vault: '401', docs: 'app' });
      // The next sweep, a second for its run, and half a minute to the last edge.
      expect(closedAfter).toBeLessThanOrEqual(60 - phase + 1 + 31);
      expect(closed).toBe(60 + closedAfter);
    },
  );

  test('in the wrong order no app is open either: names answer 503 from the first write of the updater on', async () => {
    const { wrong, closed, last } = await simulateSwitch({
      ...{ to: 'on', first: 'updater', between: 180, phase: 30 },
    });
    expect(wrong).toEqual([]);
    expect(last).toEqual({ shop: '401', vault: '401', docs: 'app' });
    expect(closed).toBeGreaterThan(120);
    expect(closed).toBeLessThanOrEqual(181);
  });
});

describe('sign-in is switched off', () => {
  test.each(PHASES)(
    'edge first, %i s after a sweep: an app with an access rule stays closed',
    async (phase) => {
      const { wrong, closedAfter, last } = await simulateSwitch({
        ...{ to: 'off', first: 'edge', between: 60, phase },
      });
      expect(wrong).toEqual([]);
      expect(last['shop']).toBe('app');
      expect(last['vault']).not.toBe('app');
      expect(closedAfter).toBeLessThanOrEqual(60 - phase + 1 + 31);
    },
  );

  test('in the wrong order every app stays closed until the edge stack is deployed', async () => {
    const { wrong, last } = await simulateSwitch({
      ...{ to: 'off', first: 'updater', between: 180, phase: 30 },
    });
    expect(wrong).toEqual([]);
    expect(last['shop']).toBe('app');
    expect(last['vault']).not.toBe('app');
  });
});
