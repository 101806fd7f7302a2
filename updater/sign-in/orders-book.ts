import { Fault } from '../../core/schema.ts';
import { type Orders, parseOrders, printOrders, Refusal } from '../../core/sign-in/orders.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock, SharedNotebook } from '../ports.ts';
import { CachedValue } from '../tokens/cached-value.ts';
import { withTimeout } from '../with-timeout.ts';

/** An order takes effect with the next sweep, so a sweep reads the document unless another run has just done so. */
const RHYTHM = { fresh: 5_000, retry: 5_000, missing: 2_000 } as const;

/** Time limit for S3, because a run waits for it. */
const READ_TIMEOUT_MS: Milliseconds = 2_000;

/** Attempts of a change against other writers. */
const TRIES = 5;

/** Orders and the version of their document. */
interface Known {
  version: string;
  orders: Orders;
}

/** The orders in S3. Two environments may change them at the same time: each change names the version that it was made from. */
export class OrdersBook {
  readonly #notebook: SharedNotebook;
  readonly #reading: CachedValue<void>;
  #known: Known | 'absent' | undefined;
  /** Whether the last read failed: another environment may know newer orders. */
  isStale = false;

  /** @param warn gets a message */
  constructor(
    notebook: SharedNotebook,
    clock: Pick<Clock, 'now' | 'alarm'>,
    warn: (message: string) => void,
  ) {
    this.#notebook = notebook;
    const read = () => withTimeout(clock, READ_TIMEOUT_MS, () => this.#load());
    this.#reading = new CachedValue(read, RHYTHM, clock, (error) => {
      this.isStale = true;
      warn(`the orders about sign-in cannot be read, so the last known ones count: ${String(error)}`);
    });
  }

  /** The orders as they were last read; `absent` if there is no document, undefined if they are unknown. */
  get orders(): Orders | 'absent' | undefined {
    return typeof this.#known === 'object' ? this.#known.orders : this.#known;
  }

  /** Reads the document if that is due. Never throws. */
  async refresh(): Promise<void> {
    await this.#reading.refresh();
  }

  async #load(): Promise<void> {
    const known = typeof this.#known === 'object' ? this.#known.version : undefined;
    const loaded = await this.#notebook.load(known);
    this.isStale = false;
    if (loaded === 'same') return;
    if (loaded === 'absent') {
      this.#known = 'absent';
      return;
    }
    const orders = parseOrders(loaded.body);
    if (orders instanceof Fault)
      throw new Error(`the document is damaged: ${orders}; restore its previous version`);
    this.#known = { version: loaded.version, orders };
  }

  /**
   * Writes the document if there is none.
   *
   * @throws like S3
   */
  async start(orders: Orders): Promise<void> {
    const version = await this.#notebook.replace(printOrders(orders), 'absent');
    if (version === 'changed') await this.#load();
    else this.#known = { version, orders };
  }

  /**
   * Reads the orders, changes them and writes them back.
   *
   * @param next may be called several times
   * @throws like S3
   */
  async change(next: (orders: Orders) => Orders | Refusal): Promise<Orders | Refusal> {
    for (let tries = 0; tries < TRIES; tries++) {
      await this.#load();
      const known = this.#known;
      if (typeof known !== 'object')
        return new Refusal(
          'sign-in has just been switched on; the next sweep makes it ready, within a minute',
        );
      const orders = next(known.orders);
      if (orders instanceof Refusal || orders === known.orders) return orders;
      const body = printOrders(orders);
      const version = await this.#notebook.replace(body, known.version);
      if (version === 'changed') {
        // The answer to our own write may have been lost.
        if (await this.#has(body)) return orders;
        continue;
      }
      this.#known = { version, orders };
      return orders;
    }
    return new Refusal('other orders were given at the same time; give this one again');
  }

  /** Reads the document, and returns whether it has this text. */
  async #has(body: string): Promise<boolean> {
    await this.#load();
    return typeof this.#known === 'object' && printOrders(this.#known.orders) === body;
  }
}
