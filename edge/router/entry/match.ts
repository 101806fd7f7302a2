import type { ViewerRequest } from 'cloudfront';
import {
  type ClosedLetter,
  DEPTH,
  type RulePath,
  type WireAlternative,
  type WireCondition,
  type WirePaths,
  type WireRule,
} from '../../../core/wire/layout.ts';
import { normalisedPath } from '../../../core/wire/path.ts';
import { AMBIGUOUS, UNKNOWN_PATH } from '../answer/notice.ts';
import { asRulePath, present } from '../certain.ts';
import { querystring } from '../modules.ts';
import { HEAD, LONG, RULE } from '../request/bounds.ts';
import { isForeign, mayReachSite } from '../request/site-path.ts';

/** What a path's rule says to a request: a port, the letter of a closed state, or what more there is to say. */
export type Taken = number | ClosedLetter | '?' | WireAlternative;

/** Why no rule takes a path. */
export type PathNotice = typeof UNKNOWN_PATH | typeof AMBIGUOUS;

/**
 * The path whose rule takes the request: exact before prefix, longest prefix first, then the alternatives of one path in
 * order. Not the rules are tried, but the few paths that could be theirs: the cost does not grow with the rules.
 *
 * Else the notice that says why none does. Ambiguous is a path that a lenient reader would understand as one that comes to
 * another rule: it could slip past a longer or stricter one. So is one that is too long to be read twice at a fair cost.
 */
export function matchPath(rules: WirePaths, request: ViewerRequest): RulePath | PathNotice {
  const path = request.uri;
  const head = path.slice(0, HEAD);
  const isOdd = head.search(/[%\\;]/) >= 0 || head.includes('//') || head.includes('/.');
  // Without a way up only the head decides. Two dots need no slash before them where others take a backslash or an escape for
  // one. Each is looked for by itself: an expression for both costs up to twice as much.
  if (
    isForeign(path, isOdd) ||
    (path.length > LONG
      ? isOdd || path.search(/[.%]/) >= 0
      : path.length > HEAD && (path.includes('..') || path.toLowerCase().includes('%2e')))
  )
    return AMBIGUOUS;
  const found = findPath(rules, head, request);
  if (isOdd) {
    const read = normalisedPath(head, querystring.unescape);
    if (
      !read ||
      (path.length > HEAD && read.length <= RULE) ||
      mayReachSite(head) ||
      found !== findPath(rules, read, request)
    )
      return AMBIGUOUS;
  }
  return found || UNKNOWN_PATH;
}

function findPath(rules: WirePaths, path: string, request: ViewerRequest): RulePath | '' {
  let segments: number = rules[DEPTH];
  // Negative where a path is exact: mostly none is, and the question would cost as much as two answers.
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
    // Mostly a port, which is spared the call.
    if (rule !== undefined && (typeof rule !== 'object' || matchRule(rule, request) !== undefined))
      return prefix;
    if (!count--) return '';
    prefix = asRulePath(count ? prefix.slice(0, prefix.lastIndexOf('/')) : '/');
  }
}

/** What a rule says to the request; undefined if there is none, or its conditions do not hold. */
export function matchRule(rule: WireRule | undefined, request: ViewerRequest): Taken | undefined {
  if (typeof rule !== 'object') return rule;
  for (let i = 0; i < rule.length; i++) {
    const alternative = present(rule[i]);
    const options = alternative[1];
    if (!options) return typeof alternative === 'object' ? alternative : '?';
    // No state has this letter: an entry that asks for what is not known is refused.
    if (!areKnown(options)) return '?';
    if (!options.m || allHold(options.m, request)) return alternative;
  }
  return undefined;
}

/** Whether this router understands every key of `options`; one that says nothing is not written. */
function areKnown(options: Readonly<Record<string, unknown>>): boolean {
  for (const key in options) if (key.length !== 1 || !'kmstw'.includes(key) || !options[key]) return false;
  return typeof options === 'object';
}

function allHold(conditions: readonly WireCondition[], request: ViewerRequest): boolean {
  let i = 0;
  // An empty list, and what is not a list, come to a condition that is not there, which throws: it is not known whether they hold.
  do if (!holds(present(conditions[i]), request)) return false;
  while (++i !== conditions.length);
  return true;
}

function holds(condition: WireCondition, request: ViewerRequest): boolean {
  const kind = condition[0];
  const name = condition[1];
  if (kind === 'M') return request.method === name;
  // A kind of a later version: what it asks for is not known to hold, nor not to.
  if (kind !== 'H' && kind !== 'Q') throw new Error('condition');
  const query = request.querystring;
  const found = kind === 'H' ? request.headers[name] : query[name] || query[encodeURIComponent(name)];
  const raw = found && found.value;
  const value = condition[2];
  // Every object has something called `constructor`, which has no value. An escaped character has at most twelve. Split and
  // joined, since a global replace costs with the square of the length; more blanks than that are too many.
  return (
    typeof raw === 'string' &&
    (raw === value ||
      (kind === 'Q' &&
        raw.length <= 12 * value.length &&
        querystring.unescape(raw.split('+', value.length + 2).join(' ')) === value))
  );
}
