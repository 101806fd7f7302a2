import { expect, test } from 'vitest';
import { UsageError } from '../../../cli/command.ts';
import { parseTime } from '../../../cli/journal/times.ts';

const NOW = Date.parse('2026-11-30T16:20:00Z');
const parsed = (text: string) => new Date(parseTime('since', text, NOW)).toISOString();

test.each([
  ['2026-11-23', '2026-11-23T00:00:00.000Z'],
  ['2026-11-23T14:03Z', '2026-11-23T14:03:00.000Z'],
  ['2026-11-23T14:03:04.5+01:00', '2026-11-23T13:03:04.500Z'],
  ['14:03Z', '2026-11-30T14:03:00.000Z'],
  ['14:03:59Z', '2026-11-30T14:03:59.000Z'],
  ['30m', '2026-11-30T15:50:00.000Z'],
  ['24h', '2026-11-29T16:20:00.000Z'],
  ['7d', '2026-11-23T16:20:00.000Z'],
])('%s is the time %s', (text, time) => {
  expect(parsed(text)).toBe(time);
});

test.each(['14:00', '25:00Z', '2026-11-23T14:03', '0m', '5', '5w', '1.5h', '-1h', 'now', ''])(
  '%j is not a time, and the message says which are',
  (text) => {
    expect(() => parsed(text)).toThrow(UsageError);
    expect(() => parsed(text)).toThrow(/^--since is ".*"; expected .*14:03Z, or how long ago, such as 30m/);
  },
);
