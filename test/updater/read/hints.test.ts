import { describe, expect, test } from 'vitest';
import type { FleetEvent } from '../../../core/events/fleet-event.ts';
import { CONFIRMATION_MS, collectHints, type ReceivedEvent } from '../../../updater/read/hints.ts';
import { idOf, NOW } from '../../support/values/instances.ts';

const NOW_MS = NOW * 1000;

/** A notice that instance 1 runs, two seconds old. */
const EVENT = {
  kind: 'state-change',
  name: 'running',
  failed: false,
  ids: [idOf(1)],
  time: new Date(NOW_MS - 2_000).toISOString(),
} as const;
const RUNS: FleetEvent = { ...EVENT, verdict: 'hint', scope: 'ids' };

const received = (event: FleetEvent, age = 0): ReceivedEvent => ({ event, sentAt: NOW_MS - age });
const hints = (...all: ReceivedEvent[]) => collectHints(all, NOW_MS);

describe('the hints of a batch', () => {
  test('name each instance once, and none of an ignored event', () => {
    const ignored: FleetEvent = {
      ...EVENT,
      ids: [idOf(2)],
      verdict: 'ignored',
      scope: 'none',
      reason: 'not ours',
    };
    const { events, ids } = hints(received(RUNS), received(ignored), received(RUNS));
    expect([events, ids]).toEqual([[RUNS, RUNS], [idOf(1)]]);
  });

  test.each<[string, Partial<FleetEvent>, boolean]>([
    ['a young notice that it runs', {}, true],
    ['one of a second less than a minute ago', { time: new Date(NOW_MS - 59_000).toISOString() }, true],
    ['one of a minute ago', { time: new Date(NOW_MS - 60_000).toISOString() }, false],
    ['a notice of another state', { name: 'pending' }, false],
    ['another kind of event with that name', { kind: 'spot' }, false],
    ['a replay', { replay: 'morning' }, false],
  ])('include a recent start, or not: %s', (_what, changes, isNews) => {
    const { running } = hints(received({ ...RUNS, ...changes } as FleetEvent));
    expect([...running]).toEqual(isNews ? [idOf(1)] : []);
  });

  test('include no recent start without a known time', () => {
    const { time: _, ...timeless } = RUNS;
    expect(hints(received(timeless as FleetEvent)).running.size).toBe(0);
  });

  test.each([
    ['schedule', 'audit', 'now'],
    ['schedule', 'audit if due', 'if due'],
    ['schedule', 'Scheduled Event', undefined],
    ['manual', 'audit', undefined],
  ] as const)('ask for an audit, or not: %s, %s', (kind, name, audit) => {
    const event: FleetEvent = { ...EVENT, kind, name, ids: [], verdict: 'hint', scope: 'fleet' };
    expect(hints(received(RUNS), received(event)).audit).toBe(audit);
  });

  test('confirm removals for fifteen minutes', () => {
    const confirming = { ...RUNS, kind: 'manual', scope: 'fleet', confirms: 'removals' } as FleetEvent;
    expect(hints(received(confirming, CONFIRMATION_MS - 1)).confirmed).toBe(true);
    expect(hints(received(confirming, CONFIRMATION_MS)).confirmed).toBe(false);
  });

  test('report a backlog if all messages waited for more than two seconds', () => {
    expect(hints(received(RUNS, 5_000), received(RUNS, 0)).backlog).toBe(false);
    expect(hints(received(RUNS, 2_001)).backlog).toBe(true);
    expect(hints(received(RUNS, 2_000)).backlog).toBe(false);
  });
});
