import { expect, test } from 'vitest';
import { describeFailure, isFailure, play } from './simulate.ts';
import { LABELS, REGIONS, type Step } from './story/action.ts';
import { mixed, Random } from './story/random.ts';
import { CALM, type Weather } from './story/weather.ts';

/** Histories; a fifth of them on a laptop. */
const HISTORIES = process.env['CI'] === 'true' ? 100 : 20;

/** The store answers late or never, S3 refuses some calls, and two environments take turns. */
const LATE: Weather = {
  ...CALM,
  name: 'stormy',
  ...{ throttled: 0.08, refused: 0.1, lost: 0.04, unanswered: 0.08, overdue: 0.5, otherEnvironment: 0.5 },
};

const SECOND = 1_000;

/** Changes that are undone after some seconds, so that the plan of a failed run is soon empty again. */
function buildSteps(seed: number): Step[] {
  const random = new Random(mixed(seed, 0x1a7e));
  const launches = LABELS.map((label, n): Step => {
    const facts = {
      n: n + 1,
      region: REGIONS[0],
      isPublic: true,
      family: 'ipv4' as const,
      tags: { 'proxy:host': label },
    };
    return { at: n * SECOND, action: { do: 'launch', ...facts } };
  });
  const changes = Array.from({ length: 30 }, (_, turn): Step[] => {
    const n = 1 + random.below(LABELS.length);
    const at = (60 + 30 * turn + random.below(20)) * SECOND;
    const [on, off] = ['on', 'off'].map((state) => ({ 'proxy:maintenance': state }));
    const undone = at + (1 + random.below(12)) * SECOND;
    return [
      { at, action: { do: 'tag', n, tags: on ?? {} } },
      { at: undone, action: { do: 'tag', n, tags: off ?? {} } },
    ];
  });
  return [...launches, ...changes.flat()].sort((a, b) => a.at - b.at);
}

test(`no run of ${HISTORIES} histories relies on a memory that lacks a write of a failed run`, {
  timeout: 20_000 + 2_000 * HISTORIES,
}, async () => {
  const totals = { returns: 0, overdue: 0 };
  for (let seed = 0; seed < HISTORIES; seed++) {
    const outcome = await play(seed, buildSteps(seed), LATE);
    if (isFailure(outcome)) expect.fail(describeFailure(outcome));
    totals.returns += outcome.calls.get('ChangeMessageVisibilityBatch') ?? 0;
    totals.overdue += outcome.faults.get('overdue') ?? 0;
  }
  expect(totals.returns).toBeGreaterThan(HISTORIES);
  expect(totals.overdue).toBeGreaterThan(HISTORIES);
});
