import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Fault } from '../../../core/schema.ts';
import type { CountedHour } from '../../../core/traffic/day-file.ts';
import { emptyHour } from '../../../core/traffic/hour.ts';
import { noTraffic } from '../../../core/traffic/traffic.ts';
import { addHours, HOURS, parseTraffic, printTraffic, sumOf } from '../../../core/traffic/traffic-file.ts';

const HOUR_MS = 3_600_000;
const FIVE = Date.parse('2026-11-30T05:00:00Z');

function hourOf(requests: Record<string, number>, logs = 1, rest = {}): CountedHour {
  const apps = Object.entries(requests).map(
    ([app, each]) => [app, { ...noTraffic(), requests: each, ...rest }] as const,
  );
  return {
    ...emptyHour(),
    apps: new Map(apps),
    files: new Set(Array.from({ length: logs }, (_, n) => `log${n}`)),
  };
}

const EMPTY = { since: 0, logs: [], apps: new Map(), lags: new Map() };

const at = (start: number, hour: CountedHour) => [{ start, hour }];

test('the file has 48 hours, of which the newest is the last', () => {
  const file = addHours(undefined, at(FIVE, hourOf({ shop: 7 }, 1, { clientErrors: 2, serverErrors: 1 })));
  expect(new Date(file?.since ?? 0).toISOString()).toBe('2026-11-28T06:00:00.000Z');
  expect(file?.apps.get('shop')?.requests).toEqual([...Array(HOURS - 1).fill(0), 7]);
  expect(file?.apps.get('shop')?.clientErrors.at(-1)).toBe(2);
  expect(file?.apps.get('shop')?.serverErrors.at(-1)).toBe(1);
});

test('a later hour moves the others, and an app without a request in them is left out', () => {
  const first = addHours(undefined, at(FIVE, hourOf({ shop: 7, docs: 1 })));
  const second = addHours(first, at(FIVE + 2 * HOUR_MS, hourOf({ shop: 3 })));
  expect(second?.apps.get('shop')?.requests.slice(-3)).toEqual([7, 0, 3]);
  expect(second?.apps.get('docs')?.requests.slice(-3)).toEqual([1, 0, 0]);
  const later = addHours(second, at(FIVE + HOURS * HOUR_MS, hourOf({ shop: 4 })));
  expect([...(later?.apps.keys() ?? [])]).toEqual(['shop']);
  expect(later?.apps.get('shop')?.requests).toEqual([0, 3, ...Array(HOURS - 3).fill(0), 4]);
  const muchLater = addHours(later, at(FIVE + 1_000 * HOUR_MS, hourOf({ shop: 4 })));
  expect(sumOf(muchLater?.apps.get('shop')?.requests ?? [])).toBe(4);
  expect(muchLater?.logs).toEqual([...Array(HOURS - 1).fill(0), 1]);
});

test('the file has how long edges did not have the writes of its hours', () => {
  const five = FIVE / 1_000;
  const lags = (...all: [number, number][]) => ({ ...hourOf({ shop: 1 }), lags: new Map(all) });
  const first = addHours(undefined, at(FIVE, lags([five + 20, 4_000], [five + 10, 9_000])));
  expect(JSON.parse(printTraffic('main', first ?? EMPTY)).lags).toEqual([
    { at: '2026-11-30T05:00:10.000Z', milliseconds: 9_000 },
    { at: '2026-11-30T05:00:20.000Z', milliseconds: 4_000 },
  ]);
  // The last request of a write may be in the log of the next hour.
  const second = addHours(first, at(FIVE + HOUR_MS, lags([five + 20, 6_000])));
  expect(second?.lags).toEqual(
    new Map([
      [five + 20, 6_000],
      [five + 10, 9_000],
    ]),
  );
  expect(parseTraffic(printTraffic('main', second ?? EMPTY))).toMatchObject({
    lags: new Map([...(second?.lags ?? [])].sort()),
  });
  expect(addHours(second, at(FIVE + HOURS * HOUR_MS, hourOf({ shop: 1 })))?.lags.size).toBe(0);
});

test('an hour is set, not added, so that the same sum counts once', () => {
  const first = addHours(undefined, at(FIVE, hourOf({ shop: 7 })));
  expect(addHours(first, at(FIVE, hourOf({ shop: 7 })))).toBe(first);
});

test('a sum with fewer logs, which a slower writer brings, does not replace a newer one', () => {
  const newer = addHours(undefined, at(FIVE, hourOf({ shop: 9 }, 2)));
  expect(addHours(newer, at(FIVE, hourOf({ shop: 7 }, 1)))).toBe(newer);
  const newest = addHours(newer, at(FIVE, hourOf({ docs: 1 }, 3)));
  expect([...(newest?.apps.keys() ?? [])]).toEqual(['docs']);
});

test('an hour before the file changes nothing', () => {
  const file = addHours(undefined, at(FIVE, hourOf({ shop: 7 })));
  expect(addHours(file, at(FIVE - HOURS * HOUR_MS, hourOf({ shop: 1 })))).toBe(file);
  expect(addHours(undefined, [])).toBeUndefined();
});

test('the text is sorted, leaves out lists of zeros, and is read back as it was', () => {
  const file = addHours(undefined, [
    ...at(FIVE, hourOf({ shop: 7, '*.docs': 2 })),
    ...at(FIVE + HOUR_MS, hourOf({ shop: 1 }, 1, { serverErrors: 1 })),
  ]);
  const text = printTraffic('main', file ?? EMPTY);
  expect(text).toContain('"deployment":"main","since":"2026-11-28T07:00:00.000Z"');
  expect(Object.keys(JSON.parse(text).apps)).toEqual(['*.docs', 'shop']);
  expect(Object.keys(JSON.parse(text).apps.shop)).toEqual(['requests', 'serverErrors']);
  expect(parseTraffic(text)).toEqual(file);
});

test.each([
  ['{"version":2}', 'version is not 1'],
  ['x', 'it is not JSON'],
  [
    '{"version":1,"deployment":"main","since":"2026-11-28T07:00:00.000Z","logs":[1],"lags":[],"apps":{}}',
    'logs is not a list of 48 numbers',
  ],
])('%s is refused', (text, message) => {
  const fault = parseTraffic(text);
  expect(fault).toBeInstanceOf(Fault);
  expect(String(fault)).toBe(message);
});

test('the file has the busiest thousand apps, in less than 250 KB', () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const names = Array.from({ length: 2_000 }, (_, n) => `app-${n}.dev.example.com`);
  const hours = Array.from({ length: HOURS }, (_, n) => ({
    start: FIVE + n * HOUR_MS,
    hour: hourOf(
      Object.fromEntries(names.map((name, order) => [name, Math.floor(random() * 5_000) + 5_000 * order])),
      1,
      { clientErrors: Math.floor(random() * 20), serverErrors: 0 },
    ),
  }));
  const file = addHours(undefined, hours);
  expect(file?.apps.size).toBe(1_000);
  expect(file?.apps.has('app-1999.dev.example.com')).toBe(true);
  expect(file?.apps.has('app-999.dev.example.com')).toBe(false);
  if (file === undefined) throw new Error('no file');
  expect(gzipSync(printTraffic('main', file)).length).toBeLessThan(250_000);
});
