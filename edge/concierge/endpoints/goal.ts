import type { Hostname } from '../../../core/wire/brands.ts';
import type { Call } from '../call.ts';
import { apexHost, type Desk, endpointAt } from '../desk.ts';
import type { Keys } from '../ports.ts';
import { printWord } from '../proofs.ts';

/** Where a person goes after signing in. */
export interface Goal {
  host: Hostname;
  to: string;
  /** As in the ticket. */
  browser: string;
  round: number;
  /** Whether the browser keeps the cookies of the hostname, as far as `start` knows. */
  keepsCookies?: boolean;
}

/** A link that begins the same sign-in from the beginning. */
export function tryAgain(desk: Desk, { host, to }: Pick<Goal, 'host' | 'to'>) {
  const name = host === apexHost(desk) ? 'sign-in' : 'start';
  return { href: endpointAt(desk, host, name, { to }), words: 'Try again' };
}

/** A page on which a person asks for another account works for so many seconds. */
const ASKED_SECONDS = 3_600;

/**
 * The address at which the provider asks for the account, even if it knows the person. The word in it proves that this browser has got
 * our page.
 *
 * @param browser the cookie of the base domain
 */
export function askingAddress(
  desk: Desk,
  keys: Keys,
  { now }: Pick<Call, 'now'>,
  browser: string,
  { host, to, browser: bound }: Omit<Goal, 'round'>,
): string {
  const again = printWord(desk, keys.apex.sign, 'again', browser, now + ASKED_SECONDS);
  return endpointAt(desk, apexHost(desk), 'sign-in', { host, to, browser: bound, again });
}
