import { expect, test } from 'vitest';
import { HOURS, type TrafficFile } from '../../../core/traffic/traffic-file.ts';
import { describeTraffic } from '../../../portal/app/hours.ts';

const NOW = Date.parse('2026-11-30T14:30:00Z');
const SINCE = Date.parse('2026-11-30T14:00:00Z') - (HOURS - 1) * 3_600_000;

const list = (...last: number[]) => [...Array(HOURS - last.length).fill(0), ...last];

function fileWith(requests: number[], serverErrors: number[] = [], clientErrors: number[] = []): TrafficFile {
  const hours = {
    requests: list(...requests),
    clientErrors: list(...clientErrors),
    serverErrors: list(...serverErrors),
  };
  return { since: SINCE, logs: list(1), apps: new Map([['shop', hours]]), lags: new Map() };
}

test('an app has its requests and errors by hour, the oldest first', () => {
  const { hours } = describeTraffic(fileWith([5, 7], [0, 1], [2, 0]), 'shop', 24, NOW);
  expect(hours).toHaveLength(24);
  expect(hours.slice(-2)).toEqual([
    { start: Date.parse('2026-11-30T13:00:00Z'), requests: 5, clientErrors: 2, serverErrors: 0 },
    { start: Date.parse('2026-11-30T14:00:00Z'), requests: 7, clientErrors: 0, serverErrors: 1 },
  ]);
});

test.each([
  [[1_200, 4], [3], [], '1,204 requests in 24 hours: 3 (0.2 %) with a status of 500 and more.'],
  [[1], [], [1], '1 request in 24 hours: no error of the app, 1 with a status of 400–499.'],
  [[5_000], [1], [], '5,000 requests in 24 hours: 1 (under 0.1 %) with a status of 500 and more.'],
  [[4], [2], [], '4 requests in 24 hours: 2 (50 %) with a status of 500 and more.'],
  [[], [], [], 'No request in 24 hours.'],
])('%j with %j and %j reads: %s', (requests, server, client, words) => {
  expect(describeTraffic(fileWith(requests, server, client), 'shop', 24, NOW).summary).toBe(words);
});

test('an app without a request in the file has none', () => {
  expect(describeTraffic(fileWith([4]), 'docs', 48, NOW).summary).toBe('No request in 48 hours.');
});

test('logs that do not come are named', () => {
  const file = fileWith([4]);
  const isLate = (hours: number) => describeTraffic(file, 'shop', 24, NOW + hours * 3_600_000).isLate;
  expect([isLate(0), isLate(1), isLate(2)]).toEqual([false, false, true]);
});
