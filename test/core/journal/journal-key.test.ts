import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FleetEvent, parseFleetEvent } from '../../../core/events/fleet-event.ts';
import {
  decisionKey,
  decisionTime,
  findRawKey,
  quarantineKey,
  rawKey,
} from '../../../core/journal/journal-key.ts';
import { fixture, fixtureNames } from '../../support/values/event-fixtures.ts';

const HASH = '5e'.repeat(32);
const ARRIVAL = { hash: HASH, receivedAt: Date.UTC(2026, 2, 2, 9, 16, 0) };
const SAFE_KEY = /^raw\/account=[\w.-]+\/region=[\w.-]+\/dt=\d{4}-\d\d-\d\d\/\d{6}_[\w.-]+\.json$/;

const NOTICE: FleetEvent = { ...parseFleetEvent(fixture('state-change.stopping'), {}), uid: 'e-1' };

describe('the key of an event whose arrival is unknown', () => {
  const { time: _, ...timeless } = NOTICE as FleetEvent & { time: string };

  test.each<[string, FleetEvent]>([
    ...fixtureNames().map((name): [string, FleetEvent] => [name, parseFleetEvent(fixture(name), {})]),
    ['a notice', NOTICE],
    ['a uid that a key cannot hold', { ...NOTICE, uid: 'a/b' }],
    ['no time', timeless],
  ])('is known if it does not depend on the arrival: %s', (_name, event) => {
    const key = rawKey(event, ARRIVAL);
    const depends = key !== rawKey(event, { hash: 'other', receivedAt: 0 });
    expect(findRawKey(event)).toBe(depends ? undefined : key);
  });
});

describe('the key of a raw event', () => {
  test('names place, time and kind from the event itself', () => {
    const event = parseFleetEvent(fixture('run-instances'), {});
    expect(rawKey(event, ARRIVAL)).toBe(
      `raw/account=123456789012/region=eu-west-1/dt=2026-03-02/091530_RunInstances_${event.uid}.json`,
    );
  });

  test('names a notice by its kind', () => {
    expect(rawKey(NOTICE, ARRIVAL)).toContain('/091530_state-change_e-1.json');
  });

  test('is the same whenever an event is delivered again', () => {
    for (const name of fixtureNames()) {
      const [first, again] = [fixture(name), fixture(name)].map((event) => parseFleetEvent(event, {}));
      expect(first && rawKey(first, ARRIVAL), name).toBe(again && rawKey(again, ARRIVAL));
    }
  });

  test('differs for every two fixtures', () => {
    const keys = fixtureNames().map((name) =>
      rawKey(parseFleetEvent(fixture(name), {}), { ...ARRIVAL, hash: name }),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('does not depend on the time of receipt when the event has one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (receivedAt) => {
        expect(rawKey(NOTICE, { hash: HASH, receivedAt })).toBe(rawKey(NOTICE, ARRIVAL));
      }),
    );
  });

  test('F55: differs for two events of one second, and uses only the time of the event', () => {
    const other = { ...NOTICE, uid: 'e-2' };
    expect(rawKey(other, ARRIVAL)).not.toBe(rawKey(NOTICE, ARRIVAL));
    const skewed = { hash: HASH, receivedAt: ARRIVAL.receivedAt - 3 * 86_400_000 };
    expect(rawKey(NOTICE, skewed)).toBe(rawKey(NOTICE, ARRIVAL));
  });

  test('uses the time of receipt and the hash if the event lacks time or id', () => {
    const manual = parseFleetEvent(fixture('manual'), {});
    expect(rawKey(manual, ARRIVAL)).toBe(
      `raw/account=unknown/region=unknown/dt=2026-03-02/091600_manual_${HASH}.json`,
    );
  });

  test('differs for different uids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 100 }), { minLength: 2, maxLength: 2 }), (uids) => {
        const keys = uids.map((uid, index) => {
          // Events with other uids have other bodies, so they have other hashes.
          return rawKey({ ...NOTICE, uid }, { ...ARRIVAL, hash: String(index).repeat(64) });
        });
        expect(keys[0]).not.toBe(keys[1]);
      }),
    );
  });

  test('is short and harmless for any event', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 100 });
    const members = fc.record({ account: hostile, region: hostile, uid: hostile, name: hostile });
    fc.assert(
      fc.property(members, fc.constantFrom('api-call' as const, 'other' as const), (parts, kind) => {
        const key = rawKey({ ...NOTICE, ...parts, kind }, ARRIVAL);
        expect(key).toMatch(SAFE_KEY);
        expect(key.length).toBeLessThan(400);
      }),
    );
  });

  test.each([
    ['a path', '../../decisions/x'],
    ['blanks and quotes', 'a "b"\n'],
    ['more than 64 characters', 'x'.repeat(65)],
    ['nothing', ''],
  ])('has a hash in place of a uid with %s', (_what, uid) => {
    expect(rawKey({ ...NOTICE, uid }, ARRIVAL)).toContain(`_state-change_${HASH}.json`);
  });
});

describe('the other keys', () => {
  test('keep the same junk once a day', () => {
    const later = { ...ARRIVAL, receivedAt: ARRIVAL.receivedAt + 60_000 };
    expect(quarantineKey(ARRIVAL)).toBe(`quarantine/dt=2026-03-02/${HASH}.json`);
    expect(quarantineKey(later)).toBe(quarantineKey(ARRIVAL));
  });

  test('distinguish the attempts of one request', () => {
    const key = decisionKey(ARRIVAL.receivedAt, '8a1e0000-0000-4000-8000-000000000001', 2);
    expect(key).toBe('decisions/dt=2026-03-02/091600_8a1e0000-0000-4000-8000-000000000001_2.json');
    expect(decisionKey(ARRIVAL.receivedAt, '../raw', 1)).toBe('decisions/dt=2026-03-02/091600_..-raw_1.json');
  });

  test('of a decision tell the second in which its run began', () => {
    const key = decisionKey(Date.UTC(2026, 2, 2, 9, 16, 0, 999), '8a1e0000', 1);
    expect(decisionTime(key)).toBe(Date.UTC(2026, 2, 2, 9, 16));
    for (const other of ['decisions/dt=2026-03-02/x.json', 'decisions/dt=2026-03-99/091600_x_1.json', ''])
      expect(decisionTime(other)).toBeUndefined();
  });
});
