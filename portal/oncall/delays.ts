import { percentilesOf } from '../../core/journal/status-file.ts';
import type { Milliseconds, Seconds } from '../../core/wire/brands.ts';

/** Times that changes took, for a chart and in words. */
export interface Delays extends Percentiles {
  /** The oldest first. */
  changes: readonly Delay[];
  summary: string;
}

/** How long one change took. */
export interface Delay {
  at: Milliseconds;
  milliseconds: Milliseconds;
}

export interface Percentiles {
  p50: Milliseconds;
  p95: Milliseconds;
}

const DAY_MS: Milliseconds = 86_400_000;

/**
 * The times of the last 24 hours. Undefined without one.
 *
 * @param summarize says them in words
 */
export function delaysOf(
  all: readonly Delay[],
  now: Milliseconds,
  summarize: (count: number, percentiles: Percentiles) => string,
): Delays | undefined {
  const changes = all.filter(({ at }) => at > now - DAY_MS).sort((a, b) => a.at - b.at);
  const percentiles = percentilesOf(changes);
  if (percentiles === undefined) return undefined;
  return { changes, ...percentiles, summary: summarize(changes.length, percentiles) };
}

/**
 * One span for several charts, so that the same time has the same place: from the first change, in seconds. It ends with the minute,
 * so that the charts are drawn once a minute.
 */
export function spanOf(
  all: readonly (Delays | undefined)[],
  now: Milliseconds,
): readonly [since: Seconds, until: Seconds] {
  const starts = all.map((each) => each?.changes[0]?.at ?? now);
  return [Math.min(...starts) / 1000, 60 * Math.ceil(now / 60_000)];
}

/** `1.2 s`. */
export function printSeconds(time: Milliseconds): string {
  return `${(time / 1000).toFixed(time < 10_000 ? 1 : 0)} s`;
}
