import { expect, test } from 'vitest';
import type { TrafficFile } from '../../../core/traffic/traffic-file.ts';
import { describeLag } from '../../../portal/oncall/lag.ts';

const NOW = Date.parse('2026-11-30T14:00:00Z');
const HOUR = 3_600;

const traffic = (...lags: [age: number, milliseconds: number][]): { is: 'here'; value: TrafficFile } => {
  const file = { since: NOW - 48 * HOUR * 1_000, logs: [], apps: new Map() };
  const byNumber = lags.map(([age, milliseconds]) => [NOW / 1_000 - age, milliseconds] as const);
  return { is: 'here', value: { ...file, lags: new Map(byNumber) } };
};

test('an edge that was behind tells for how long, with a point for each change of the last 24 hours', () => {
  const lags = traffic([HOUR, 22_000], [2 * HOUR, 4_000], [3 * HOUR, 3_000], [30 * HOUR, 60_000]);
  const { sign, delays } = describeLag(lags, true, NOW);
  expect(sign).toEqual({
    name: 'Store to edge',
    words:
      'In 24 hours viewers asked for 3 changes at edges that were behind. They were behind for 4.0 s (median) and 22 s (95th percentile), or longer.',
    tone: 'calm',
  });
  expect(delays?.changes.map(({ milliseconds }) => milliseconds)).toEqual([3_000, 4_000, 22_000]);
  expect(delays?.summary).toBe(sign.words);
});

test.each([
  [
    'without sign-in',
    describeLag(traffic([HOUR, 5_000]), false, NOW),
    'Not measured: without sign-in there are no hints, which tell it.',
  ],
  [
    'without access logs',
    describeLag({ is: 'missing', why: '' }, true, NOW),
    'Not measured: access logs are off, or none has come yet.',
  ],
  [
    'with damaged traffic',
    describeLag({ is: 'broken', why: 'the edge answered 500' }, true, NOW),
    'Not known: the edge answered 500.',
  ],
  [
    'without a hint in 24 hours',
    describeLag(traffic([30 * HOUR, 5_000]), true, NOW),
    'No viewer needed a hint in the last 24 hours.',
  ],
])('%s the time is that of others, and there is no chart', (_, { sign, delays }, why) => {
  expect(sign.words).toBe(`${why} It took 20–45 s in the measurements of others.`);
  expect(delays).toBeUndefined();
});
