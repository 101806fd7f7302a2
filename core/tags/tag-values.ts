/**
 * The parsers of tag values; undefined for an invalid value. core/tags/tags.ts describes the values for people.
 */

import { makeAccessRule } from '../access/access-rule.ts';
import type { Condition } from '../entry/rule.ts';
import type { Seconds } from '../wire/brands.ts';
import { isOriginPort, isReadTimeout } from '../wire/limits.ts';
import { LABEL } from './label.ts';

/** One or more words separated by spaces, each once. */
export function parseWords(value: string): readonly string[] | undefined {
  const words = [...new Set(value.split(/\s+/).filter((word) => word !== ''))];
  return words.length === 0 ? undefined : words;
}

export const parseScheme = (value: string) => (value === 'http' || value === 'https' ? value : undefined);
export const parseAddressKind = (value: string) => (value === 'ipv4' || value === 'ipv6' ? value : undefined);

/** The words of `proxy:access` that stand alone. */
const ACCESS_WORDS = ['deployment', 'signed-in', 'public'] as const;

/** One of the words, or an access rule. */
export function parseAccess(value: string): (typeof ACCESS_WORDS)[number] | { rule: string } | undefined {
  const word = ACCESS_WORDS.find((each) => each === value);
  const rule = word === undefined ? makeAccessRule(parseWords(value) ?? []) : undefined;
  return rule === undefined ? word : { rule };
}

const SWITCHES = new Map([
  ...['on', 'true', 'yes'].map((word) => [word, true] as const),
  ...['off', 'false', 'no'].map((word) => [word, false] as const),
]);
export const parseSwitch = (value: string) => SWITCHES.get(value.toLowerCase());
export const parseGroup = (value: string) => (/^[A-Za-z0-9._-]{1,64}$/.test(value) ? value : undefined);
const parseNumber = (value: string) => (/^\d{1,5}$/.test(value) ? Number(value) : undefined);

export function parsePort(value: string): number | undefined {
  const port = parseNumber(value);
  return port !== undefined && isOriginPort(port) ? port : undefined;
}

export function parseTimeout(value: string): Seconds | undefined {
  const seconds = parseNumber(value.replace(/s$/, ''));
  return seconds !== undefined && isReadTimeout(seconds) ? seconds : undefined;
}

export function parseWeight(value: string): number | undefined {
  const weight = parseNumber(value);
  return weight !== undefined && weight <= 1000 ? weight : undefined;
}

export function parseDnsName(value: string): string | undefined {
  // The last label begins with a letter, as every top-level domain does: an address is not a name.
  const name = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z])${LABEL}$`, 'i');
  return value.length <= 64 && name.test(value) ? value.toLowerCase() : undefined;
}

/** Cookie names (RFC 6265) are tokens (RFC 9110). Our own cookies are refused. */
export function parseSticky(value: string): string | undefined {
  const name = /^cookie:([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64})$/.exec(value)?.[1];
  // The router finds cookies in a plain object, which always has `constructor`.
  return name === undefined || name.startsWith('__Host-proxy-') || name in {} ? undefined : name;
}

export function parseDuration(value: string): Seconds | undefined {
  const found = /^([1-9]\d{0,4})([mhd])$/.exec(value);
  const unit = { m: 60, h: 3600, d: 86_400 }[found?.[2] ?? ''];
  return unit === undefined ? undefined : Number(found?.[1]) * unit;
}

/**
 * Printable ASCII without spaces, `?`, `#`, `;` and anything that `normalisedPath` changes, because such a rule would never match.
 * `*` and `,/` are refused too: they suggest a pattern or a list.
 */
export function parsePath(value: string): string | undefined {
  const exact = value.startsWith('=');
  const path = exact ? value.slice(1) : value;
  if (!/^\/[!$&'()+,./0-9:=@A-Z_a-z~%-]*$/.test(path) || path.length > 200) return undefined;
  const text = decodePart(path);
  // Escapes only where needed and in capitals, as browsers write them.
  // Lenient readers treat an escaped backslash as a slash.
  if (/,=?\/|\/\/|\/\.\.?(?:\/|$)|%5C/.test(path) || text === undefined || encodeURI(text) !== path)
    return undefined;
  if (exact) return `=${path}`;
  return path === '/' ? path : path.replace(/\/$/, '');
}

/** Conditions in a fixed order, so that equal ones make one rule. Each has its own subject; two for one could never both match. */
export function parseConditions(value: string): readonly Condition[] | undefined {
  if (LISTED_CONDITIONS.test(value)) return undefined;
  const terms = value.split(/\s+/).filter((term) => term !== '');
  const conditions = terms.map(parseCondition);
  const known = conditions.filter((condition) => condition !== undefined);
  const subjects = new Map(known.map((condition) => [subjectOf(condition), condition]));
  if (subjects.size < terms.length || subjects.size === 0 || subjects.size > 8) return undefined;
  return [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, condition]) => condition);
}

/** Two conditions with a comma between them. The first would take the second as part of its value. */
export const LISTED_CONDITIONS = /,\s*(?:method|header|query)[:=]/;

const subjectOf = (condition: Condition) =>
  condition.on === 'method' ? condition.on : `${condition.on}:${condition.name}`;

function parseCondition(term: string): Condition | undefined {
  const found = /^(?:(method)|(header|query):([^=]+))=(.*)$/.exec(term);
  const value = decodePart(found?.[4] ?? '');
  if (!found || value === undefined || value === '') return undefined;
  if (found[1]) return /^[A-Z]{1,16}$/.test(value) ? { on: 'method', value } : undefined;
  if (found[2] === 'query') return { on: 'query', name: found[3] ?? '', value };
  const name = (found[3] ?? '').toLowerCase();
  // The router gets cookies separately from headers.
  if (name === 'cookie') return undefined;
  return /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/.test(name) ? { on: 'header', name, value } : undefined;
}

function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
