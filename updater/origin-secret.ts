import { createHmac } from 'node:crypto';
import type { Clock, Secret } from './ports.ts';

/** Milliseconds for which a secret is taken for what it was: a rotation takes so long to arrive. */
const FRESH_MS = 3_600_000;

/** Milliseconds before a secret that could not be read is asked for again. */
const RETRY_MS = 30_000;

/**
 * The secret behind the per-host tokens. Read when the environment starts and once an hour; never logged, and in no
 * message. While it can't be read, the last known one counts; without any, tokens stay as the store has them
 * (tokens.ts), so that routes and the removal of addresses go on.
 */
export class OriginSecret {
  readonly #secret: Secret;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #warn: (message: string) => void;
  #value: string | undefined;
  #nextRead = 0;

  /** @param warn hears of a secret that can't be read, and never of the secret */
  constructor(secret: Secret, clock: Pick<Clock, 'now'>, warn: (message: string) => void) {
    this.#secret = secret;
    this.#clock = clock;
    this.#warn = warn;
  }

  /** Reads the secret if it is time to. Never throws. */
  async refresh(): Promise<void> {
    const now = this.#clock.now();
    if (now < this.#nextRead) return;
    try {
      this.#value = await this.#secret.read();
      this.#nextRead = now + FRESH_MS;
    } catch (error) {
      this.#nextRead = now + RETRY_MS;
      const meanwhile = this.#value === undefined ? 'no new name is served' : 'the last known one counts';
      this.#warn(`the origin secret can't be read, ${meanwhile}: ${String(error)}`);
    }
  }

  /** The token of a hostname; undefined while no secret is known. */
  tokenOf(hostname: string): string | undefined {
    return this.#value === undefined ? undefined : tokenOf(this.#value, hostname);
  }
}

/** 96 bits of HMAC-SHA-256: more than the 80 that RFC 2104 asks for, in 16 characters of a value that holds 1 KB. */
export function tokenOf(secret: string, hostname: string): string {
  return createHmac('sha256', secret).update(hostname).digest('base64url').slice(0, 16);
}
