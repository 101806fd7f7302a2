import { createHmac } from 'node:crypto';
import type { TokenCounts } from '../../core/settings/token-counts.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { Clock, Secret } from '../ports.ts';
import { CachedValue } from './cached-value.ts';

/** A rotation of the secret takes an hour to arrive. */
const SECRET = { fresh: 3_600_000, retry: 30_000, missing: 10_000 } as const;

/** A name that is given a new token gets it with the next sweep. */
const COUNTS = { fresh: 55_000, retry: 30_000, missing: 2_000 } as const;

/**
 * The per-host tokens: a secret, and how often each name was given a new one. Neither is in a log or a message. While one of them
 * can't be read the last known one counts; without any, tokens stay as the store has them (tokens.ts), so that
 * routes and the removal of addresses go on.
 */
export class OriginTokens {
  readonly #secret: CachedValue<string>;
  readonly #counts: CachedValue<TokenCounts>;

  /** @param warn hears of what can't be read, and never of the secret */
  constructor(
    secret: Secret,
    counts: () => Promise<TokenCounts>,
    clock: Pick<Clock, 'now'>,
    warn: (message: string) => void,
  ) {
    const warning = (what: string) => (error: unknown, isKnown: boolean) => {
      const meanwhile = isKnown ? 'what was read last counts' : 'no new name is served';
      warn(`the ${what} can't be read, ${meanwhile}: ${String(error)}`);
    };
    this.#secret = new CachedValue(() => secret.read(), SECRET, clock, warning('origin secret'));
    this.#counts = new CachedValue(counts, COUNTS, clock, warning('token counts'));
  }

  /** Reads secret and counts if it is time to. Never throws. */
  async refresh(): Promise<void> {
    await Promise.all([this.#secret.refresh(), this.#counts.refresh()]);
  }

  /** The token of a hostname; undefined while secret or counts are unknown. */
  tokenOf(hostname: Hostname): string | undefined {
    const [secret, counts] = [this.#secret.value, this.#counts.value];
    if (secret === undefined || counts === undefined) return undefined;
    return deriveToken(secret, hostname, counts.get(hostname));
  }
}

/**
 * 96 bits of HMAC-SHA-256: more than the 80 that RFC 2104 asks for, in 16 characters of a value that holds 1 KB.
 *
 * @param count how often the hostname was given a new one; no hostname has a blank
 */
export function deriveToken(secret: string, hostname: Hostname, count = 0): string {
  const subject = count === 0 ? hostname : `${hostname} ${count}`;
  return createHmac('sha256', secret).update(subject).digest('base64url').slice(0, 16);
}
