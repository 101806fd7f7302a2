import { KEY_LENGTH, TIME_DIGITS } from '../wire/session.ts';
import { printPadded } from './fields.ts';

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

/** The router cuts the value at fixed places, and checks only that a blank follows a key. */
const FORM =
  /^(?!9{10})(\d{10}) ([\w-]{43}) ([\w-]{43} |\.{44})([\w-]{43} |\.{44})([\w-]{12}(?:,[\w-]{12}){0,19}|-) ([!-~]{2,128}|-)$/;

const NO_WORD = '-';
const NO_KEY = '.'.repeat(KEY_LENGTH + 1);

/** Whether a number has its place in the value. The highest one of ten digits is that of passes. */
export function isEpoch(epoch: number): boolean {
  return epoch < 10 ** TIME_DIGITS - 1;
}

/** Whether a secret fits into one word of the value. */
export function isOriginKey(secret: string): boolean {
  return /^[!-~]{2,128}$/.test(secret);
}

/**
 * Prints the value of `:keys`: `EPOCH CURRENT PREVIOUS NEXT REVOKED ORIGIN`. In place of an absent key and its blank are 44 dots, any other
 * absent word is `-`.
 *
 * @throws RangeError if the router could not read it
 */
export function printSessionKeys({ epoch, current, previous, next, revoked, origin }: SessionKeys): string {
  const keys = [current, previous, next].map((key) => (key === undefined ? NO_KEY : `${key} `)).join('');
  const words = [revoked.join(',') || NO_WORD, origin ?? NO_WORD].join(' ');
  const value = `${printPadded(epoch, TIME_DIGITS)} ${keys}${words}`;
  if (parseSessionKeys(value) === undefined)
    throw new RangeError(`these keys cannot be printed: epoch ${epoch}, ${revoked.length} revoked passes`);
  return value;
}

/** Parses the value of `:keys`. Undefined for a value that `printSessionKeys` does not write. */
export function parseSessionKeys(value: string): SessionKeys | undefined {
  const found = FORM.exec(value);
  if (!found) return undefined;
  const [, round = '', current = '', previous = '', next = '', revoked = '', origin = ''] = found;
  return {
    epoch: Number(round),
    current,
    ...(previous === NO_KEY ? {} : { previous: previous.trimEnd() }),
    ...(next === NO_KEY ? {} : { next: next.trimEnd() }),
    revoked: revoked === NO_WORD ? [] : revoked.split(','),
    ...(origin === NO_WORD ? {} : { origin }),
  };
}
