import type { ViewerRequest } from 'cloudfront';
import {
  type ClosedLetter,
  DEPTH,
  type RulePath,
  type WireAlternative,
  type WireCondition,
  type WirePaths,
  type WireRule,
  type WireRuleOptions,
} from '../../../core/wire/layout.ts';
import { normalisedPath } from '../../../core/wire/path.ts';
import { HEAD, LONG, RULE } from '../../../core/wire/path-bounds.ts';
import { hasSuspectCharacter } from '../../../core/wire/site-path.ts';
import { AMBIGUOUS, UNKNOWN_PATH } from '../answer/notice.ts';
import { asRulePath, present } from '../certain.ts';
import { querystring } from '../modules.ts';
import { isForeign, mayReachSite } from '../request/site-path.ts';
import type { PathNotice } from './path-notice.ts';

/** The result of a path's rule: a port, the letter of a closed state, an alternative, or `?` for an unknown one. */
export type Taken = number | ClosedLetter | '?' | WireAlternative;

/**
 * The path whose rule takes the request: exact before prefix, longest prefix first, then the alternatives of one path in order.
 * The code does not try the rules, but the few paths that could have one, so the cost does not grow with the number of rules.
 *
 * If no rule takes the request, returns the notice that says why. A path is ambiguous if a lenient reader would find another
 * rule for it, because it could then bypass a longer or stricter rule. A path that is too long for a second, lenient reading is
 * ambiguous, too.
 */
export function matchPath(rules: WirePaths, request: ViewerRequest): RulePath | PathNotice {
  const path = request.uri;
  const length = path.length;
  const head = length > HEAD ? path.slice(0, HEAD) : path;
  // Three searches: one expression that begins with a slash costs twice as much on a path of slashes. A long path may have no dot at all.
  const isOdd =
    head.search(/[%\\;]/) >= 0 ||
    (length > LONG ? isForeign(path) || hasSuspectCharacter(path) : head.includes('/.')) ||
    head.includes('//');
  // If the path cannot climb, only the head decides. Some readers take a backslash or an escape for the slash before two dots.
  // Two searches, because one expression for both costs up to twice as much.
  if (
    length > LONG
      ? isOdd
      : length > 64 &&
        (isForeign(path, isOdd) ||
          (length > HEAD && (path.includes('..') || path.toLowerCase().includes('%2e'))))
  )
    return AMBIGUOUS;
  const found = findPath(rules, head, request);
  if (isOdd) {
    const read = normalisedPath(head, querystring.unescape);
    if (
      !read ||
      (length > HEAD && read.length <= RULE) ||
      (!SIGN_IN && mayReachSite(head)) ||
      found !== findPath(rules, read, request)
    )
      return AMBIGUOUS;
  }
  return found || UNKNOWN_PATH;
}

function findPath(rules: WirePaths, path: string, request: ViewerRequest): RulePath | '' {
  let segments: number = rules[DEPTH];
  // Negative if a path is exact. Usually none is, and the lookup would cost as much as two answers.
  if (segments < 0) {
    if (matchRule(rules[asRulePath('=' + path)], request) !== undefined) return asRulePath('=' + path);
    segments = -segments;
  }
  let count = 0;
  let end = 0;
  while (count < segments && end >= 0) {
    end = path.indexOf('/', end + 1);
    count++;
  }
  let prefix = asRulePath((end < 0 ? path : path.slice(0, end)) || '/');
  let rule: WireRule | undefined;
  for (;;) {
    rule = rules[prefix];
    // Usually a port, which needs no call.
    if (rule !== undefined && (typeof rule !== 'object' || matchRule(rule, request) !== undefined))
      return prefix;
    if (!count--) return '';
    prefix = asRulePath(count ? prefix.slice(0, prefix.lastIndexOf('/')) : '/');
  }
}

/** The result of a rule for the request; undefined if there is no rule or its conditions do not hold. */
export function matchRule(rule: WireRule | undefined, request: ViewerRequest): Taken | undefined {
  if (typeof rule !== 'object') return rule;
  for (let i = 0; i < rule.length; i++) {
    const alternative = present(rule[i]);
    const options: (WireRuleOptions & Readonly<Record<string, unknown>>) | undefined = alternative[1];
    if (!options) return typeof alternative === 'object' ? alternative : '?';
    // No state has the letter `?`, so an entry with an unknown option is refused. Encoders omit empty options, so one without a
    // value is unknown.
    for (const key in options) if (key.length !== 1 || !'kmstw'.includes(key) || !options[key]) return '?';
    if (typeof options !== 'object') return '?';
    const conditions = options.m;
    if (!conditions) return alternative;
    let count = 0;
    // For an empty list, or a value that is not a list, the first condition is missing and `holds` throws: we cannot evaluate it.
    while (holds(present(conditions[count]), request)) if (++count === conditions.length) return alternative;
  }
  return undefined;
}

function holds(condition: WireCondition, request: ViewerRequest): boolean {
  const kind = condition[0];
  const name = condition[1];
  if (kind === 'M') return request.method === name;
  // A kind of condition from a later version: this router cannot evaluate it.
  if (kind !== 'H' && kind !== 'Q') throw Error('condition');
  const query = request.querystring;
  const found = kind === 'H' ? request.headers[name] : query[name] || query[encodeURIComponent(name)];
  const raw = found && found.value;
  const value = condition[2];
  // Every object has a `constructor`, which has no `value`. An escaped character takes at most twelve characters. The text is
  // split and joined, because the cost of a global replace grows with the square of the length; more blanks than that cannot
  // match.
  return (
    typeof raw === 'string' &&
    (raw === value ||
      (kind === 'Q' &&
        raw.length <= 12 * value.length &&
        querystring.unescape(raw.split('+', value.length + 2).join(' ')) === value))
  );
}
