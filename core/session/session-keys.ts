import { parseNumber, printNumber } from './fields.ts';

/** The content of the store's key `:keys`: with it the router checks sessions and passes. */
export interface SessionKeys {
  /** Sessions from an earlier epoch are refused. */
  epoch: number;
  /** Signs new sessions and passes: 43 characters of base64url, as every key. */
  current: string;
  /** Still accepted, for one session life after a rotation. */
  previous?: string;
  /** Already accepted, ten minutes before it becomes the current one. */
  next?: string;
  /** Ids of revoked passes that have not ended. */
  revoked: readonly string[];
  /** The origin secret, from which the router computes the token of a hostname that its entry lacks; absent if it is unknown. */
  origin?: string;
}

/** The router reads at most this many revoked passes. */
export const MAX_REVOKED = 20;

/** The keys under which a text is accepted, the most likely first. */
export function keysOf({ current, previous, next }: SessionKeys): string[] {
  return [current, previous, next].filter((key) => key !== undefined);
}

/** The router reads any value with a key, because its bytes are few. */
const FORM =
  /^k1 \d{1,16} [\w-]{43} ([\w-]{43}|-) ([\w-]{43}|-) ([\w-]{12}(,[\w-]{12}){0,19}|-) ([!-~]{2,128}|-)$/;

/** Whether a secret fits into one word of the value. */
export function isOriginKey(secret: string): boolean {
  return /^[!-~]{2,128}$/.test(secret);
}

/**
 * Prints the value of `:keys`: `k1 EPOCH CURRENT PREVIOUS NEXT REVOKED ORIGIN`, with `-` for none.
 *
 * @throws RangeError if the router could not read it
 */
export function printSessionKeys({ epoch, current, previous, next, revoked, origin }: SessionKeys): string {
  const keys = [current, previous ?? '-', next ?? '-'];
  const value = ['k1', printNumber(epoch), ...keys, revoked.join(',') || '-', origin ?? '-'].join(' ');
  if (parseSessionKeys(value) === undefined)
    throw new RangeError(`these keys cannot be printed: epoch ${epoch}, ${revoked.length} revoked passes`);
  return value;
}

/** Parses the value of `:keys`. Undefined for a value that `printSessionKeys` does not write. */
export function parseSessionKeys(value: string): SessionKeys | undefined {
  const [, round, current = '', previous = '-', next = '-', revoked = '-', origin = '-'] = value.split(' ');
  const epoch = parseNumber(round);
  if (Number.isNaN(epoch) || !FORM.test(value)) return undefined;
  return {
    epoch,
    current,
    ...(previous === '-' ? {} : { previous }),
    ...(next === '-' ? {} : { next }),
    revoked: revoked === '-' ? [] : revoked.split(','),
    ...(origin === '-' ? {} : { origin }),
  };
}
