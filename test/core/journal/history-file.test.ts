import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addChange,
  type HistoryFile,
  type HistoryMoment,
  isSameState,
  MOST_MOMENTS,
  parseHistoryFile,
} from '../../../core/journal/history-file.ts';
import { historyName } from '../../../core/journal/site-documents.ts';
import { Fault } from '../../../core/schema.ts';
import { mutated } from '../../support/values/mutations.ts';

const SHOP = 'shop.dev.example.com';
const GONE = { state: 'gone', instances: [] } as const;
const at = (minutes: number) => new Date(Date.parse('2026-11-23T10:00:00Z') + minutes * 60_000).toISOString();
const DAY = 24 * 60;

const moment = (minutes: number, state: HistoryMoment['state'], ...instances: string[]): HistoryMoment => ({
  ...{ at: at(minutes), state, instances, how: 'written' },
  causes: [{ kind: 'RunInstances', at: at(minutes), by: 'Developer/alice' }],
});
const standing = ({ state, instances }: HistoryMoment) => ({ state, instances });

/** A name that was launched, stopped and started again. */
const LIVE = moment(0, 'live', 'i-1');
const ASLEEP = moment(10, 'asleep', 'i-1');
const AGAIN = moment(20, 'live', 'i-1');
const FILE = [ASLEEP, AGAIN].reduce<HistoryFile>(
  (file, after) => addChange(file, SHOP, { before: standing(file.moments.at(-1) ?? LIVE), after }),
  addChange(undefined, SHOP, { before: { ...GONE, instances: [] }, after: LIVE }),
);

describe('the history of a hostname', () => {
  test('has its changes, the newest last', () => {
    expect(FILE).toEqual({ version: 1, hostname: SHOP, moments: [LIVE, ASLEEP, AGAIN] });
  });

  test('notes what stood before a change, if it does not know it', () => {
    const { moments } = addChange(undefined, SHOP, { before: standing(LIVE), after: ASLEEP });
    expect(moments).toEqual([
      { state: 'live', instances: ['i-1'], at: '2026-11-23T10:09:59.999Z', how: 'found', causes: [] },
      ASLEEP,
    ]);
  });

  test('says since when it stood so, if that is known', () => {
    const change = { before: standing(LIVE), beforeSince: at(3), after: AGAIN };
    expect(addChange(undefined, SHOP, change).moments[0]).toMatchObject({ state: 'live', at: at(3) });
    // The file has a later moment, so the time is that of another one.
    expect(addChange({ ...FILE, moments: [LIVE, ASLEEP] }, SHOP, change).moments.at(-2)).toMatchObject({
      ...{ state: 'live', how: 'found', at: '2026-11-23T10:19:59.999Z' },
    });
  });

  test('notes a change that no file had, without its time and cause', () => {
    const after = moment(30, 'gone');
    const { moments } = addChange(FILE, SHOP, { before: { state: 'asleep', instances: ['i-1'] }, after });
    expect(moments.slice(-2)).toMatchObject([
      { state: 'asleep', how: 'found', causes: [] },
      { state: 'gone' },
    ]);
  });

  test('gets the causes of its last change when they are known later', () => {
    const bare = { ...AGAIN, causes: [] };
    const file = addChange({ ...FILE, moments: [LIVE, ASLEEP, bare] }, SHOP, {
      before: standing(ASLEEP),
      after: AGAIN,
    });
    expect(file).toEqual(FILE);
  });

  test('keeps seven days, and the moment that held when they began', () => {
    const after = moment(7 * DAY + 15, 'gone');
    const { moments } = addChange(FILE, SHOP, { before: standing(AGAIN), after });
    expect(moments).toEqual([ASLEEP, AGAIN, after]);
  });

  test('keeps the newest of too many moments', () => {
    let file = FILE;
    for (let n = 0; n < 2 * MOST_MOMENTS; n++) {
      const after = moment(30 + n, n % 2 === 0 ? 'asleep' : 'live', 'i-1');
      file = addChange(file, SHOP, { before: standing(file.moments.at(-1) ?? LIVE), after });
    }
    expect(file.moments).toHaveLength(MOST_MOMENTS);
    expect(file.moments.at(-1)?.at).toBe(at(30 + 2 * MOST_MOMENTS - 1));
  });

  test('is always in order and tells each change, whatever was lost', () => {
    const state = fc.constantFrom('live', 'asleep', 'gone', 'starting') as fc.Arbitrary<
      HistoryMoment['state']
    >;
    const change = fc.record({ state, minutes: fc.nat({ max: 3 * DAY }), isLost: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        let file: HistoryFile | undefined;
        let now = moment(0, 'gone');
        for (const { state: next, minutes, isLost } of changes) {
          const after = moment((Date.parse(now.at) - Date.parse(at(0))) / 60_000 + minutes + 1, next);
          if (!isLost) file = addChange(file, SHOP, { before: standing(now), after });
          now = after;
          const moments = file?.moments ?? [];
          expect(moments.map((each) => each.at)).toEqual(moments.map((each) => each.at).sort());
          if (!isLost) expect(isSameState(moments.at(-1) ?? LIVE, now)).toBe(true);
          if (file) expect(parseHistoryFile(JSON.stringify(file))).toEqual(file);
        }
      }),
    );
  });

  test('that was mutated is refused or read, and never throws', () => {
    fc.assert(
      fc.property(mutated(JSON.stringify(FILE)), (text) => {
        const file = parseHistoryFile(text);
        if (file instanceof Fault) return;
        expect(parseHistoryFile(JSON.stringify(file))).toEqual(file);
        addChange(file, SHOP, { before: standing(AGAIN), after: moment(60, 'gone') });
      }),
    );
  });

  test('has a name without an asterisk', () => {
    expect(historyName(SHOP)).toBe('history/shop.dev.example.com.json');
    expect(historyName('*.dev.example.com')).toBe('history/_wildcard.dev.example.com.json');
  });

  test('is beside the others, whatever a link to the portal asks for', () => {
    expect(historyName('../api/me?x=#')).toBe('history/..%2Fapi%2Fme%3Fx%3D%23.json');
  });
});
