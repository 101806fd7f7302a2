import type { Milliseconds } from '../wire/brands.ts';

/**
 * How many requests took how long: the count of each bucket. Bucket n holds the times above 1.1^(n-1) ms, up to 1.1^n ms; bucket 0
 * holds everything up to 1 ms. Two of them are merged by adding their counts, in any order.
 */
export type Latencies = Map<number, number>;

/** Neighbouring buckets differ by this factor, so a percentile differs from the true one by less than 5 %, or by 1 ms. */
const GROWTH = 1.1;

/** The last bucket, which also holds all longer times: 1.1^149 ms are more than 24 minutes. */
export const LAST_BUCKET = 149;

/** Adds one time. */
export function addLatency(latencies: Latencies, time: Milliseconds): void {
  const bucket = Math.ceil(Math.log(Math.max(1, time)) / Math.log(GROWTH));
  addCount(latencies, Math.min(bucket, LAST_BUCKET), 1);
}

/** Adds the counts of `more` to `latencies`. */
export function mergeLatencies(latencies: Latencies, more: ReadonlyMap<number, number>): void {
  for (const [bucket, count] of more) addCount(latencies, bucket, count);
}

/**
 * The time that `share` of the requests did not exceed, by nearest rank. Undefined without requests.
 *
 * @param share 0.95 for the 95th percentile
 */
export function percentile(latencies: ReadonlyMap<number, number>, share: number): Milliseconds | undefined {
  const buckets = [...latencies].sort(([a], [b]) => a - b);
  let left = Math.ceil(share * buckets.reduce((sum, [, count]) => sum + count, 0));
  const found = buckets.find(([, count]) => {
    left -= count;
    return left <= 0;
  });
  return found === undefined ? undefined : middleOf(found[0]);
}

/** The value with the same relative distance to both ends of a bucket. */
function middleOf(bucket: number): Milliseconds {
  return (2 * GROWTH ** bucket) / (GROWTH + 1);
}

function addCount(latencies: Latencies, bucket: number, count: number): void {
  latencies.set(bucket, (latencies.get(bucket) ?? 0) + count);
}
