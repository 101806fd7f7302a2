/**
 * The name in a Host header: lower case, without port and without the root's trailing dot.
 *
 * A header with any character that no hostname has comes back as `''`, so that it can never become a wildcard's key
 * (`*.x`) or a key that an operator wrote for another purpose. One search finds the port and the hostile alike: a
 * regular expression costs as much as fifteen function calls at the edge.
 *
 * @example hostnameOf('Shop.Dev.Example.com.:443') // 'shop.dev.example.com'
 */
export function hostnameOf(hostHeader: string): string {
  let name = hostHeader.toLowerCase();
  const end = name.search(/[^a-z0-9.-]/);
  if (end >= 0) {
    if (name[end] !== ':') return '';
    name = name.slice(0, end);
  }
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name.length <= 253 ? name : '';
}

/** How many labels up a wildcard is looked for: bounds the reads of a request to 1 + this. */
export const WILDCARD_STEPS = 3;

/**
 * The wildcard one step above `key`, or `''` when there is none below the base domain: `a.b.base` → `*.b.base` →
 * `*.base` → `''`. A wildcard covers one or more labels, so a lookup climbs until something answers.
 */
export function wildcardAbove(key: string, baseDomain: string): string {
  const name = key.startsWith('*.') ? key.slice(2) : key;
  const dot = name.indexOf('.');
  return dot > 0 && name !== baseDomain && name.endsWith(`.${baseDomain}`) ? `*${name.slice(dot)}` : '';
}
