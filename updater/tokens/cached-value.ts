import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock } from '../ports.ts';

/** Time until something is read again. */
export interface RefreshTimes {
  /** After it was read. */
  fresh: Milliseconds;
  /** After it could not be read, while a last value counts. */
  retry: Milliseconds;
  /** After it could not be read, while no value is known: new names wait for it. */
  missing: Milliseconds;
}

/** Something that is read now and then. While it can't be read its last value counts. */
export class CachedValue<T> {
  readonly #read: () => Promise<T>;
  readonly #rhythm: RefreshTimes;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #warn: (error: unknown, isKnown: boolean) => void;
  #value: T | undefined;
  #nextRead: Milliseconds = 0;

  /** @param warn hears why it can't be read, and whether a last value is known */
  constructor(
    read: () => Promise<T>,
    rhythm: RefreshTimes,
    clock: Pick<Clock, 'now'>,
    warn: (error: unknown, isKnown: boolean) => void,
  ) {
    this.#read = read;
    this.#rhythm = rhythm;
    this.#clock = clock;
    this.#warn = warn;
  }

  /** The last value that was read; undefined before the first. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Reads it if it is time to. Never throws. */
  async refresh(): Promise<void> {
    const now = this.#clock.now();
    if (now < this.#nextRead) return;
    try {
      this.#value = await this.#read();
      this.#nextRead = now + this.#rhythm.fresh;
    } catch (error) {
      const isKnown = this.#value !== undefined;
      this.#nextRead = now + (isKnown ? this.#rhythm.retry : this.#rhythm.missing);
      this.#warn(error, isKnown);
    }
  }
}
