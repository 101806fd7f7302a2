import type { EdgeRequest, Multi } from 'cloudfront';
import type {
  WireAlternative,
  WireHead,
  WirePaths,
  WireRule,
  WireRuleOptions,
  WireTo,
} from '../core/layout.ts';
import { normalisedPath } from '../core/path.ts';
import type { NoticeName } from './notice.ts';

/** What takes a request, and the rule's path. */
export type Matched = readonly [to: WireTo, path: string, options?: WireRuleOptions];

/**
 * The rule that takes the request: exact before prefix, longest prefix first, then the alternatives of one path in
 * order. Not the rules are tried, but the few paths that could be theirs: the cost does not grow with the rules.
 *
 * Where there are several paths, one that a lenient reader would understand as another must come to the same rule both
 * ways, or it could slip past a longer or stricter one.
 */
export function match(wire: WireHead, request: EdgeRequest): Matched | NoticeName {
  const rules = wire[6];
  const depth = wire[8];
  const path = request.uri;
  if (!depth) return taken(rules as WireRule, '/', request) || 'unknown path';
  const found = deepest(rules as WirePaths, depth, path, request);
  // The search finds every path that normalising could change, and costs a third of what a test would.
  if (path.search(/[%\\]|\/[./]/) >= 0) {
    const other = deepest(rules as WirePaths, depth, normalisedPath(path), request);
    if ((found && found[1]) !== (other && other[1])) return 'ambiguous path';
  }
  return found || 'unknown path';
}

function deepest(rules: WirePaths, depth: number, path: string, request: EdgeRequest): Matched | null {
  let segments = depth;
  // Negative where a path is exact: mostly none is, and the question would cost as much as two answers.
  if (depth < 0) {
    const exact = taken(rules['=' + path], '=' + path, request);
    if (exact) return exact;
    segments = -depth;
  }
  let end = 0;
  while (segments-- > 0 && end >= 0) end = path.indexOf('/', end + 1);
  let prefix = end < 0 ? path : path.slice(0, end);
  while (prefix) {
    const rule = rules[prefix];
    const found = rule === undefined ? null : taken(rule, prefix, request);
    if (found) return found;
    prefix = prefix.slice(0, prefix.lastIndexOf('/'));
  }
  return taken(rules['/'], '/', request);
}

/** What the rule of a path says to the request, if there is one and its conditions hold. */
function taken(rule: WireRule | undefined, path: string, request: EdgeRequest): Matched | null {
  if (rule === undefined) return null;
  if (typeof rule !== 'object') return [rule, path];
  for (let i = 0; i < rule.length; i++) {
    const alternative = rule[i] as WireAlternative;
    const options = alternative[1];
    if (!options) return [alternative[0], path];
    if (!areKnown(options, 'kmst')) return ['?', path];
    if (!options.m || allHold(options.m, request)) return [alternative[0], path, options];
  }
  return null;
}

/** Whether this router understands every key of `options`. */
export function areKnown(options: object, letters: string): boolean {
  for (const key in options) if (key.length !== 1 || !letters.includes(key)) return false;
  return typeof options === 'object';
}

function allHold(conditions: readonly (readonly string[])[], request: EdgeRequest): boolean {
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
  return !!found && (found.value === condition[2] || (kind === 'Q' && textOf(found.value) === condition[2]));
}

/** A query value as text. One that is not percent-encoded UTF-8 equals only itself. */
function textOf(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replace(/\+/g, ' '));
  } catch (_malformed) {
    return encoded;
  }
}
