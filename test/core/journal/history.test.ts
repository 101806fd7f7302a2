import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { buildHistory, hostnamesIn, type Moment, momentAt } from '../../../core/journal/history.ts';
import type { DecisionRecord, WrittenRoute } from '../../../core/journal/journal-record.ts';
import { A, B, fixture } from '../../support/values/event-fixtures.ts';

const SHOP = 'shop.dev.example.com';
const NINE = Date.UTC(2026, 2, 2, 9);
const iso = (minutes: number) => new Date(NINE + minutes * 60_000).toISOString();

const LAUNCH = parseFleetEvent(fixture('run-instances'), {});
const STOP = parseFleetEvent(fixture('stop-instances'), {});
const SWEEP = parseFleetEvent(fixture('schedule.rule'), {});
const IGNORED = parseFleetEvent(fixture('run-instances.dry-run'), {});
const STRANGER = { ...LAUNCH, uid: 'stranger', ids: [B] };

function record(minutes: number, parts: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    version: 1,
    at: iso(minutes),
    deployment: 'main',
    requestId: `request-${minutes}`,
    attempt: 1,
    causes: [SWEEP],
    outcome: 'applied',
    puts: [],
    deletes: [],
    problems: [],
    durations: { total: 1 },
    ...parts,
  };
}

const shop = (state: WrittenRoute['state'], ...instances: string[]): WrittenRoute => ({
  hostname: SHOP,
  state,
  instances,
});

const shown = (moments: readonly Moment[]) =>
  moments.map(({ at, state, instances, how }) => [(at - NINE) / 60_000, state, instances.join(' '), how]);

describe('the history of a hostname', () => {
  test('has each write, even without a visible change', () => {
    const again = [1, 2].map((minute) => record(minute, { puts: [shop('live', A)] }));
    expect(shown(buildHistory(again, SHOP)).map(([minute]) => minute)).toEqual([1, 2]);
  });

  const launched = record(1, { causes: [LAUNCH, STRANGER, SWEEP], puts: [shop('live', A)] });
  const stopped = record(5, { causes: [STOP], puts: [shop('asleep', A)], before: [shop('live', A)] });
  const gone = record(9, { deletes: [SHOP], before: [shop('asleep', A)] });

  test('lists the written states, the newest last', () => {
    expect(shown(buildHistory([launched, stopped, gone], SHOP))).toEqual([
      [1, 'live', A, 'written'],
      [5, 'asleep', A, 'written'],
      [9, 'gone', '', 'written'],
    ]);
  });

  test('names the events about its instances, not all of the batch', () => {
    const [first, , last] = buildHistory([launched, stopped, gone], SHOP);
    expect(first?.causes.map(({ uid }) => uid)).toEqual([LAUNCH.uid]);
    expect(last?.causes).toEqual([SWEEP]);
  });

  test('names the event about the instance that lost the name as well', () => {
    const moved = record(5, { causes: [STOP, SWEEP], puts: [shop('live', B)], before: [shop('live', A)] });
    expect(buildHistory([launched, moved], SHOP).at(-1)?.causes).toEqual([STOP]);
  });

  test('names the event about the instance that took the name over', () => {
    const moved = record(5, {
      causes: [STRANGER, SWEEP],
      puts: [shop('live', B)],
      before: [shop('live', A)],
    });
    expect(buildHistory([launched, moved], SHOP).at(-1)?.causes).toEqual([STRANGER]);
  });

  test.each([
    ['hints for the whole fleet', [STRANGER, SWEEP], [SWEEP]],
    ['all hints, if no hint is for the whole fleet', [STRANGER], [STRANGER]],
    ['no event that was ignored', [IGNORED, STRANGER], [STRANGER]],
  ])('names other events if none is about its instances: %s', (_which, causes, named) => {
    const moved = record(5, { causes, puts: [shop('live', A)] });
    expect(buildHistory([moved], SHOP).at(-1)?.causes).toEqual(named);
  });

  test('has the time of acceptance by the store, which is after the start of the run', () => {
    const slow = record(1, { acceptedAt: iso(2), puts: [shop('live', A)] });
    expect(shown(buildHistory([slow], SHOP))).toEqual([[2, 'live', A, 'written']]);
  });

  test('F53: shows a state that a run found without a record, after a crash between the store and the journal', () => {
    expect(shown(buildHistory([launched, gone], SHOP))).toEqual([
      [1, 'live', A, 'written'],
      [9, 'asleep', A, 'found'],
      [9, 'gone', '', 'written'],
    ]);
  });

  test('shows a change by another writer from the run that found it', () => {
    const found = record(3, { outcome: 'unchanged', found: [shop('live', B)] });
    const missing = record(4, { missing: [SHOP] });
    expect(shown(buildHistory([launched, found, missing], SHOP))).toEqual([
      [1, 'live', A, 'written'],
      [3, 'live', B, 'found'],
      [4, 'gone', '', 'found'],
    ]);
    expect(hostnamesIn([found, missing])).toEqual([SHOP]);
  });

  test('does not repeat a state that was found unchanged', () => {
    expect(buildHistory([launched, record(3, { found: [shop('live', A)] })], SHOP)).toHaveLength(1);
    const back = record(7, { puts: [shop('live', A)], before: [shop('asleep', A)] });
    const found = record(8, { found: [shop('live', A)] });
    expect(buildHistory([launched, stopped, back, found], SHOP)).toHaveLength(3);
  });

  test('begins with the state before the oldest record', () => {
    expect(shown(buildHistory([stopped], SHOP))).toEqual([
      [5, 'live', A, 'found'],
      [5, 'asleep', A, 'written'],
    ]);
  });

  test('shows one name only', () => {
    const other = record(3, { puts: [{ ...shop('live', B), hostname: `x${SHOP}` }], deletes: [`y.${SHOP}`] });
    expect(buildHistory([other], SHOP)).toEqual([]);
    expect(hostnamesIn([other, launched, gone])).toEqual([SHOP, `x${SHOP}`, `y.${SHOP}`]);
  });

  test('reads old records without a time of acceptance or previous entries', () => {
    expect(
      shown(buildHistory([record(1, { puts: [shop('live', A)] }), record(2, { deletes: [SHOP] })], SHOP)),
    ).toEqual([
      [1, 'live', A, 'written'],
      [2, 'gone', '', 'written'],
    ]);
  });

  test('does not depend on the order of the objects or on duplicates', () => {
    const route = fc.record({
      hostname: fc.constantFrom(SHOP, 'docs.dev.example.com'),
      state: fc.constantFrom('live' as const, 'asleep' as const),
      instances: fc.subarray([A, B], { minLength: 1 }),
    });
    const records = fc.uniqueArray(
      fc
        .tuple(
          fc.integer({ min: 0, max: 20 }),
          fc.integer({ min: 1, max: 3 }),
          fc.array(route),
          fc.array(route),
        )
        .map(([minutes, attempt, puts, before]) =>
          record(minutes, { attempt, puts, before, deletes: [SHOP] }),
        ),
      { selector: ({ at, attempt }) => `${at} ${attempt}` },
    );
    const shuffled = records.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([list, again]) => {
        const history = buildHistory(list, SHOP);
        expect(buildHistory(again, SHOP)).toEqual(history);
        expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort((a, b) => a - b));
      }),
    );
  });

  test('ends as the store does: replaying all decisions gives the entries that were written last', () => {
    const step = fc.record({
      hostname: fc.constantFrom('a', 'b', 'c'),
      state: fc.constantFrom('live' as const, 'asleep' as const, 'gone' as const),
      instances: fc.subarray([A, B], { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const store = new Map<string, WrittenRoute>();
        const records = steps.map(({ hostname, state, instances }, minutes) => {
          const before = store.get(hostname);
          if (state === 'gone') store.delete(hostname);
          else store.set(hostname, { hostname, state, instances });
          const after = store.get(hostname);
          const change = after ? { puts: [after] } : { deletes: [hostname] };
          return record(minutes, { ...change, before: before ? [before] : [] });
        });
        for (const hostname of ['a', 'b', 'c']) {
          const last = buildHistory([...records].reverse(), hostname).at(-1);
          const { state = 'gone', instances = [] } = store.get(hostname) ?? {};
          if (last) expect(last).toMatchObject({ state, instances, how: 'written' });
          else expect(store.has(hostname)).toBe(false);
        }
      }),
    );
  });
});

describe('the state at a time', () => {
  const leased = { ...shop('live', A), expiresAt: iso(30) };
  const at = (minutes: number) => {
    const moments = buildHistory([record(1, { puts: [leased] }), record(40, { deletes: [SHOP] })], SHOP);
    return momentAt(moments, NINE + minutes * 60_000);
  };

  test('is the latest that had begun', () => {
    expect(at(0.5)).toBeUndefined();
    expect(at(1)).toMatchObject({ state: 'live', instances: [A] });
    expect(at(29)).toMatchObject({ state: 'live' });
    expect(at(41)).toMatchObject({ state: 'gone', how: 'written' });
  });

  test('is gone after the end of a lease, even before the next write', () => {
    expect(at(30)).toMatchObject({ state: 'gone', at: NINE + 30 * 60_000, instances: [A] });
  });
});
