/**
 * The name in a Host header: lower case, without port and without the root's trailing dot.
 *
 * Anything that is not made of hostname characters comes back as `''`, so that a hostile header can never
 * become a wildcard's key or a key that an operator wrote for another purpose.
 *
 * @example hostnameOf('Shop.Dev.Example.com.:443') // 'shop.dev.example.com'
 */
export function hostnameOf(hostHeader: string): string {
  const colon = hostHeader.indexOf(':');
  let name = (colon < 0 ? hostHeader : hostHeader.slice(0, colon)).toLowerCase();
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name.length <= 253 && /^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : '';
}

/** How many labels a wildcard may stand for: bounds the reads of a request to 1 + this. */
export const WILDCARD_STEPS = 3;

/**
 * The key one step up from `key`, or `''` at the base domain: `a.b.base` → `*.b.base` → `*.base`.
 *
 * A wildcard covers one or more labels, so a lookup climbs until something answers.
 */
export function wildcardAbove(key: string, baseDomain: string): string {
  const name = key.startsWith('*.') ? key.slice(2) : key;
  const dot = name.indexOf('.');
  if (dot < 0 || name.length <= baseDomain.length || !name.endsWith(baseDomain)) return '';
  return `*${name.slice(dot)}`;
}
