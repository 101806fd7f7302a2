import type { Milliseconds } from '../../../core/wire/brands.ts';

/**
 * Reads through a memory of this environment: a value is used for `fresh`, and if it cannot be read again, until it is `stale` old.
 * Callers at the same moment share one reading.
 */
export function kept<T>(
  read: () => Promise<T>,
  { fresh, stale, now }: { fresh: Milliseconds; stale: Milliseconds; now: () => Milliseconds },
): () => Promise<T> {
  let last: { value: T; at: Milliseconds } | undefined;
  let reading: Promise<T> | undefined;
  const readAgain = async (): Promise<T> => {
    const at = now();
    try {
      const value = await read();
      last = { value, at };
      return value;
    } catch (error) {
      if (last !== undefined && now() - last.at < stale) return last.value;
      throw error;
    } finally {
      reading = undefined;
    }
  };
  return () => {
    if (last !== undefined && now() - last.at < fresh) return Promise.resolve(last.value);
    reading ??= readAgain();
    return reading;
  };
}
