import type { Problem } from '../../problem.ts';
import type { Hostname } from '../../wire/brands.ts';

/**
 * The problems that keep a hostname from an instance, or from a route of its own. A tag whose key or value is wrong names no hostname,
 * so its words are compared too, and the hosts of its URLs.
 *
 * @param keys the keys of the store that would serve the hostname, wildcards included
 */
export function findHindrances(
  hostname: Hostname,
  keys: readonly Hostname[],
  baseDomain: string,
  problems: readonly Problem[],
): Problem[] {
  const names = new Set([...keys, ...keys.map((key) => belowDomain(key, baseDomain))]);
  return problems.filter(({ hostnames = [], tag, found = '' }) => {
    if (hostnames.some((each) => names.has(each))) return true;
    const words = tag === '' ? [] : found.toLowerCase().split(/[\s,;/:?#@"']+/);
    return words.some((word) => word === hostname || names.has(word));
  });
}

/** The part of a hostname before the base domain: the label for most apps. */
export function belowDomain(hostname: Hostname, baseDomain: string): string {
  const suffix = `.${baseDomain}`;
  return hostname.endsWith(suffix) ? hostname.slice(0, -suffix.length) : hostname;
}
