import type { Milliseconds } from '../../core/wire/brands.ts';

/** The clock of all parts of a local cloud. Threads share its memory, so a test moves the time of all parts at once. */
export class LocalClock {
  /** Milliseconds that this clock is ahead of the machine. */
  readonly ahead = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

  readonly now = (): Milliseconds => Date.now() + (this.ahead[0] ?? 0);

  /** Lets this much time pass at once. Timers do not notice. */
  advance(time: Milliseconds): void {
    this.ahead[0] = (this.ahead[0] ?? 0) + time;
  }
}
