import { toMilliseconds } from '../time.ts';
import type { Milliseconds } from '../wire/brands.ts';

/**
 * How long edges did not have a write of the store: by the number of the write, which is its time in epoch seconds
 * (docs/decisions/0128), the longest time until a request that a hint had to lead. An edge tells nothing itself, so the true time is
 * at least as long.
 */
export type Lags = Map<number, Milliseconds>;

/** The most writes that are kept, the newest ones. */
const MOST_LAGS = 200;

/** A hint ends before (`CHANGE_SECONDS` and 45 s after its change), so a longer time comes from a clock. */
const LONGEST: Milliseconds = 300_000;

/** Adds a request that a hint had to lead. */
export function addLag(lags: Lags, sequence: number, requestedAt: Milliseconds): void {
  const lag = Math.round(requestedAt - toMilliseconds(sequence));
  // The number is that of the second after the write, and runs ahead if there are several writes a second. Numbers of another year would
  // take the place of all others.
  if (Math.abs(lag) <= LONGEST) mergeLags(lags, new Map([[sequence, Math.max(0, lag)]]));
}

/** Adds `more` to `lags`, in any order and however often. */
export function mergeLags(lags: Lags, more: ReadonlyMap<number, Milliseconds>): void {
  for (const [sequence, lag] of more) lags.set(sequence, Math.max(lag, lags.get(sequence) ?? 0));
  // A log has many hinted requests, and few writes.
  if (lags.size <= MOST_LAGS) return;
  const oldest = [...lags.keys()].sort((a, b) => b - a).slice(MOST_LAGS);
  for (const sequence of oldest) lags.delete(sequence);
}
