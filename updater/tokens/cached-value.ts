import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock } from '../ports.ts';

/** Time until the next read. */
export interface RefreshTimes {
  /** After a successful read. */
  fresh: Milliseconds;
  /** After a failed read, while an earlier value is known. */
  retry: Milliseconds;
  /** After a failed read without an earlier value: new hostnames wait for it. */
  missing: Milliseconds;
}

/** A value that is read from time to time. If a read fails, the last value stays. */
export class CachedValue<T> {
  readonly #read: () => Promise<T>;
  readonly #rhythm: RefreshTimes;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #warn: (error: unknown, isKnown: boolean) => void;
  #value: T | undefined;
  #nextRead: Milliseconds = 0;

  /** @param warn gets the error of a failed read, and whether a last value is known */
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

  /** Makes the next refresh read the value. */
  expire(): void {
    this.#nextRead = 0;
  }

  /** Reads the value if it is due. Never throws. */
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
