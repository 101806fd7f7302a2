import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../core/entry/entry.ts';
import { parseMessage } from '../../../updater/read/messages.ts';
import { buildFigures } from '../../../updater/report/figures.ts';
import { buildLogLine } from '../../../updater/report/log-line.ts';
import { buildRecord, type FinishedRun, isWorthKeeping } from '../../../updater/report/record.ts';
import type { Reconciled } from '../../../updater/run/reconciled.ts';
import { message, SHOP } from '../../support/stands/updater-stand.ts';
import { RECORD } from '../../support/values/decision-record.ts';
import { fixture } from '../../support/values/event-fixtures.ts';
import { entryFor, instance, NOW, routed, SETTINGS } from '../../support/values/instances.ts';

const AT = NOW * 1000;
const iso = (milliseconds: number) => new Date(AT + milliseconds).toISOString();
const received = (event: unknown, attempt = 1) => parseMessage(message(event, attempt), {});
const STARTED = received(fixture('state-change.running'));
const SWEPT = received(fixture('schedule.rule'));

const shop = entryFor('shop', routed([instance({ id: 1, tags: { 'proxy:host': 'shop' } })]));
const ENTRIES = new Map(shop ? [[SHOP, shop]] : []);
const ROUTE = { hostname: SHOP, state: 'live', instances: [instance({ id: 1, tags: {} }).id] };

const UNCHANGED: Reconciled = {
  ...{ outcome: 'unchanged', puts: [], deletes: [], conflicts: 0 },
  ...{ written: new Map(), before: ENTRIES, problems: [], withheld: [] },
};

/** A run of half a second that found nothing to do. */
const ran = (more: Partial<FinishedRun> = {}): FinishedRun => ({
  ...{ deployment: SETTINGS.deployment, requestId: 'request-1', startedAt: AT, endedAt: AT + 500 },
  ...{ received: [STARTED], result: UNCHANGED, found: { entries: new Map(), missing: [] } },
  calls: { store: 0, failedListings: 0 },
  ...more,
});

const WRITTEN: Reconciled = {
  ...UNCHANGED,
  outcome: 'applied',
  puts: [SHOP],
  written: ENTRIES,
  before: new Map(),
};

describe('the record of a run', () => {
  test('has the time when the store accepted a change, and the durations of listing and writing', () => {
    const calls = { store: 1, failedListings: 0, list: 120, write: 80, acceptedAt: AT + 300 };
    const record = buildRecord(ran({ result: WRITTEN, calls }));
    expect(record).toMatchObject({ at: iso(0), acceptedAt: iso(300), puts: [ROUTE], before: [] });
    expect(record.durations).toEqual({ list: 120, write: 80, total: 500 });
  });

  test.each([['puts'], ['deletes']] as const)('has a time of acceptance if there are only %s', (which) => {
    const calls = { store: 1, failedListings: 0, acceptedAt: AT + 300 };
    const result = { ...WRITTEN, puts: [], deletes: [], [which]: [SHOP] };
    expect(buildRecord(ran({ result, calls })).acceptedAt).toBe(iso(300));
  });

  test('has no time of acceptance without a change, even if a write failed', () => {
    const record = buildRecord(ran({ calls: { store: 1, failedListings: 0, acceptedAt: AT + 300 } }));
    expect(record).not.toHaveProperty('acceptedAt');
    expect(record.durations).toEqual({ total: 500 });
  });

  test('has the earlier entries of the changed names', () => {
    const record = buildRecord(ran({ result: { ...WRITTEN, before: ENTRIES } }));
    expect(record.before).toEqual([ROUTE]);
    expect(
      buildRecord(ran({ result: { ...WRITTEN, puts: [], deletes: [SHOP], before: ENTRIES } })).before,
    ).toEqual([ROUTE]);
    expect(buildRecord(ran()).before).toEqual([]);
  });

  test('counts the attempts of a batch by its most frequently delivered message', () => {
    expect(buildRecord(ran({ received: [received({}, 3), STARTED] })).attempt).toBe(3);
    expect(buildRecord(ran({ received: [] })).attempt).toBe(1);
  });

  test('reports unrecorded changes once', () => {
    const found = { entries: ENTRIES, missing: ['gone.dev.example.com'] };
    expect(buildRecord(ran({ found }))).toMatchObject({ found: [ROUTE], missing: ['gone.dev.example.com'] });
    const told = buildRecord(ran({ found, result: WRITTEN }));
    expect(told).not.toHaveProperty('found');
    expect(buildRecord(ran())).not.toHaveProperty('missing');
  });
});

test('the figures have a time to apply for a change, but not for a failed write', () => {
  const calls = { store: 1, failedListings: 0, acceptedAt: AT + 300 };
  const none = { journal: 0, publish: 0 };
  expect(buildFigures(ran({ calls }), none)).not.toHaveProperty('ApplyTime');
  expect(buildFigures(ran({ calls, result: WRITTEN }), none)).toMatchObject({
    ApplyTime: [300],
    Changes: [1],
  });
});

describe('a record', () => {
  const idle = buildRecord(ran({ received: [SWEPT] }));

  test('of a sweep that found nothing is not kept, any other is', () => {
    expect(isWorthKeeping(idle)).toBe(false);
    expect(isWorthKeeping({ ...idle, outcome: 'applied' })).toBe(true);
    expect(isWorthKeeping({ ...idle, found: [] })).toBe(true);
    expect(isWorthKeeping({ ...idle, missing: [] })).toBe(true);
    expect(isWorthKeeping(buildRecord(ran({ received: [SWEPT, STARTED] })))).toBe(true);
  });

  test.each([
    ['DEBUG', { ...idle }],
    ['INFO', { ...idle, outcome: 'applied' as const }],
    ['WARN', { ...idle, error: 'us-east-1 did not answer' }],
    ['ERROR', { ...idle, outcome: 'failed' as const }],
    ['ERROR', { ...idle, outcome: 'conflict' as const }],
  ])('is logged at level %s', (level, record) => expect(buildLogLine(record)['level']).toBe(level));

  test('is logged with counts and changed names, and without the content of events', () => {
    const { requestId, attempt, outcome, durations, store, error } = RECORD;
    expect(buildLogLine(RECORD)).toEqual({
      ...{ level: 'ERROR', message: 'run', requestId, attempt, outcome, durations, store, error },
      ...{ causes: 4, problems: 1, changes: 2 },
      changed: ['shop.dev.example.com asleep', 'old.dev.example.com gone'],
    });
  });

  test('without a change and a failure logs nothing else', () => {
    expect(buildLogLine(idle)).toEqual({
      ...{ level: 'DEBUG', message: 'run', requestId: 'request-1', attempt: 1, outcome: 'unchanged' },
      ...{ causes: 1, problems: 0, changes: 0, durations: { total: 500 } },
    });
  });

  test('names at most twenty changes in the log', () => {
    const deletes = Array.from({ length: 30 }, (_, n) => `app-${n}.dev.example.com`);
    const line = buildLogLine({ ...idle, deletes });
    expect(line).toMatchObject({ changes: 30 });
    expect(line['changed']).toHaveLength(20);
  });
});

describe('the drift of a sweep', () => {
  const driftOf = (before: ReadonlyMap<string, Entry>) => {
    const result: Reconciled = { ...UNCHANGED, outcome: 'applied', deletes: [SHOP], before };
    return buildFigures(ran({ received: [SWEPT], result }), { journal: 0, publish: 0 })['Drift'];
  };
  const leased = (expiresAt: number) =>
    new Map([...ENTRIES].map(([hostname, entry]) => [hostname, { ...entry, expiresAt }]));

  test('counts deletions before the end of a lease and of unreadable entries, but not of ended leases', () => {
    expect(driftOf(leased(NOW + 1))).toEqual([1]);
    expect(driftOf(new Map())).toEqual([1]);
    expect(driftOf(leased(NOW))).toBeUndefined();
  });
});

test('the age of an event that is not a hint is in no figure', () => {
  const idle = { ...ran(), received: [received(fixture('reboot-instances'))] };
  expect(buildFigures(idle, { journal: 0, publish: 0 })).not.toHaveProperty('EventAge');
});
