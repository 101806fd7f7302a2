import type { EdgeRequest } from 'cloudfront';
import type { WireRule, WireRuleOptions } from '../core/entry.ts';
import { isAmbiguous, normalisedPath, pathMatches } from '../core/path.ts';

/** The rule that takes a request, or why none does. */
export type Matched = WireRule | 'nopath' | 'badpath' | 'unreadable';

/**
 * The first rule that takes the request: they stand in order of precedence.
 *
 * With several rules, a path that a lenient reader would understand as another one must come to the same rule both
 * ways, or it could slip past a longer or stricter rule.
 */
export function match(rules: readonly unknown[], request: EdgeRequest): Matched {
  const rule = firstMatch(rules, request, request.uri);
  if (rules.length > 1 && isAmbiguous(request.uri)) {
    if (firstMatch(rules, request, normalisedPath(request.uri)) !== rule) return 'badpath';
  }
  return rule;
}

function firstMatch(
  rules: readonly unknown[],
  request: EdgeRequest,
  path: string,
): WireRule | 'nopath' | 'unreadable' {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as WireRule;
    if (!pathMatches(rule[0], path)) continue;
    const options = rule[2];
    if (options === undefined) return rule;
    if (!areKnown(options, 'kmst')) return 'unreadable';
    if (options.m === undefined || allHold(options.m, request)) return rule;
  }
  return 'nopath';
}

/** Whether `options` is an object of which this router understands every key. */
export function areKnown(options: unknown, letters: string): boolean {
  if (typeof options !== 'object' || options === null) return false;
  const keys = Object.keys(options);
  for (let i = 0; i < keys.length; i++) if (!letters.includes(String(keys[i]))) return false;
  return true;
}

function allHold(conditions: NonNullable<WireRuleOptions['m']>, request: EdgeRequest): boolean {
  for (let i = 0; i < conditions.length; i++)
    if (!holds(conditions[i] as readonly string[], request)) return false;
  return true;
}

function holds(condition: readonly string[], request: EdgeRequest): boolean {
  const name = String(condition[1]);
  if (condition[0] === 'M') return request.method === name;
  if (condition[0] === 'H') {
    const header = request.headers[name];
    return header !== undefined && header.value === condition[2];
  }
  if (condition[0] !== 'Q' || typeof request.querystring === 'string') return false;
  const query = request.querystring[encodeURIComponent(name)] || request.querystring[name];
  return query !== undefined && textOf(query.value) === condition[2];
}

/** A query value as text. One that is not percent-encoded UTF-8 equals only itself. */
function textOf(encoded: string): string {
  if (!encoded.includes('%') && !encoded.includes('+')) return encoded;
  try {
    return decodeURIComponent(encoded.replace(/\+/g, ' '));
  } catch (error) {
    if (error instanceof URIError) return encoded;
    throw error;
  }
}
