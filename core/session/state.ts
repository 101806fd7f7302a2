import type { Hostname, Seconds } from '../wire/brands.ts';
import { hostnameOf } from '../wire/hostname.ts';
import { areNumbers, cutFields, isBits128, parseNumber, printNumber } from './fields.ts';
import { isReturnPath } from './return-path.ts';
import type { Kind } from './signed.ts';

/** A sign-in under way: from the app's hostname to the base domain, to the provider and back. */
export interface SignInState {
  endsAt: Seconds;
  /** The number of sign-ins since the last success: 0–9. */
  round: number;
  /** Random, so that no two states are equal: 22 characters of base64url. */
  nonce: string;
  /** As in the ticket that the sign-in ends with. */
  browser: string;
  /** The hostname that the person asked for. */
  host: Hostname;
  /** The path that the person asked for. */
  to: string;
}

/** A sign-in takes ten minutes at most. */
export const STATE_SECONDS: Seconds = 600;

/** `END.ROUND.NONCE.BROWSER.HOST` and the path, which begins with the first slash. */
export const STATE: Kind<SignInState> = {
  word: 'state',
  letter: 'i',
  print: ({ endsAt, round, nonce, browser, host, to }) =>
    [printNumber(endsAt), round, nonce, browser, `${host}${to}`].join('.'),
  parse: (body) => {
    const [end, digit = '', nonce = '', browser = '', rest = ''] = cutFields(body, 4) ?? [];
    const endsAt = parseNumber(end);
    const slash = Math.max(rest.indexOf('/'), 0);
    const host = rest.slice(0, slash);
    const to = rest.slice(slash);
    return areNumbers(endsAt) &&
      /^\d$/.test(digit) &&
      isBits128(nonce) &&
      isBits128(browser) &&
      host !== '' &&
      hostnameOf(host) === host &&
      isReturnPath(to)
      ? { endsAt, round: Number(digit), nonce, browser, host, to }
      : undefined;
  },
};
