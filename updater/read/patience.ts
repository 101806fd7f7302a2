import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock } from '../ports.ts';

/** Total time that one run may wait, for EC2 to catch up and between lost races, because other batches wait in the queue. */
export const PATIENCE_MS: Milliseconds = 2_000;

/** The time that one run may still wait. */
export class Patience {
  readonly #clock: Pick<Clock, 'sleep'>;
  #left = PATIENCE_MS;

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /** Waits this long, or as long as time is left. Returns false without waiting if no time is left. */
  async wait(time: Milliseconds): Promise<boolean> {
    const wait = Math.min(time, this.#left);
    if (wait <= 0) return false;
    this.#left -= wait;
    await this.#clock.sleep(wait);
    return true;
  }
}
