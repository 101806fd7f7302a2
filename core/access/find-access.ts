import type { Access } from '../entry/access.ts';
import type { Hostname } from '../wire/brands.ts';
import { WILDCARD_STEPS } from '../wire/hostname.ts';

/** The access of a requested hostname, and where it was found. */
export interface FoundAccess {
  access: Access;
  /** Labels that the lookup climbed to a wildcard; 0 for the hostname's own entry. */
  level: number;
}

/**
 * Finds the access of a requested hostname as the router finds its entry: its own, else that of the nearest wildcard. Undefined for
 * a hostname without an entry.
 *
 * @param hosts by the keys of the store
 */
export function findAccess(
  hosts: ReadonlyMap<string, Access>,
  hostname: Hostname,
  baseDomain: Hostname,
): FoundAccess | undefined {
  const own = hosts.get(hostname);
  if (own !== undefined) return { access: own, level: 0 };
  if (!hostname.endsWith(`.${baseDomain}`)) return undefined;
  const labels = hostname.slice(0, -baseDomain.length - 1).split('.');
  for (let level = 1; level <= WILDCARD_STEPS && level <= labels.length; level++) {
    const access = hosts.get(['*', ...labels.slice(level), baseDomain].join('.'));
    if (access !== undefined) return { access, level };
  }
  return undefined;
}
