import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../core/schema.ts';
import {
  addFile,
  type DayFile,
  dayKey,
  emptyDay,
  parseDay,
  printDay,
} from '../../../core/traffic/day-file.ts';
import { addLine, emptyHour, type Hour } from '../../../core/traffic/hour.ts';
import { appsNamed, daysBetween, hoursSince } from '../../../core/traffic/report.ts';
import { sumHours } from '../../support/traffic/sum-hours.ts';
import { servedLine, unservedLine } from '../../traffic/log-lines.ts';

const DAY = '2026-11-30';

/** The traffic in one log. */
function counted(lines: readonly string[]): Hour {
  const hour = emptyHour();
  for (const line of lines) addLine(hour, line);
  return hour;
}

/** A request to a write that was some seconds old, and that the edge did not have. */
const hintedLine = (age: number, changes = {}) => {
  const number = (1_796_015_400 - age).toString(36);
  return servedLine('cart.dev.example.com', {
    'viewer-request-log-data': `cart.dev.example.com i-0123456789abcdef0_${number} /`,
    ...changes,
  });
};

const FILES = [
  { hour: 5, file: 'a', lines: [servedLine('shop.dev.example.com'), unservedLine('nobody.dev.example.com')] },
  { hour: 5, file: 'b', lines: [servedLine('shop.dev.example.com', { 'sc-status': '500' }), '{'] },
  { hour: 5, file: 'h', lines: [hintedLine(3), hintedLine(8)] },
  { hour: 5, file: 'i', lines: [hintedLine(3, { 'timestamp(ms)': '1796015403250' })] },
  { hour: 0, file: 'c', lines: [servedLine('docs.dev.example.com')] },
  { hour: 5, file: 'd', lines: ['cart', 'api', 'web'].map((name) => servedLine(`${name}.dev.example.com`)) },
  { hour: 5, file: 'e', lines: ['zoo', 'api', 'abc'].map((name) => servedLine(`${name}.dev.example.com`)) },
  { hour: 23, file: 'a', lines: [servedLine('docs.dev.example.com', { 'cs-protocol': 'wss' })] },
];

function dayOf(files: typeof FILES): DayFile {
  const day = emptyDay(DAY);
  for (const { hour, file, lines } of files) addFile(day, { day: DAY, hour, file }, counted(lines));
  return day;
}

describe('the file of a day', () => {
  test('is the same whatever the order of the logs and however often each comes', () => {
    const whole = printDay(dayOf(FILES));
    const anyOrder = fc.shuffledSubarray([...FILES, ...FILES], { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(anyOrder, (files) => {
        expect(printDay(dayOf(files))).toBe(whole);
      }),
    );
  });

  test('is read back as it was', () => {
    const text = printDay(dayOf(FILES));
    const day = parseDay(text);
    if (day instanceof Fault) throw new Error(String(day));
    expect(printDay(day)).toBe(text);
    expect(day).toEqual(dayOf(FILES));
  });

  test('counts a log of an hour before it was read back only once', () => {
    const day = parseDay(printDay(dayOf(FILES)));
    if (day instanceof Fault) throw new Error(String(day));
    expect(addFile(day, { day: DAY, hour: 5, file: 'a' }, counted([]))).toBe(false);
    // A log of another hour may have the same name.
    expect(addFile(day, { day: DAY, hour: 6, file: 'a' }, counted([]))).toBe(true);
  });

  test('has its hours, names and files in order, for people who compare two', () => {
    const { hours } = JSON.parse(printDay(dayOf([...FILES].reverse())));
    expect(Object.keys(hours['5'].apps)).toEqual(Object.keys(hours['5'].apps).toSorted());
    expect(Object.keys(hours['5'].apps)).toHaveLength(6);
    expect(hours['5'].files).toEqual(['a', 'b', 'd', 'e', 'h', 'i']);
    expect(dayKey(DAY)).toBe('traffic/2026-11-30.json');
  });

  test.each([
    ['', 'it is not JSON'],
    ['{}', 'version is not 1'],
    [JSON.stringify({ version: 1, day: DAY, hours: { 24: {} } }), 'hours["24"] is not an expected name'],
    [JSON.stringify({ version: 1, day: DAY, hours: { x1: {} } }), 'hours["x1"] is not an expected name'],
    [JSON.stringify({ version: 1, day: DAY, hours: { '1x': {} } }), 'hours["1x"] is not an expected name'],
    [
      printDay(dayOf(FILES)).replace('"requests":1', '"requests":-1'),
      'hours["0"].apps["docs.dev.example.com"].requests is not a whole number of 0 or more',
    ],
  ])('that is damaged says where: %s', (text, fault) => {
    expect(String(parseDay(text))).toBe(fault);
  });
});

describe('a report', () => {
  test('sums the hours from the one that contains its beginning', () => {
    const since = Date.parse('2026-11-30T05:30:00Z');
    const later = { ...dayOf(FILES.slice(0, 1)), day: '2026-12-01' };
    const hours = hoursSince([later, dayOf([...FILES].reverse())], since);
    expect(hours.map(({ start }) => new Date(start).toISOString())).toEqual([
      '2026-11-30T05:00:00.000Z',
      '2026-11-30T23:00:00.000Z',
      '2026-12-01T05:00:00.000Z',
    ]);
    const { apps, unserved, lags, unreadable } = sumHours(hours.slice(0, 2));
    expect(apps.get('shop.dev.example.com')).toMatchObject({ requests: 2, serverErrors: 1 });
    expect(apps.get('docs.dev.example.com')).toMatchObject({ requests: 0, websockets: 1 });
    expect(unserved.get('nobody.dev.example.com')).toMatchObject({ requests: 1, clientErrors: 1 });
    expect([...lags.values()].sort()).toEqual([6_229, 8_229]);
    expect(unreadable).toBe(1);
  });

  test('needs the files of all days between two times', () => {
    expect(daysBetween(Date.parse('2026-11-28T23:59:00Z'), Date.parse('2026-11-30T00:00:00Z'))).toEqual([
      '2026-11-28',
      '2026-11-29',
      '2026-11-30',
    ]);
  });

  test('finds an app by its hostname or by a label that only one has', () => {
    const apps = ['shop.dev.example.com', 'shop.eu.example.com', 'docs.dev.example.com'];
    expect(appsNamed(apps, 'Shop.Dev.Example.com.')).toEqual(['shop.dev.example.com']);
    expect(appsNamed(apps, 'docs')).toEqual(['docs.dev.example.com']);
    expect(appsNamed(apps, 'shop')).toEqual(['shop.dev.example.com', 'shop.eu.example.com']);
    expect(appsNamed(apps, 'sho')).toEqual([]);
  });
});
