import type { Clock } from '../ports.ts';

/** Milliseconds that one run may wait in all, for EC2 to catch up and between lost races: others stand in the queue behind it. */
export const PATIENCE_MS = 2_000;

/** The waits of one run, out of one purse. */
export class Patience {
  readonly #clock: Clock;
  #left = PATIENCE_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits so long, or for what is left; false without waiting when nothing is. */
  async wait(milliseconds: number): Promise<boolean> {
    const wait = Math.min(milliseconds, this.#left);
    if (wait <= 0) return false;
    this.#left -= wait;
    await this.#clock.sleep(wait);
    return true;
  }
}
