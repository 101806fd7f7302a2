import type { Milliseconds } from '../../core/wire/brands.ts';
import type { RouteStore } from '../ports.ts';

/** Time after which the store no longer applies a write that it has not answered. */
export const SETTLING_MS: Milliseconds = 120_000;

/**
 * Knows until when the store may still apply a write whose answer did not come. Such a write may take effect after the store was
 * read at its old version. Until then memory alone is no proof, and each run asks the store for its version.
 *
 * A later write that the store accepts settles it at once: the store has another version then, under which nothing was sent before.
 */
export class Unsettled {
  readonly #now: () => Milliseconds;
  #until: Milliseconds = 0;

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  /** Epoch milliseconds; in the past if every write is settled. */
  get until(): Milliseconds {
    return this.#until;
  }

  /** Adds the time that another environment left in the mirror. */
  merge(until: Milliseconds): void {
    this.#until = Math.max(this.#until, until);
  }

  /** Assumes that another environment has just sent a write, because the mirror, which would tell, cannot be read. */
  assume(): void {
    this.merge(this.#now() + SETTLING_MS);
  }

  /** Watches the writes to a store. */
  watch(store: RouteStore): RouteStore {
    return {
      describe: () => store.describe(),
      list: () => store.list(),
      get: (key) => store.get(key),
      write: async (changes, etag) => {
        try {
          const answer = await store.write(changes, etag);
          if (answer.outcome === 'applied') this.#until = 0;
          return answer;
        } catch (error) {
          this.assume();
          throw error;
        }
      },
    };
  }
}
