import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock } from '../ports.ts';

/** Time that one run may wait in all, for EC2 to catch up and between lost races: others stand in the queue behind it. */
export const PATIENCE_MS: Milliseconds = 2_000;

/** The waits of one run, out of one purse. */
export class Patience {
  readonly #clock: Pick<Clock, 'sleep'>;
  #left = PATIENCE_MS;

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /** Waits so long, or for what is left; false without waiting when nothing is. */
  async wait(time: Milliseconds): Promise<boolean> {
    const wait = Math.min(time, this.#left);
    if (wait <= 0) return false;
    this.#left -= wait;
    await this.#clock.sleep(wait);
    return true;
  }
}
