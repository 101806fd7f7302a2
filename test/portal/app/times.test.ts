import { expect, test } from 'vitest';
import { printClock } from '../../../portal/words/times.ts';

const at = (text: string) => new Date(text).getTime();

test('a time of today has the clock alone', () => {
  expect(printClock(at('2026-11-30T09:05:07'), at('2026-11-30T14:00:00'))).toBe('09:05:07');
});

test('a time of another day has the day, too', () => {
  expect(printClock(at('2026-11-29T23:59:59'), at('2026-11-30T00:00:01'))).toBe('Sun 29 Nov, 23:59:59');
});
