import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addLatency, type Latencies, mergeLatencies, percentile } from '../../../core/traffic/latencies.ts';

function latenciesOf(times: readonly number[]): Latencies {
  const latencies: Latencies = new Map();
  for (const time of times) addLatency(latencies, time);
  return latencies;
}

const anyTimes = fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 1, maxLength: 200 });

test('a percentile differs from the true one by less than 5 %, or by 1 ms', () => {
  fc.assert(
    fc.property(anyTimes, fc.constantFrom(0.5, 0.95, 0.99, 1), (times, share) => {
      const sorted = times.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      const found = percentile(latenciesOf(times), share) ?? Number.NaN;
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(1, 0.05 * exact));
    }),
  );
});

test('percentiles are the same whether times are added to one or merged from several', () => {
  fc.assert(
    fc.property(anyTimes, anyTimes, (some, others) => {
      const merged = latenciesOf(some);
      mergeLatencies(merged, latenciesOf(others));
      expect(new Map([...merged].sort())).toEqual(new Map([...latenciesOf([...some, ...others])].sort()));
    }),
  );
});

test('without times there is no percentile', () => {
  expect(percentile(new Map(), 0.95)).toBeUndefined();
});

test('times of more than 24 minutes share the last bucket', () => {
  expect(latenciesOf([Number.MAX_SAFE_INTEGER, 86_400_000])).toEqual(new Map([[149, 2]]));
});
