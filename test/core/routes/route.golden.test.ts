import { describe, expect, test } from 'vitest';
import { goldens, outcomeOf, sceneOf } from '../../support/values/golden.ts';
import { routed } from '../../support/values/instances.ts';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** test/golden/routes can be read as documentation. `UPDATE_GOLDEN=1 npx vitest run test/core` approves the current results. */
describe('golden:', () => {
  test.each(goldens())('$name', ({ given, approved, approve }) => {
    const outcome = outcomeOf(given);
    if (UPDATE) approve(outcome);
    else expect(outcome).toBe(approved);
  });

  test.each(goldens())('$name, for any order of the instances', ({ given }) => {
    const { fleet, around } = sceneOf(given);
    expect(routed(fleet.toReversed(), around)).toEqual(routed(fleet, around));
  });
});
