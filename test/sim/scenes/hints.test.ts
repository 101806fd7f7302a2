import { expect, test } from 'vitest';
import { describeFailure, isFailure, play } from '../simulate.ts';
import { REGIONS, type Step, type Tags } from '../story/action.ts';
import { CALM } from '../story/weather.ts';

const SECOND = 1_000;

/** Histories with sign-in and tokens. */
const SEEDS = [1, 4, 10, 13];

/** Names that no claim rule limits. */
const NAMES = ['shop', 'chat', 'api', 'docs'] as const;

function launch(n: number, tags: Tags): Step['action'] {
  return { do: 'launch', n, region: REGIONS[0], isPublic: true, family: 'ipv4', tags };
}

test('no hint leads to an app that ended long ago, although the truth could not be written for half an hour', {
  timeout: 60_000,
}, async () => {
  for (const [n, name] of NAMES.entries()) {
    const other = NAMES[(n + 1) % NAMES.length] ?? '';
    const steps: Step[] = [
      { at: 0, action: launch(1, { 'proxy:host': name }) },
      { at: 100 * SECOND, action: { do: 'outage', service: 'truth', seconds: 1_800 } },
      // The access rules get a number that is later than that of the app.
      { at: 105 * SECOND, action: launch(2, { 'proxy:host': other }) },
      { at: 110 * SECOND, action: { do: 'terminate', n: 1, isQuiet: false } },
      // Tombstones are taken out after five minutes.
      { at: 700 * SECOND, action: { do: 'visit', label: name, which: 0, isLate: true } },
    ];
    for (const seed of SEEDS) {
      const outcome = await play(seed, steps, CALM);
      if (isFailure(outcome)) expect.fail(describeFailure(outcome));
    }
  }
});
