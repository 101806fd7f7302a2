import { expect, test } from 'vitest';
import {
  addLastRequests,
  parseLastRequests,
  printLastRequests,
} from '../../../core/traffic/last-requests.ts';
import { noTraffic } from '../../../core/traffic/traffic.ts';

const NOW = Date.parse('2026-11-30T05:10:00Z');
const DAY_MS = 86_400_000;

const at = (times: Record<string, number>) =>
  new Map(Object.entries(times).map(([app, lastAt]) => [app, { ...noTraffic(), lastAt }]));

test('each app keeps its latest request, whatever the order of the logs', () => {
  const first = addLastRequests(new Map(), at({ shop: NOW, docs: NOW - 300_000 }));
  const second = addLastRequests(first, at({ shop: NOW - 1, docs: NOW }));
  expect(second).toEqual(new Map(Object.entries({ shop: NOW, docs: NOW })));
});

test('a known app is news after five minutes, and then all later times are written', () => {
  const known = new Map(Object.entries({ shop: NOW, docs: NOW }));
  expect(addLastRequests(known, at({ shop: NOW + 299_999 }))).toBe(known);
  const after = addLastRequests(known, at({ shop: NOW + 300_000, docs: NOW + 1 }));
  expect(after).toEqual(new Map(Object.entries({ shop: NOW + 300_000, docs: NOW + 1 })));
});

test('an app without a request for 30 days is left out', () => {
  const known = new Map([
    ['gone', NOW - 30 * DAY_MS - 1],
    ['quiet', NOW - 30 * DAY_MS],
  ]);
  expect([...addLastRequests(known, at({ shop: NOW })).keys()]).toEqual(['shop', 'quiet']);
});

test('the file holds hostnames and times only, and is read back as it was', () => {
  const times = new Map([
    ['shop.dev.example.com', NOW],
    ['*.docs.dev.example.com', NOW - DAY_MS],
  ]);
  const text = printLastRequests('main', times);
  expect(text).toBe(
    '{"version":1,"deployment":"main","lastRequests":{"*.docs.dev.example.com":"2026-11-29T05:10:00.000Z","shop.dev.example.com":"2026-11-30T05:10:00.000Z"}}',
  );
  expect(parseLastRequests(text)).toEqual(times);
  expect(String(parseLastRequests(text.replace('2026-11-29T05:10:00.000Z', 'yesterday')))).toContain(
    'is not a time',
  );
});

test('the file has at most 5,000 apps, those with the latest requests', () => {
  const many = Object.fromEntries(Array.from({ length: 5_002 }, (_, n) => [`app${n}`, NOW + n]));
  const kept = addLastRequests(new Map(), at(many));
  expect(kept.size).toBe(5_000);
  expect([kept.has('app1'), kept.has('app2')]).toEqual([false, true]);
});

test('the names are sorted, whatever their times', () => {
  const times = new Map(Object.entries({ c: NOW, a: NOW - 1, b: NOW - 2 }));
  expect(Object.keys(JSON.parse(printLastRequests('main', times)).lastRequests)).toEqual(['a', 'b', 'c']);
});
