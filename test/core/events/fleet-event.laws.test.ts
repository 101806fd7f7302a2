import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent, unpackEvents } from '../../../core/events/fleet-event.ts';
import { fixture, fixtureNames, HOME } from '../../support/values/event-fixtures.ts';

describe('every fixture and its mutations', () => {
  const events = fixtureNames().flatMap((name) => unpackEvents(fixture(name)));

  test('never makes the parser throw', () => {
    const verdicts = events.map((event) => parseFleetEvent(event, HOME).verdict);
    expect(verdicts.filter((verdict) => verdict === 'quarantined')).toHaveLength(1);
  });

  test('has a valid result after any mutation', () => {
    fc.assert(fc.property(mutants(events), expectAnswer));
  });

  test('has a valid result even for arbitrary JSON and text', () => {
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.anything()), expectAnswer));
  });

  test('has the same result twice, and stays unchanged', () => {
    fc.assert(
      fc.property(mutants(events), (event) => {
        const before = structuredClone(event);
        expect(parseFleetEvent(event, HOME)).toEqual(parseFleetEvent(event, HOME));
        expect(event).toEqual(before);
      }),
    );
  });
});

/** Verdict, scope, ids and reason agree with each other. */
function expectAnswer(json: unknown): void {
  const event = parseFleetEvent(json, HOME);
  for (const id of event.ids) expect(id).toMatch(/^i-([0-9a-f]{8}|[0-9a-f]{17})$/);
  expect(new Set(event.ids).size).toBe(event.ids.length);
  expect(event.scope === 'none').toBe(event.verdict !== 'hint');
  const { interfaces = [] } = event;
  for (const id of interfaces) expect(id).toMatch(/^eni-(attach-)?([0-9a-f]{8}|[0-9a-f]{17})$/);
  expect(new Set(interfaces).size).toBe(interfaces.length);
  expect(event.scope === 'ids' && event.ids.length + interfaces.length === 0).toBe(false);
  if (event.verdict !== 'hint') expect(event.reason).not.toBe('');
  for (const one of unpackEvents(json)) parseFleetEvent(one, {});
}

/** Fixtures in which one member, at any depth, is missing or replaced. */
function mutants(events: readonly unknown[]): fc.Arbitrary<unknown> {
  const wounds = fc.array(fc.tuple(fc.nat(), fc.option(fc.jsonValue(), { nil: undefined })), {
    maxLength: 4,
  });
  return fc.tuple(fc.constantFrom(...events), wounds).map(([event, cuts]) => {
    const mutant: unknown = structuredClone(event);
    for (const [where, value] of cuts) wound(mutant, where, value);
    return mutant;
  });
}

function wound(json: unknown, where: number, value: unknown): void {
  const places = placesIn(json);
  const place = places[where % Math.max(places.length, 1)];
  if (place === undefined) return;
  const [holder, key] = place;
  if (value === undefined) delete holder[key];
  else holder[key] = value;
}

function placesIn(json: unknown): [Record<string, unknown>, string][] {
  if (typeof json !== 'object' || json === null) return [];
  const holder = json as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key], ...placesIn(holder[key])]);
}
