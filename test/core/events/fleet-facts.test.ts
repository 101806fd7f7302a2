import { describe, expect, test } from 'vitest';
import { type FleetEvent, parseFleetEvent } from '../../../core/events/fleet-event.ts';
import {
  collectFacts,
  FACTS,
  type FleetFacts,
  findDeath,
  isLeaving,
  mergeFacts,
  NO_FACTS,
} from '../../../core/events/fleet-facts.ts';
import { idOf, instance, NOW } from '../../support/values/instances.ts';
import { inService, spotWarning, stateChange, terminateAction } from '../../support/values/made-events.ts';

const ID = idOf(1);

/** A notice about instance 1 that is this many seconds old. */
const notice = (name: string, age: number, more: object = {}): FleetEvent => ({
  ...{ verdict: 'hint', kind: 'state-change', name, failed: false, ids: [ID], scope: 'ids' },
  ...(name === 'running' ? {} : { death: name as 'stopping' }),
  time: new Date((NOW - age) * 1000).toISOString(),
  ...more,
});

const warning = (age: number) => notice('interruption:terminate', age, { kind: 'spot', death: undefined });

const heard = (...events: FleetEvent[]) => collectFacts(NO_FACTS, events, NOW);

describe('the facts in events', () => {
  test('come from the latest notice, in any order', () => {
    const [older, newer] = [notice('stopping', 30), notice('terminated', 10)];
    const latest = { state: 'terminated', at: NOW - 10 };
    for (const facts of [
      heard(older, newer),
      heard(newer, older),
      collectFacts(heard(newer), [older], NOW),
      mergeFacts(heard(newer), heard(older)),
      mergeFacts(heard(older), heard(newer)),
    ])
      expect(facts.deaths.get(ID)).toEqual(latest);
    expect(heard(warning(5), warning(50)).warnings.get(ID)?.at).toBe(NOW - 5);
    expect(heard(notice('running', 5), notice('running', 50)).starts.get(ID)).toBe(NOW - 5);
  });

  test('keep the later of two deaths within one second', () => {
    expect(heard(notice('stopping', 10), notice('stopped', 10)).deaths.get(ID)?.state).toBe('stopped');
  });

  test('include a start only if an instance runs', () => {
    expect(heard(notice('pending', 5, { death: undefined })).starts.size).toBe(0);
  });

  test.each([
    ['a death', notice('stopping', 59), notice('stopping', 60)],
    ['a start', notice('running', 59), notice('running', 60)],
    ['a warning', warning(179), warning(180)],
    ['an event with a clock that is ahead', notice('stopping', -5), notice('stopping', -6)],
  ])('count for their time and no longer: %s', (_, young, old) => {
    expect(heard(young)).not.toEqual(NO_FACTS);
    expect(heard(old)).toEqual(NO_FACTS);
  });

  test('are not hidden by an event with a future time', () => {
    expect(heard(notice('stopping', 10), notice('stopped', -3_600)).deaths.get(ID)?.state).toBe('stopping');
  });

  test('do not come from replays, ignored events, or events without a time', () => {
    const replay = notice('stopping', 1, { replay: 'archive' });
    const ignored = notice('stopping', 1, { verdict: 'ignored', reason: 'no' });
    expect(heard(replay, notice('stopping', 1, { time: undefined }), ignored)).toEqual(NO_FACTS);
  });
});

test('a death counts until a later notice says that the instance runs; within one second it counts', () => {
  expect(findDeath(heard(notice('stopping', 10)), ID)).toEqual({ state: 'stopping', at: NOW - 10 });
  expect(findDeath(heard(notice('stopping', 10), notice('running', 10)), ID)).toBeDefined();
  expect(findDeath(heard(notice('stopping', 10), notice('running', 9)), ID)).toBeUndefined();
  expect(findDeath(heard(notice('running', 11), notice('stopping', 10)), ID)).toBeDefined();
});

describe('the facts in a mirror', () => {
  test.each(['17', null, {}, [], true])('omit a notice with the invalid time %j', (at) => {
    const facts = {
      deaths: { [ID]: { state: 'stopping', at } },
      starts: { [ID]: at },
      warnings: { [ID]: { at, expiresAt: 2 }, [idOf(2)]: { at: 1, expiresAt: at } },
    };
    expect(FACTS(facts)).toEqual(NO_FACTS);
  });

  test('refuse an invalid instance id and an invalid death', () => {
    expect(
      FACTS({ deaths: { shop: { state: 'stopping', at: 1 } }, warnings: { '': { at: 1, expiresAt: 2 } } }),
    ).toEqual(NO_FACTS);
    expect(FACTS({ deaths: { [ID]: { state: 'running', at: 1 } } })).toEqual(NO_FACTS);
  });
});

describe('a warning that an instance will be taken away', () => {
  const facts = (events: readonly object[], before = NO_FACTS, now = NOW) =>
    collectFacts(
      before,
      events.map((event) => parseFleetEvent(event, {})),
      now,
    );
  const leaves = (known: FleetFacts, now = NOW, launchedAt = NOW - 3_600) =>
    isLeaving(known, { ...instance({ id: 1, tags: {} }), launchedAt }, now);

  test.each([
    ['of a spot interruption', spotWarning(ID), 180],
    ['of a hook of its scaling group', terminateAction(ID), 172_800],
  ] as const)('%s lasts as long as the end may take', (_what, event, seconds) => {
    const known = facts([event]);
    expect(leaves(known, NOW + seconds - 1)).toBe(true);
    expect(leaves(known, NOW + seconds)).toBe(false);
    expect(facts([], known, NOW + seconds - 1)).toEqual(known);
    expect(facts([], known, NOW + seconds)).toEqual(NO_FACTS);
  });

  test('applies until the next launch of the instance', () => {
    expect(leaves(facts([terminateAction(ID)]), NOW, NOW)).toBe(true);
    expect(leaves(facts([terminateAction(ID)]), NOW, NOW + 1)).toBe(false);
  });

  test('ends when the instance serves again, and counts again after a later warning', () => {
    const [leave, back] = [terminateAction(ID, 9), inService(ID, 1)];
    expect(leaves(facts([leave]))).toBe(true);
    expect(leaves(facts([back, leave]))).toBe(false);
    expect(leaves(facts([back], facts([leave])))).toBe(false);
    expect(leaves(facts([inService(ID, 9), terminateAction(ID, 1)]))).toBe(true);
  });

  test('does not return from an environment that missed its end', () => {
    const warned = facts([terminateAction(ID, 9)]);
    const over = facts([], facts([inService(ID, 1)], warned), NOW + 90_000);
    for (const both of [mergeFacts(over, warned), mergeFacts(warned, over)])
      expect(leaves(both, NOW + 90_000)).toBe(false);
  });

  test('does not exist after a launch', () => expect(facts([inService(ID, 1)])).toEqual(NO_FACTS));

  test.each([
    ['shutting-down', false],
    ['terminated', false],
    ['stopping', true],
  ] as const)('beside the state %s is remembered: %s', (state, isKept) => {
    expect(leaves(facts([stateChange(ID, state), terminateAction(ID)]))).toBe(isKept);
  });
});
