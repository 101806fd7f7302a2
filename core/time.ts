import type { Milliseconds, Seconds } from './wire/brands.ts';

/** Whole seconds: the time before, not after. */
export function toSeconds(time: Milliseconds): Seconds {
  return Math.floor(time / 1000);
}

export function toMilliseconds(time: Seconds): Milliseconds {
  return time * 1000;
}
