import { parseSessionKeys, type SessionKeys } from '../../core/session/session-keys.ts';
import { firstOrders, joinStored, type Orders } from '../../core/sign-in/orders.ts';
import { type KeysPlan, planKeys } from '../../core/sign-in/plan-keys.ts';
import type { Seconds } from '../../core/wire/brands.ts';
import type { Notebook } from '../ports.ts';
import type { OrdersBook } from './orders-book.ts';
import type { SessionSecret } from './session-secret.ts';

/** The parts that sign-in needs. */
export interface SignInParts {
  secret: SessionSecret;
  book: OrdersBook;
  /** `access.json` for the concierge. */
  accessFile: Notebook;
  /** The origin secret, for `:keys`; undefined if it is unknown, or if the router cannot use it. */
  originKey: () => string | undefined;
  log: (line: Record<string, unknown>) => void;
}

/** Sign-in, as a run sees it: the keys of the edge, and the orders of people. */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  get accessFile(): Notebook {
    return this.#parts.accessFile;
  }

  /** The orders; undefined if they are unknown or were never written. */
  get orders(): Orders | undefined {
    const { orders } = this.#parts.book;
    return typeof orders === 'object' ? orders : undefined;
  }

  /** Reads the secret and the orders if they are due. Never throws. */
  async refresh(now: Seconds): Promise<void> {
    const { secret, book } = this.#parts;
    await Promise.all([secret.refresh(), book.refresh()]);
    const since = this.orders?.unreadableSince;
    if (this.orders === undefined || secret.isUnreadable === (since !== undefined)) return;
    // Other environments must know since when: an environment that starts now has never read the secret.
    const note = ({ unreadableSince, ...rest }: Orders) =>
      secret.isUnreadable ? { ...rest, unreadableSince: unreadableSince ?? now } : rest;
    await this.#attempt(() => book.change(note));
  }

  /** Reads the secret again before `:keys` changes. Never throws. */
  async confirmSecret(): Promise<void> {
    await this.#parts.secret.confirm();
  }

  /** Writes the first orders, if there are none. */
  async start(stored: SessionKeys | undefined, now: Seconds): Promise<void> {
    const { book } = this.#parts;
    if (book.orders === 'absent') await this.#attempt(() => book.start(firstOrders(stored, now)));
  }

  /** Whether another environment may know newer orders. */
  get isStale(): boolean {
    return this.#parts.book.isStale;
  }

  /**
   * Decides on `:keys`. While the orders are unknown it stays as it is, because a revocation could get lost. Orders and keys of this
   * environment that it could not read again count less than those in the store, which another one may have written since.
   */
  plan(value: string | undefined, now: Seconds): KeysPlan {
    const { secret, originKey } = this.#parts;
    const { orders } = this;
    if (orders === undefined) return 'keep';
    const stored = parseSessionKeys(value ?? '');
    // Old orders alone could lower the epoch.
    if (this.isStale && stored === undefined) return 'keep';
    const generations = stored !== undefined && secret.isUnreadable ? undefined : secret.generations;
    const known = this.isStale ? joinStored(orders, stored, now) : orders;
    return planKeys(value, generations, known, now, originKey());
  }

  log(line: Record<string, unknown>): void {
    this.#parts.log(line);
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.log({
        level: 'ERROR',
        message: 'the orders about sign-in could not be written',
        error: String(error),
      });
    }
  }
}
