import type { KeyGenerations } from '../session/key-generations.ts';
import { MAX_REVOKED, parseSessionKeys, printSessionKeys } from '../session/session-keys.ts';
import type { Seconds } from '../wire/brands.ts';
import { currentOrders, type Orders } from './orders.ts';

/** The last keys count for an hour after the secret cannot be read any more. Then the router answers 503 for gated hostnames. */
export const UNREADABLE_SECONDS: Seconds = 3_600;

/** A write of the store's key `:keys`, or none. */
export type KeysPlan = { put: string } | 'delete' | 'keep';

/**
 * Decides on the store's key `:keys`.
 *
 *     the secret                 `:keys`
 *     is known                   its keys, with epoch and revocations
 *     cannot be read             the same keys as before, with the present epoch and revocations
 *     cannot be read for an hour deleted, so that a person who takes the secret away closes the gated hostnames
 *
 * @param stored the value in the store
 * @param generations undefined if the secret is unknown
 * @param origin the origin secret; undefined if it is unknown, so that the stored one stays
 */
export function planKeys(
  stored: string | undefined,
  generations: KeyGenerations | undefined,
  orders: Orders,
  now: Seconds,
  origin = parseSessionKeys(stored ?? '')?.origin,
): KeysPlan {
  const wanted = generations ?? keysLeft(stored, orders, now);
  if (wanted === 'none') return stored === undefined ? 'keep' : 'delete';
  if (wanted === undefined) return 'keep';
  const { epoch, revoked } = currentOrders(orders, now);
  const ids = [...revoked.keys()].slice(0, MAX_REVOKED);
  const value = printSessionKeys({
    ...wanted,
    ...{ epoch, revoked: ids },
    ...(origin === undefined ? {} : { origin }),
  });
  return value === stored ? 'keep' : { put: value };
}

/** The keys in the store while the secret cannot be read. A value that is not ours stays, since the router refuses it. */
function keysLeft(
  stored: string | undefined,
  { unreadableSince = Number.POSITIVE_INFINITY }: Orders,
  now: Seconds,
): KeyGenerations | 'none' | undefined {
  if (now >= unreadableSince + UNREADABLE_SECONDS) return 'none';
  return parseSessionKeys(stored ?? '');
}
