import type { Milliseconds } from '../core/wire/brands.ts';
import type { Clock, Fleet, Listing, RouteStore } from './ports.ts';

/** Counts and times of one run's remote calls. */
export interface Calls {
  /** Time spent listing the fleet; undefined without a listing. */
  list?: Milliseconds;
  /** Time spent writing to the store; undefined without a write. */
  write?: Milliseconds;
  /** When the store accepted the last write. */
  acceptedAt?: Milliseconds;
  /** Writes that the store accepted; absent without any. */
  writes?: number;
  /** Billed calls to the store. */
  store: number;
  /** Sources that failed to answer a listing, each counted once. */
  failedListings: number;
}

/** Wraps ports and counts and times the calls that pass through. */
export class Meter {
  readonly #clock: Pick<Clock, 'now'>;
  #calls: Omit<Calls, 'failedListings'> = { store: 0 };
  readonly #failed = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Returns the counts since the last call, and starts again at zero. */
  drain(): Calls {
    const calls = { ...this.#calls, failedListings: this.#failed.size };
    this.#calls = { store: 0 };
    this.#failed.clear();
    return calls;
  }

  /** Wraps a fleet. */
  watchFleet(inner: Fleet): Fleet {
    return {
      list: (also) => this.#listing(() => inner.list(also)),
      read: (ids, without) => this.#listing(() => inner.read(ids, without)),
      readFrom: (wanted) => this.#listing(() => inner.readFrom(wanted)),
      sourceOf: (place) => inner.sourceOf(place),
    };
  }

  /**
   * Wraps a store.
   *
   * @param keysPerPage of a listing, since each page is a call
   */
  watchStore(inner: RouteStore, keysPerPage: number): RouteStore {
    return {
      describe: () => {
        this.#calls.store += 1;
        return inner.describe();
      },
      list: async () => {
        const entries = await inner.list();
        this.#calls.store += Math.max(1, Math.ceil(entries.size / keysPerPage));
        return entries;
      },
      get: (key) => {
        this.#calls.store += 1;
        return inner.get(key);
      },
      write: async (changes, etag) => {
        this.#calls.store += 1;
        const answer = await this.#timed('write', () => inner.write(changes, etag));
        if (answer.outcome === 'applied') {
          this.#calls.acceptedAt = this.#clock.now();
          this.#calls.writes = (this.#calls.writes ?? 0) + 1;
        }
        return answer;
      },
    };
  }

  async #listing(call: () => Promise<Listing>): Promise<Listing> {
    const listing = await this.#timed('list', call);
    for (const { source } of listing.failures) this.#failed.add(source);
    return listing;
  }

  async #timed<T>(what: 'list' | 'write', call: () => Promise<T>): Promise<T> {
    const before = this.#clock.now();
    try {
      return await call();
    } finally {
      this.#calls[what] = (this.#calls[what] ?? 0) + this.#clock.now() - before;
    }
  }
}
