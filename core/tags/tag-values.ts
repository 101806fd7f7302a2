/**
 * The grammar of each tag's value: text in, fact out, `undefined` for whatever does not fit. What a value may be is
 * said for people in core/tags/tags.ts.
 */

import type { Condition } from '../entry/rule.ts';
import type { Seconds } from '../wire/brands.ts';
import { isOriginPort, isReadTimeout } from '../wire/limits.ts';
import { LABEL } from './label.ts';

/** Words separated by blanks, each once; at least one. */
export function parseWords(value: string): readonly string[] | undefined {
  const words = [...new Set(value.split(/\s+/).filter((word) => word !== ''))];
  return words.length === 0 ? undefined : words;
}

export const parseScheme = (value: string) => (value === 'http' || value === 'https' ? value : undefined);
export const parseAccess = (value: string) => (value === 'deployment' ? value : undefined);
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
  // The last label must hold a letter: an address is not a name.
  const name = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`, 'i');
  return value.length <= 64 && name.test(value) ? value.toLowerCase() : undefined;
}

/** RFC 6265 cookie names are RFC 9110 tokens; our own are never an app's. */
export function parseSticky(value: string): string | undefined {
  const name = /^cookie:([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64})$/.exec(value)?.[1];
  // The router looks cookies up in a plain object, where `constructor` is always found and is no cookie.
  return name === undefined || name.startsWith('__Host-proxy-') || name in {} ? undefined : name;
}

export function parseDuration(value: string): Seconds | undefined {
  const found = /^([1-9]\d{0,4})([mhd])$/.exec(value);
  const unit = { m: 60, h: 3600, d: 86_400 }[found?.[2] ?? ''];
  return unit === undefined ? undefined : Number(found?.[1]) * unit;
}

/**
 * Printable ASCII without blanks, `?`, `#`, `;` and what `normalisedPath` would change: such a rule could never agree with itself.
 * Without `*` and `,/` too: whoever writes them means a pattern or a list, and the rule would take neither.
 */
export function parsePath(value: string): string | undefined {
  const exact = value.startsWith('=');
  const path = exact ? value.slice(1) : value;
  if (!/^\/[!$&'()+,./0-9:=@A-Z_a-z~%-]*$/.test(path) || path.length > 200) return undefined;
  const text = decodePart(path);
  // In capitals, and only what needs its escape: as browsers write it.
  // Lenient readers take an escaped backslash for a slash.
  if (/,=?\/|\/\/|\/\.\.?(?:\/|$)|%5C/.test(path) || text === undefined || encodeURI(text) !== path)
    return undefined;
  if (exact) return `=${path}`;
  return path === '/' ? path : path.replace(/\/$/, '');
}

/** In one order however they are written, so that equal conditions are one rule; each about another thing, or none could hold. */
export function parseConditions(value: string): readonly Condition[] | undefined {
  if (LISTED_CONDITIONS.test(value)) return undefined;
  const terms = value.split(/\s+/).filter((term) => term !== '');
  const conditions = terms.map(parseCondition);
  const known = conditions.filter((condition) => condition !== undefined);
  const subjects = new Map(known.map((condition) => [subjectOf(condition), condition]));
  if (subjects.size < terms.length || subjects.size === 0 || subjects.size > 8) return undefined;
  return [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, condition]) => condition);
}

/** Two conditions with a comma between them: the first would take the second for a part of its value. */
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
  // The router's event has cookies apart from headers.
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
