import { describe, expect, test } from 'vitest';
import type { FleetEvent } from '../../../core/events/fleet-event.ts';
import type { Instance } from '../../../core/instance.ts';
import { coverageOf, isCovered, LAG_MS } from '../../../updater/read/coverage.ts';
import { idOf, instance, ipv6Of, NOW } from '../../support/values/instances.ts';

const LAUNCHED = NOW - 1_000;

/** The coverage of a run at `NOW` that asked for instance 1 and read it like this; undefined: it did not exist. */
const look = (seen?: Partial<Instance>) =>
  coverageOf(
    {
      instances: seen ? [{ ...instance({ id: 1, tags: {}, launchedAt: LAUNCHED }), ...seen }] : [],
      asked: new Set([idOf(1)]),
      believedDead: new Set(),
    },
    NOW * 1000,
  );

/** An event about instance 1, this many seconds before the run. */
const event = (kind: FleetEvent['kind'], name: string, age: number): FleetEvent => ({
  ...{ kind, name, failed: false, ids: [idOf(1)] },
  ...{ verdict: 'hint', scope: 'ids', time: new Date((NOW - age) * 1000).toISOString() },
});

const LATE = LAG_MS / 1000;

describe('a complete run', () => {
  test.each<[string, Partial<Instance> | undefined, number, boolean]>([
    ['pending', { state: 'pending', launchedAt: NOW }, 0, true],
    ['pending', { launchedAt: NOW - 59 }, 0, true],
    ['pending', { launchedAt: NOW - 60 }, 0, false],
    ['pending', {}, LATE, true],
    ['running', { launchedAt: NOW - 59 }, 0, true],
    ['running', { launchedAt: NOW - 60 }, 0, false],
    ['running', { launchedAt: NOW + 1 }, 0, true],
    ['running', { launchedAt: NOW - 59, address: ipv6Of(1) }, 0, false],
    ['running', { launchedAt: NOW - 59, address: ipv6Of(1), isIpv6Only: true }, 0, true],
    ['running', { address: ipv6Of(1) }, LATE, true],
    ['running', {}, LATE - 1, false],
    ['running', {}, LATE, true],
    ['running', { state: 'pending' }, 1, false],
    ['running', { state: 'pending' }, LATE, true],
    ['running', undefined, 1, false],
    ['stopping', { state: 'stopping' }, 0, true],
    ['stopping', { state: 'stopping' }, -1, false],
    ['running', { launchedAt: NOW - 10 }, -1, false],
    ['stopped', { state: 'terminated' }, 0, true],
    ['stopping', {}, 500, false],
    ['stopping', { launchedAt: NOW - 2 }, 5, true],
    ['stopping', { launchedAt: NOW - 5 }, 5, false],
    ['terminated', { launchedAt: NOW - 2 }, 5, true],
    ['terminated', { launchedAt: NOW - 5 }, 5, false],
    ['shutting-down', { state: 'stopped' }, 500, false],
    ['shutting-down', { state: 'shutting-down' }, 0, true],
    ['terminated', undefined, 1, false],
    ['terminated', undefined, LATE, true],
  ])('decides whether it answers a change to %s if it reads %j after %d s', (name, seen, age, covered) => {
    expect(isCovered(event('state-change', name, age), look(seen))).toBe(covered);
  });

  test('does not answer a start if it believed the instance dead', () => {
    const believing = coverageOf(
      {
        instances: [instance({ id: 1, tags: {}, state: 'stopping' })],
        asked: new Set([idOf(1)]),
        believedDead: new Set([idOf(1)]),
      },
      NOW * 1000,
    );
    expect(isCovered(event('state-change', 'running', LATE), believing)).toBe(false);
    expect(isCovered(event('state-change', 'stopping', 0), believing)).toBe(true);
  });

  test('answers an event about two instances only if it read both', () => {
    const stopped = event('state-change', 'stopped', 1);
    const both = { ...stopped, ids: [idOf(1), idOf(2)] } as FleetEvent;
    expect(isCovered(stopped, look({ state: 'stopped' }))).toBe(true);
    expect(isCovered(both, look({ state: 'stopped' }))).toBe(false);
  });

  test.each(['api-call', 'tag-change', 'spot', 'auto-scaling', 'fleet'] as const)(
    'answers any other event (%s) that is old enough',
    (kind) => {
      expect(isCovered(event(kind, 'CreateTags', LATE), look({}))).toBe(true);
      expect(isCovered(event(kind, 'CreateTags', LATE - 1), look({}))).toBe(false);
    },
  );

  test('does not answer events that are later, have no time, or ask for another run', () => {
    expect(isCovered(event('state-change', 'running', -1), look({}))).toBe(false);
    const { time: _, ...timeless } = event('api-call', 'CreateTags', 60) as FleetEvent & { time: string };
    expect(isCovered(timeless, look({}))).toBe(false);
    expect(isCovered(event('schedule', 'Scheduled Event', 60), look({}))).toBe(false);
    expect(isCovered(event('manual', 'reconcile', 60), look({}))).toBe(false);
    expect(isCovered(event('spot', 'interruption:terminate', 60), look({}))).toBe(false);
  });
});
