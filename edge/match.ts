import type { EdgeRequest, Multi } from 'cloudfront';
import querystring from 'querystring';
import {
  DEPTH,
  type WireAlternative,
  type WirePaths,
  type WireRule,
  type WireRuleOptions,
} from '../core/layout.ts';
import { normalisedPath } from '../core/path.ts';
import { isForeign, slips } from './dots.ts';
import { AMBIGUOUS, UNKNOWN_PATH } from './notice.ts';

/** What a path's rule says to a request: a port, the letter of a closed state, or what more there is to say. */
export type Taken = number | string | WireAlternative;

/** Characters of a path that decide its rule, for no rule is longer than 200 (core/tags.ts). */
const HEAD = 216;
const RULE = 200;
/** Characters up to which a path is read twice: beyond, one with a dot or an escape could hide anything. */
const LONG = 768;

/**
 * The path whose rule takes the request: exact before prefix, longest prefix first, then the alternatives of one path in
 * order. Not the rules are tried, but the few paths that could be theirs: the cost does not grow with the rules.
 *
 * Else the notice that says why none does. Ambiguous is a path that a lenient reader would understand as one that comes to
 * another rule: it could slip past a longer or stricter one. So is one that is too long to be read twice at a fair cost.
 */
export function pathOf(rules: WirePaths, request: EdgeRequest): string {
  const path = request.uri;
  const head = path.slice(0, HEAD);
  const isOdd = head.search(/[%\\;]/) >= 0 || head.includes('//') || head.includes('/.');
  // Without a way up only the head decides.
  if (
    isForeign(path, isOdd) ||
    (path.length > LONG ? isOdd || path.search(/[.%]/) >= 0 : path.length > HEAD && climbs(path))
  )
    return AMBIGUOUS;
  const found = deepest(rules, head, request);
  if (isOdd) {
    const read = normalisedPath(head, querystring.unescape);
    if (
      !read ||
      (path.length > HEAD && read.length <= RULE) ||
      slips(head) ||
      found !== deepest(rules, read, request)
    )
      return AMBIGUOUS;
  }
  return found || UNKNOWN_PATH;
}

/** In any reading: two dots need no slash before them where others take a backslash or an escape for one. */
function climbs(path: string): boolean {
  return path.includes('..') || path.toLowerCase().includes('%2e');
}

function deepest(rules: WirePaths, path: string, request: EdgeRequest): string {
  let segments: number = rules[DEPTH];
  // Negative where a path is exact: mostly none is, and the question would cost as much as two answers.
  if (segments < 0) {
    if (taken(rules['=' + path], request) !== undefined) return '=' + path;
    segments = -segments;
  }
  let count = 0;
  let end = 0;
  while (count < segments && end >= 0) {
    end = path.indexOf('/', end + 1);
    count++;
  }
  let prefix = end < 0 ? path : path.slice(0, end);
  let rule: WireRule | undefined;
  while (count--) {
    rule = rules[prefix];
    if (rule !== undefined && taken(rule, request) !== undefined) return prefix;
    if (count) prefix = prefix.slice(0, prefix.lastIndexOf('/'));
  }
  rule = rules['/'];
  // Mostly a port, which is spared the call.
  return rule === undefined || (typeof rule === 'object' && taken(rule, request) === undefined) ? '' : '/';
}

/** What a rule says to the request; undefined if there is none, or its conditions do not hold. */
export function taken(rule: WireRule | undefined, request: EdgeRequest): Taken | undefined {
  if (typeof rule !== 'object') return rule;
  for (let i = 0; i < rule.length; i++) {
    const alternative = rule[i] as WireAlternative;
    const options = alternative[1];
    if (!options) return typeof alternative === 'object' ? alternative : '?';
    // No state has this letter: an entry that asks for what is not known is refused.
    if (!areKnown(options)) return '?';
    if (!options.m || allHold(options.m, request)) return alternative;
  }
  return undefined;
}

/** Whether this router understands every key of `options`; one that says nothing is not written. */
function areKnown(options: WireRuleOptions): boolean {
  for (const key in options)
    if (key.length !== 1 || !'kmstw'.includes(key) || !options[key as keyof WireRuleOptions]) return false;
  return typeof options === 'object';
}

function allHold(conditions: readonly (readonly string[])[], request: EdgeRequest): boolean {
  // Of what is no list nobody knows whether it holds.
  if (!conditions.length) throw new Error('conditions');
  for (let i = 0; i < conditions.length; i++)
    if (!holds(conditions[i] as readonly string[], request)) return false;
  return true;
}

function holds(condition: readonly string[], request: EdgeRequest): boolean {
  const kind = condition[0];
  const name = condition[1] as string;
  if (kind === 'M') return request.method === name;
  // A kind of a later version: what it asks for is not known to hold, nor not to.
  if (kind !== 'H' && kind !== 'Q') throw new Error('condition');
  const query = request.querystring as Record<string, Multi>;
  const found = kind === 'H' ? request.headers[name] : query[name] || query[encodeURIComponent(name)];
  const value = condition[2] as string;
  return (
    !!found &&
    (found.value === value || (kind === 'Q' && !!found.value && textOf(found.value, value.length) === value))
  );
}

/** A query value as text, where that may have `length` characters: one has at most twelve in its escaped form. */
function textOf(encoded: string, length: number): string {
  // Split and joined, since a global replace costs with the square of the length. More blanks than that are too many.
  return encoded.length > 12 * length ? '' : querystring.unescape(encoded.split('+', length + 2).join(' '));
}
