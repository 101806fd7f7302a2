import type { Access } from '../entry/access.ts';
import type { Hostname } from '../wire/brands.ts';
import { WILDCARD_STEPS } from '../wire/hostname.ts';

/** The access of a requested hostname. */
export interface Found {
  access: Access;
  /** Labels that the lookup climbed to a wildcard; 0 for the hostname's own entry. */
  level: number;
}

/** A hostname that the deployment does not have answers like a gated one without a rule, so that names do not leak. */
const UNKNOWN: Found = { access: { since: 0 }, level: 0 };

/**
 * Finds the access of a requested hostname as the router finds its entry: its own, else that of the nearest wildcard.
 *
 * @param hosts by the keys of the store
 */
export function findAccess(
  hosts: ReadonlyMap<string, Access>,
  hostname: Hostname,
  baseDomain: Hostname,
): Found {
  const own = hosts.get(hostname);
  if (own !== undefined) return { access: own, level: 0 };
  if (!hostname.endsWith(`.${baseDomain}`)) return UNKNOWN;
  const labels = hostname.slice(0, -baseDomain.length - 1).split('.');
  for (let level = 1; level <= WILDCARD_STEPS && level < labels.length; level++) {
    const access = hosts.get(`*.${labels.slice(level).join('.')}.${baseDomain}`);
    if (access !== undefined) return { access, level };
  }
  return UNKNOWN;
}
