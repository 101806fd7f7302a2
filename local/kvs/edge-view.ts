import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock } from '../../updater/ports.ts';
import type { ReadKey } from '../edge/function/edge-function.ts';
import type { KeyValueStore, StoreWrite } from './key-value-store.ts';

/** Versions whose arrival a view keeps. */
const REMEMBERED = 1_000;

/**
 * The store as an edge location sees it: a replica that receives each write `delay` after the store accepted it. It applies
 * arrived writes at the next read, so it needs no timer. It starts with the current entries of the store.
 */
export class EdgeView {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #delay: number;
  readonly #values: Map<string, string>;
  readonly #visibleAt: Map<string, number>;
  /** Writes that have not arrived yet, oldest first. */
  readonly #pending: StoreWrite[] = [];

  /** @param delay the real one is 20,000–30,000 ms */
  constructor(store: KeyValueStore, { delay, clock }: { delay: Milliseconds; clock: Pick<Clock, 'now'> }) {
    const { etag, modified } = store.describe();
    this.#clock = clock;
    this.#delay = delay;
    this.#values = new Map(store.entries);
    this.#visibleAt = new Map([[etag, modified]]);
    store.onWrite((write) => this.#enqueue(write));
  }

  /** Reads a key as a function at this edge does. */
  readonly read: ReadKey = (key) => {
    this.#applyArrived();
    return this.#values.get(key);
  };

  /** When the version arrives at this edge. Undefined for an unknown version and for one more than 1,000 writes ago. */
  visibleAt(etag: string): Milliseconds | undefined {
    return this.#visibleAt.get(etag);
  }

  #enqueue(write: StoreWrite): void {
    this.#applyArrived();
    this.#pending.push(write);
    this.#visibleAt.set(write.etag, write.at + this.#delay);
    for (const oldest of this.#visibleAt.keys()) {
      if (this.#visibleAt.size <= REMEMBERED) break;
      this.#visibleAt.delete(oldest);
    }
  }

  #applyArrived(): void {
    const horizon = this.#clock.now() - this.#delay;
    for (let write = this.#pending[0]; write && write.at <= horizon; write = this.#pending[0]) {
      this.#pending.shift();
      for (const [key, value] of write.changed) {
        if (value === undefined) this.#values.delete(key);
        else this.#values.set(key, value);
      }
    }
  }
}
