import type { Hostname } from './brands.ts';

/**
 * The maximum number of labels that a wildcard lookup climbs: `*.x` covers one or more labels, so a lookup climbs until a key
 * exists. A request makes at most 1 + this many reads.
 */
export const WILDCARD_STEPS = 3;

/**
 * The name in a Host header: lower case, without port and without the root's trailing dot.
 *
 * A header with a character that hostnames cannot have becomes `''`, so it can never become a wildcard's key (`*.x`) or a key
 * that an operator wrote for another purpose. The router calls this only for a header that no entry proves to be a name.
 *
 * @example hostnameOf('Shop.Dev.Example.com.:443') // 'shop.dev.example.com'
 */
export function hostnameOf(name: string): Hostname {
  // A valid hostname with a dot and a port is not longer, and the cost of a search grows with the length.
  name = name.length > 260 ? '' : name.toLowerCase();
  const end = name.search(/[^a-z\d.-]/);
  if (end >= 0) name = name[end] === ':' ? name.slice(0, end) : '';
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name[253] ? '' : name;
}
