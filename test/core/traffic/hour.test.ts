import { expect, test } from 'vitest';
import {
  addLine,
  countOf,
  emptyHour,
  type Hour,
  MOST_UNSERVED,
  mergeHour,
} from '../../../core/traffic/hour.ts';
import { sumHours } from '../../support/traffic/sum-hours.ts';
import { logLine, servedLine, unservedLine } from '../../traffic/log-lines.ts';

function hourOf(lines: readonly string[]): Hour {
  const hour = emptyHour();
  for (const line of lines) addLine(hour, line);
  return hour;
}

test('requests, errors and bytes are counted by app, and WebSockets apart', () => {
  const { apps, unserved } = hourOf([
    servedLine('shop.dev.example.com', { 'sc-status': '200' }),
    servedLine('shop.dev.example.com', { 'sc-status': '404', 'timestamp(ms)': '1796015999000' }),
    servedLine('shop.dev.example.com', { 'sc-status': '502' }),
    servedLine('shop.dev.example.com', { 'sc-status': '000' }),
    servedLine('shop.dev.example.com', { 'cs-protocol': 'wss', 'sc-status': '101', 'sc-bytes': '500' }),
    servedLine('docs.dev.example.com'),
  ]);
  expect(apps.get('shop.dev.example.com')).toMatchObject({
    requests: 4,
    clientErrors: 1,
    serverErrors: 1,
    websockets: 1,
    bytes: 4500,
    lastAt: 1796015999000,
  });
  // The connection of a WebSocket stays open, so its time would distort the others.
  expect([...(apps.get('shop.dev.example.com')?.firstByte.values() ?? [])]).toEqual([4]);
  expect(apps.get('docs.dev.example.com')).toMatchObject({ requests: 1 });
  expect(unserved.size).toBe(0);
});

test('a request under a wildcard counts for the entry that served it, not for the name that the viewer chose', () => {
  const words = '*.preview.dev.example.com i-0123456789abcdef0 /';
  const line = (host: string) => logLine({ 'x-host-header': host, 'viewer-request-log-data': words });
  const { apps } = hourOf(['a', 'b', 'c'].map((label) => line(`${label}.preview.dev.example.com`)));
  expect([...apps].map(([name, { requests }]) => [name, requests])).toEqual([
    ['*.preview.dev.example.com', 3],
  ]);
});

/** 05:10:00.229, the beginning of the request of a line, in epoch seconds without their fraction. */
const BEGUN = Date.parse('2026-11-30T05:10:00Z') / 1_000;

function hintedLine(sequence: number, changes: Parameters<typeof logLine>[0] = {}): string {
  const words = `shop.dev.example.com i-0123456789abcdef0_${sequence.toString(36)} /`;
  return logLine({ 'viewer-request-log-data': words, ...changes });
}

test('a request that a hint led tells how long its edge did not have the write', () => {
  const { lags, apps } = hourOf([
    servedLine('shop.dev.example.com'),
    hintedLine(BEGUN - 4),
    hintedLine(BEGUN - 9, { 'timestamp(ms)': '1796015399000' }),
    hintedLine(BEGUN - 9),
    hintedLine(BEGUN - 9, { 'timestamp(ms)': '1796015398000' }),
  ]);
  expect(lags).toEqual(
    new Map([
      [BEGUN - 4, 4_229],
      [BEGUN - 9, 9_229],
    ]),
  );
  expect(apps.get('shop.dev.example.com')?.requests).toBe(5);
});

test('a write that seems to be later than the request counts as just written, and one of another time not at all', () => {
  const others = [BEGUN - 301, 7, BEGUN + 301, 36 ** 7 - 1];
  const { lags } = hourOf([BEGUN + 3, ...others].map((sequence) => hintedLine(sequence)));
  expect(lags).toEqual(new Map([[BEGUN + 3, 0]]));
});

test('the newest 200 writes are kept, whatever the order of the logs', () => {
  const files = Array.from({ length: 250 }, (_, n) => hourOf([hintedLine(BEGUN - n)]));
  const sumOf = (hours: readonly Hour[]) => sumHours(hours.map((hour) => ({ hour }))).lags;
  expect([...sumOf(files).keys()].sort()).toEqual(Array.from({ length: 200 }, (_, n) => BEGUN - n).sort());
  expect(new Map([...sumOf(files.toReversed())].sort())).toEqual(new Map([...sumOf(files)].sort()));
});

test('a line that cannot be read is counted, and an empty one is not', () => {
  expect(hourOf(['{"sc-status":', '', '  ', servedLine('shop.dev.example.com')])).toMatchObject({
    unreadable: 1,
  });
});

const INVENTED = Array.from({ length: 20_000 }, (_, n) => unservedLine(`n${n}.dev.example.com`));

test('a viewer who invents hostnames neither grows the sums without limit nor hides the busy names', () => {
  const notice = unservedLine('asleep.dev.example.com', { 'sc-status': '503' });
  const socket = unservedLine('socket.dev.example.com', { 'cs-protocol': 'wss' });
  const busy = [notice, notice, socket, socket];
  const hour = emptyHour();
  mergeHour(hour, hourOf([...INVENTED.slice(0, 100), ...busy, ...INVENTED.slice(100)]));
  mergeHour(hour, hourOf([...INVENTED.slice(100, 200), ...busy]));
  expect(hour.unserved.size).toBe(MOST_UNSERVED);
  expect(hour.unserved.get('asleep.dev.example.com')).toMatchObject({ requests: 4, serverErrors: 4 });
  expect(hour.unserved.get('socket.dev.example.com')).toMatchObject({ websockets: 4 });
  const kept = [...hour.unserved.values()].reduce((sum, each) => sum + countOf(each), 0);
  expect(kept + countOf(hour.others)).toBe(20_000 + 100 + 2 * busy.length);
});

test('one file counts at most 5,000 hostnames apart while it is read', () => {
  const { unserved, others } = hourOf(INVENTED);
  expect(unserved.size).toBe(5_000);
  expect(others.requests).toBe(15_000);
});

test('more than 2,000 apps share one sum', () => {
  const hour = hourOf(Array.from({ length: 2_005 }, (_, n) => servedLine(`app${n}.dev.example.com`)));
  expect(hour.apps.size).toBe(2_000);
  expect(hour.others.requests).toBe(5);
});

test('a status of 400 is an error of the viewer, and one of 500 an error of the app', () => {
  const statuses = ['399', '400', '499', '500'];
  const { apps } = hourOf(statuses.map((status) => servedLine('shop', { 'sc-status': status })));
  expect(apps.get('shop')).toMatchObject({ requests: 4, clientErrors: 2, serverErrors: 1 });
});

test('a request without a time to the first byte is counted without one', () => {
  const { apps } = hourOf([servedLine('shop', { 'time-to-first-byte': '-' })]);
  expect(apps.get('shop')).toMatchObject({ requests: 1, firstByte: new Map() });
});

test('the last request of two sums is the later one, in either order', () => {
  const times = ['1796015400250', '1796015999000'];
  const [early, late] = times.map((time) => hourOf([servedLine('shop', { 'timestamp(ms)': time })])) as [
    Hour,
    Hour,
  ];
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const sum = emptyHour();
    for (const each of order) mergeHour(sum, each);
    expect(sum.apps.get('shop')?.lastAt).toBe(1796015999000);
  }
});
