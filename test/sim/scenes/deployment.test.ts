import { expect, test } from 'vitest';
import { LIMITS } from '../../../core/wire/limits.ts';
import { buildCanaries } from '../../../infra/edge/canaries/canaries.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { simulateDeployment } from './deployment.ts';

/** As many names as fit a store, in CI; a twentieth of that on a laptop. */
const NAMES = process.env['CI'] === 'true' ? 36_000 : 1_800;

test(`a deployment that writes canaries into a store of ${NAMES} names loses no name and keeps no address for eight seconds`, {
  timeout: 1_200_000,
}, async () => {
  const { wrong, canaries, failedRuns, removal, pages } = await simulateDeployment(NAMES);
  expect(wrong).toEqual([]);
  expect(canaries).toEqual(buildCanaries(BASE_DOMAIN).store);
  expect(failedRuns).toBe(0);
  // Reading the store takes 36 s; removals do not wait for it.
  expect(removal).toBeLessThan(8_000);
  // The updater lists the store once, while its size changes.
  expect(pages).toBeGreaterThan(0);
  expect(pages).toBeLessThanOrEqual(Math.ceil(NAMES / LIMITS.listPage) + 1);
});

test('a deployment with canaries that are already in the store has no effect on the updater', {
  timeout: 120_000,
}, async () => {
  const { wrong, pages, removal, longestRun } = await simulateDeployment(200, 'the same canaries');
  expect({ wrong, pages }).toEqual({ wrong: [], pages: 0 });
  const undisturbed = await simulateDeployment(200, 'none');
  expect({ removal, longestRun }).toEqual({
    removal: undisturbed.removal,
    longestRun: undisturbed.longestRun,
  });
});
