import { createHmac } from 'node:crypto';
import { isOriginKey } from '../../core/session/session-keys.ts';
import type { TokenCounts } from '../../core/settings/token-counts.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { Clock, Secret } from '../ports.ts';
import { CachedValue } from './cached-value.ts';

/** A rotated secret takes effect within an hour. */
const SECRET = { fresh: 3_600_000, retry: 30_000, missing: 10_000 } as const;

/** A renewed token takes effect with the next sweep. */
const COUNTS = { fresh: 55_000, retry: 30_000, missing: 2_000 } as const;

/**
 * The per-host tokens, derived from a secret and the number of times each hostname was given a new token. No log or message
 * contains either. If one of them cannot be read, its last value counts. Without any value, entries keep the tokens that the
 * store has (tokens.ts), so that routes still change and addresses are still removed.
 */
export class OriginTokens {
  readonly #secret: CachedValue<string>;
  readonly #counts: CachedValue<TokenCounts>;
  #source = '';
  #epoch = 0;

  /** @param warn gets a message without the secret */
  constructor(
    secret: Secret,
    counts: () => Promise<TokenCounts>,
    clock: Pick<Clock, 'now'>,
    warn: (message: string) => void,
  ) {
    const warning = (subject: string) => (error: unknown, isKnown: boolean) => {
      const meanwhile = isKnown ? 'the last known value is used' : 'new hostnames are not served yet';
      warn(`the ${subject} cannot be read, so ${meanwhile}: ${String(error)}`);
    };
    this.#secret = new CachedValue(() => secret.read(), SECRET, clock, warning('origin secret'));
    this.#counts = new CachedValue(counts, COUNTS, clock, warning('token counts'));
  }

  /** Reads the secret and the counts if they are due. Never throws. */
  async refresh(): Promise<void> {
    await Promise.all([this.#secret.refresh(), this.#counts.refresh()]);
    const [secret, counts] = [this.#secret.value, this.#counts.value];
    const source = JSON.stringify([secret, counts && [...counts].sort()]);
    if (source !== this.#source) this.#epoch += 1;
    this.#source = source;
  }

  /** Rises whenever tokens may have changed. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The token of a hostname; undefined while the secret or the counts are unknown. */
  tokenOf(hostname: Hostname): string | undefined {
    const [secret, counts] = [this.#secret.value, this.#counts.value];
    if (secret === undefined || counts === undefined) return undefined;
    return deriveToken(secret, hostname, counts.get(hostname));
  }

  /** The secret, as the router gets it; undefined while it is unknown, or if it does not fit into `:keys`. */
  get originKey(): string | undefined {
    const secret = this.#secret.value;
    return secret !== undefined && isOriginKey(secret) ? secret : undefined;
  }

  /** The token that the router computes for a hostname: the one before any renewal. */
  firstTokenOf(hostname: Hostname): string | undefined {
    return this.originKey === undefined ? undefined : deriveToken(this.originKey, hostname);
  }
}

/**
 * Derives 96 bits by HMAC-SHA-256, which fit into 16 characters of a 1 KB value; RFC 2104 asks for at least 80 bits.
 *
 * @param count number of times that the hostname was given a new token; it follows a blank, which no hostname contains
 */
export function deriveToken(secret: string, hostname: Hostname, count = 0): string {
  const subject = count === 0 ? hostname : `${hostname} ${count}`;
  return createHmac('sha256', secret).update(subject).digest('base64url').slice(0, 16);
}
