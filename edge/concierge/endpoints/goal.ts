import type { Hostname } from '../../../core/wire/brands.ts';
import { apexHost, type Desk, endpointAt } from '../desk.ts';

/** Where a person goes after signing in. */
export interface Goal {
  host: Hostname;
  to: string;
  /** As in the ticket. */
  browser: string;
  round: number;
}

/** A link that begins the same sign-in from the beginning. */
export function tryAgain(desk: Desk, { host, to }: Pick<Goal, 'host' | 'to'>) {
  const isApex = host === apexHost(desk);
  const href = isApex ? endpointAt(desk, host, 'sign-in', { to }) : endpointAt(desk, host, 'start', { to });
  return { href, words: 'Try again' };
}
