import { describe, expect, test } from 'vitest';
import { mean, median, percentile, spreadOf } from './spread.ts';

const HUNDRED = Array.from({ length: 100 }, (_, n) => 100 - n);

describe('the spread of figures', () => {
  test('has the least, the middle and the most, in any order and by their numbers', () => {
    expect(spreadOf([100, 9, 30])).toEqual({ min: 9, median: 30, max: 100 });
    expect(median([4, 1, 3, 2])).toBe(3);
  });

  test('has percentiles: the figure that so many percent of the figures are below', () => {
    expect(percentile(HUNDRED, 99)).toBe(100);
    expect(percentile([...HUNDRED, ...HUNDRED], 98)).toBe(99);
    expect(percentile(HUNDRED, 100)).toBe(100);
    expect(percentile(HUNDRED, 0)).toBe(1);
  });

  test('has a mean', () => {
    expect(mean([1, 2, 6])).toBe(3);
  });

  test('is not a number without figures', () => {
    expect([median([]), mean([]), percentile([], 99)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('leaves the figures in their order', () => {
    const figures = [3, 1, 2];
    spreadOf(figures);
    expect(figures).toEqual([3, 1, 2]);
  });
});
