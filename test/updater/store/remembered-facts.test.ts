import { describe, expect, test } from 'vitest';
import type { FleetEvent } from '../../../core/events/fleet-event.ts';
import { NO_FACTS } from '../../../core/events/fleet-facts.ts';
import { RememberedFacts } from '../../../updater/store/remembered-facts.ts';
import { idOf, NOW } from '../../support/values/instances.ts';

/** A state-change notification that instance 1 stopped, at `NOW`. */
const STOPPED: FleetEvent = {
  ...{ kind: 'state-change', name: 'stopped', failed: false, ids: [idOf(1)], death: 'stopped' },
  ...{ verdict: 'hint', scope: 'ids', time: new Date(NOW * 1000).toISOString() },
};

describe('facts that outlive a run', () => {
  test('keep a death for a minute, without another event', () => {
    const facts = new RememberedFacts();
    facts.addEvents([STOPPED], NOW);
    expect(facts.addEvents([], NOW + 59).deaths.get(idOf(1))).toEqual({ state: 'stopped', at: NOW });
    expect(facts.addEvents([], NOW + 60).deaths.size).toBe(0);
  });

  test('add the facts of another environment, and keep their own', () => {
    const facts = new RememberedFacts();
    facts.addEvents([STOPPED], NOW);
    facts.merge({ facts: { ...NO_FACTS, starts: new Map([[idOf(2), NOW]]) }, lastSequence: 7 });
    expect([...facts.fleet.deaths.keys(), ...facts.fleet.starts.keys()]).toEqual([idOf(1), idOf(2)]);
  });

  test('know the highest sequence number of both environments', () => {
    const facts = new RememberedFacts();
    facts.setLastSequence(9);
    facts.merge({ facts: NO_FACTS, lastSequence: 7 });
    expect(facts.lastSequence).toBe(9);
    facts.merge({ facts: NO_FACTS, lastSequence: 11 });
    expect(facts.lastSequence).toBe(11);
  });
});
