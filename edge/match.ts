import type { EdgeRequest, Multi } from 'cloudfront';
import type { WireRule } from '../core/layout.ts';
import { isAmbiguous, normalisedPath, pathMatches } from '../core/path.ts';

/** The rule that takes a request, or why none does. */
export type Matched = WireRule | 'unknown path' | 'ambiguous path' | 'unreadable';

/**
 * The first rule that takes the request: they stand in order of precedence.
 *
 * With several rules, a path that a lenient reader would understand as another one must come to the same rule both
 * ways, or it could slip past a longer or stricter rule.
 */
export function match(rules: readonly WireRule[], request: EdgeRequest): Matched {
  const rule = firstMatch(rules, request, request.uri);
  if (rules.length > 1 && isAmbiguous(request.uri)) {
    if (firstMatch(rules, request, normalisedPath(request.uri)) !== rule) return 'ambiguous path';
  }
  return rule;
}

function firstMatch(rules: readonly WireRule[], request: EdgeRequest, path: string): Matched {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as WireRule;
    // The commonest rule is spared the call.
    if (rule[0] !== '/' && !pathMatches(rule[0], path)) continue;
    const options = rule[2];
    if (!options) return rule;
    if (!areKnown(options, 'kmst')) return 'unreadable';
    if (!options.m || allHold(options.m, request)) return rule;
  }
  return 'unknown path';
}

/** Whether this router understands every key of `options`. */
export function areKnown(options: object, letters: string): boolean {
  for (const key in options) if (!letters.includes(key)) return false;
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
