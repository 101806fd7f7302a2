import type { Milliseconds } from '../../../core/wire/brands.ts';

/** A service that hangs costs seconds. A sign-in asks several, so only some callers wait for it. */
const RETRY: Milliseconds = 10_000;

/**
 * Reads through a memory of this environment: a value is used for `fresh`, and if it cannot be read again, until it is `stale` old.
 * After a failed reading the value is used at once for ten seconds, or for `fresh` if that is shorter. Callers at the same moment share
 * one reading.
 */
export function kept<T>(
  read: () => Promise<T>,
  { fresh, stale, now }: { fresh: Milliseconds; stale: Milliseconds; now: () => Milliseconds },
): () => Promise<T> {
  let last: { value: T; at: Milliseconds } | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<T> | undefined;
  const readAgain = async (): Promise<T> => {
    const at = now();
    try {
      const value = await read();
      last = { value, at };
      return value;
    } catch (error) {
      if (last === undefined || now() - last.at >= stale) throw error;
      failedAt = now();
      return last.value;
    } finally {
      reading = undefined;
    }
  };
  return () => {
    const age = last === undefined ? stale : now() - last.at;
    const isWaiting = age < stale && now() - failedAt < Math.min(fresh, RETRY);
    if (last !== undefined && (age < fresh || isWaiting)) return Promise.resolve(last.value);
    reading ??= readAgain();
    return reading;
  };
}
