import { percentilesOf } from '../../core/journal/status-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';

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

/** `1.2 s`. */
export function printSeconds(time: Milliseconds): string {
  return `${(time / 1000).toFixed(time < 10_000 ? 1 : 0)} s`;
}
