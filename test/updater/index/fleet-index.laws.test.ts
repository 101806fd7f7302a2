import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isServing } from '../../../core/entry/entry.ts';
import { anyGround, anyLife, liveThrough, type Mistake } from './part-model.ts';

describe('in any life of a fleet', () => {
  test('a decision on a part is the decision that the whole fleet gives', () => {
    let parts = 0;
    fc.assert(
      fc.property(anyGround, anyLife, (ground, life) => {
        const outcome = liveThrough(ground, life);
        parts += outcome.parts;
        expect(outcome.divergence).toBeUndefined();
      }),
    );
    // The law says nothing about lives without decisions on a part.
    expect(parts).toBeGreaterThan(100);
  });

  test.each<[string, Mistake]>([
    ['that a policy held back', (hostname, { last }) => last.withheld.includes(hostname)],
    [
      'that is kept for wrong tags',
      (hostname, { owned }) => {
        const entry = owned.get(hostname);
        return entry !== undefined && !isServing(entry) && entry.claimEndsAt !== undefined;
      },
    ],
    [
      'of a former member',
      (hostname, { owned, hinted }) =>
        owned.get(hostname)?.instances.some(({ id }) => hinted.has(id)) === true,
    ],
    [
      'that only the clock changes',
      (hostname, { owned, hinted, last }) => {
        const entry = owned.get(hostname);
        const isKept = entry && !isServing(entry) && entry.claimEndsAt !== undefined;
        return (
          entry?.instances.every(({ id }) => !hinted.has(id)) === true &&
          !isKept &&
          !last.withheld.includes(hostname)
        );
      },
    ],
    ['that waits for a look-up', (hostname, { last }) => last.openNames.unasked.has(hostname)],
    ['of a new claimant', (hostname, { owned }) => !owned.has(hostname)],
  ])('a decision that forgets a hostname %s is noticed', (_, forgets) => {
    const { failed } = fc.check(
      fc.property(
        anyGround,
        anyLife,
        (ground, life) => liveThrough(ground, life, forgets).divergence === undefined,
      ),
      { numRuns: 400, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});
