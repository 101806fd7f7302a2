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
  let end = 0;
  let found = taken(rules['=' + path], '=' + path, request);
  const ends: number[] = [];
  while (end >= 0 && ends.length < depth) {
    end = path.indexOf('/', end + 1);
    ends.push(end < 0 ? path.length : end);
  }
  for (let i = ends.length - 1; !found && i >= 0; i--) {
    const prefix = path.slice(0, ends[i]);
    found = taken(rules[prefix], prefix, request);
  }
  return found || taken(rules['/'], '/', request);
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
  const name = condition[1] as string;
  if (condition[0] === 'M') return request.method === name;
  const query = request.querystring as Record<string, Multi>;
  const found = condition[0] === 'H' ? request.headers[name] : query[encodeURIComponent(name)];
  return (
    !!found &&
    (found.value === condition[2] || (condition[0] === 'Q' && textOf(found.value) === condition[2]))
  );
}

/** A query value as text. One that is not percent-encoded UTF-8 equals only itself. */
function textOf(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replace(/\+/g, ' '));
  } catch (_malformed) {
    return encoded;
  }
}
