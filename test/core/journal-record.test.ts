import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../core/entry.ts';
import { type FleetEvent, parseFleetEvent } from '../../core/fleet-event.ts';
import {
  type DecisionRecord,
  decisionKey,
  printRecord,
  quarantineKey,
  rawKey,
  writtenRoutes,
} from '../../core/journal-record.ts';
import { A, B, fixture, fixtureNames } from '../support/event-fixtures.ts';

const HASH = '5e'.repeat(32);
const ARRIVAL = { hash: HASH, receivedAt: Date.UTC(2026, 2, 2, 9, 16, 0) };
const SAFE_KEY = /^raw\/account=[\w.-]+\/region=[\w.-]+\/dt=\d{4}-\d\d-\d\d\/\d{6}_[\w.-]+\.json$/;

const NOTICE: FleetEvent = { ...parseFleetEvent(fixture('state-change.stopping'), {}), uid: 'e-1' };

describe('the key of a raw event', () => {
  test('says where, when and what, by the event itself', () => {
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

  test('takes the time of receipt and the hash for what the event lacks', () => {
    const manual = parseFleetEvent(fixture('manual'), {});
    expect(rawKey(manual, ARRIVAL)).toBe(
      `raw/account=unknown/region=unknown/dt=2026-03-02/091600_manual_${HASH}.json`,
    );
  });

  test('differs for different uids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 100 }), { minLength: 2, maxLength: 2 }), (uids) => {
        const keys = uids.map((uid, index) => {
          // Other uids are other bodies, and so other hashes.
          return rawKey({ ...NOTICE, uid }, { ...ARRIVAL, hash: String(index).repeat(64) });
        });
        expect(keys[0]).not.toBe(keys[1]);
      }),
    );
  });

  test('is short and harmless whatever the event says', () => {
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
  ])('has the hash in place of a uid with %s', (_what, uid) => {
    expect(rawKey({ ...NOTICE, uid }, ARRIVAL)).toContain(`_state-change_${HASH}.json`);
  });
});

describe('the other keys', () => {
  test('keep the same junk once a day', () => {
    const later = { ...ARRIVAL, receivedAt: ARRIVAL.receivedAt + 60_000 };
    expect(quarantineKey(ARRIVAL)).toBe(`quarantine/dt=2026-03-02/${HASH}.json`);
    expect(quarantineKey(later)).toBe(quarantineKey(ARRIVAL));
  });

  test('tell the attempts of one request apart', () => {
    const key = decisionKey(ARRIVAL.receivedAt, '8a1e0000-0000-4000-8000-000000000001', 2);
    expect(key).toBe('decisions/dt=2026-03-02/091600_8a1e0000-0000-4000-8000-000000000001_2.json');
    expect(decisionKey(ARRIVAL.receivedAt, '../raw', 1)).toBe('decisions/dt=2026-03-02/091600_..-raw_1.json');
  });
});

const RECORD: Required<DecisionRecord> = {
  version: 1,
  at: '2026-03-02T09:16:00.000Z',
  deployment: 'main',
  requestId: '8a1e0000-0000-4000-8000-000000000001',
  attempt: 1,
  causes: ['terminate-instances.refused', 'state-change.terminated.replayed', 'create-bucket'].map((name) =>
    parseFleetEvent(fixture(name), {}),
  ),
  outcome: 'failed',
  puts: [{ hostname: 'shop.dev.example.com', state: 'asleep', instances: [A] }],
  deletes: ['old.dev.example.com'],
  problems: [{ instance: B, tag: 'proxy:port', hostname: 'x.dev.example.com', message: 'not a port\n' }],
  durations: { list: 12, write: 34, total: 56 },
  store: { etag: 'E1', items: 3, bytes: 400 },
  error: 'StoreUnwritable: throttled',
};

describe('a decision record', () => {
  test('is printed as one line with every member of its type', () => {
    const line = printRecord(RECORD);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(RECORD)));
  });

  test('loses what its type does not name', () => {
    const [put] = RECORD.puts;
    const careless = { ...RECORD, headers: { authorization: 'x' }, puts: [{ ...put, token: 'secret' }] };
    const printed = printRecord(careless as DecisionRecord);
    expect(printed).toBe(printRecord(RECORD));
  });

  test('names what was written by hostname, state and instances only', () => {
    const live: Entry = {
      ...{ owner: 'main', sequence: 1, state: 'live', token: 'secret' },
      instances: [{ id: A, generation: 1, domainName: 'ec2-203-0-113-25.compute-1.amazonaws.com' }],
      rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }], conditions: [], strip: false }],
    };
    const asleep: Entry = {
      owner: 'main',
      sequence: 1,
      state: 'asleep',
      instances: [{ id: B, generation: 2 }],
    };
    const desired = new Map<string, Entry>(Object.entries({ shop: live, old: asleep, same: live }));
    const puts = new Map([
      ['shop', '…'],
      ['old', '…'],
    ]);
    expect(writtenRoutes({ puts }, desired)).toEqual([
      { hostname: 'old', state: 'asleep', instances: [B] },
      { hostname: 'shop', state: 'live', instances: [A] },
    ]);
  });
});
