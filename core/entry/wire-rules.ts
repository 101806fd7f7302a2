import { isCount, isJsonObject, isString, isText, type Json, parseAll } from '../json.ts';
import {
  CLOSED_LETTERS,
  DEPTH,
  type WireAlternative,
  type WireCondition,
  type WirePaths,
  type WireRule,
  type WireRuleOptions,
  type WireTo,
} from '../wire/layout.ts';
import { isOriginPort, isReadTimeout } from '../wire/limits.ts';
import { type Backend, type Condition, closedStateOf, type Rule } from './rule.ts';

/** The number of path segments that the router must compare; negative if it must also look for exact paths. */
function depthOf(rules: readonly Rule[]): number {
  const segments = rules.map(({ path }) => (path === '/' ? 0 : path.split('/').length - 1));
  const depth = Math.max(0, ...segments);
  return rules.some(({ path }) => path.startsWith('=')) ? -depth : depth;
}

/** Rules in the form of the store. `instances` is the number of instances in the entry. */
export function wireRules(rules: readonly Rule[], instances: number): WireRule | WirePaths {
  const byPath = new Map<string, WireAlternative[]>();
  for (const rule of rules) {
    const alternatives = byPath.get(rule.path);
    const alternative = wireAlternative(rule, instances);
    if (alternatives) alternatives.push(alternative);
    else byPath.set(rule.path, [alternative]);
  }
  const root = byPath.get('/');
  if (root && byPath.size === 1) return shortest(root);
  const paths = [...byPath].map(([path, alternatives]) => [path, shortest(alternatives)] as const);
  return { [DEPTH]: depthOf(rules), ...Object.fromEntries(paths) };
}

/**
 * Whether the rules are one port, or a port or a closed state for each path. The router finds their end at the next blank and
 * allows no `[` in them: paths of tags contain neither (core/tags/tag-values.ts).
 */
export function isFlat(rules: WireRule | WirePaths): boolean {
  if (typeof rules !== 'object') return typeof rules === 'number';
  return !Array.isArray(rules) && Object.values(rules).every((rule) => !Array.isArray(rule));
}

function shortest(alternatives: readonly WireAlternative[]): WireRule {
  const [[to, options] = [0]] = alternatives;
  const plain = alternatives.length === 1 && options === undefined;
  return plain && (typeof to === 'number' || typeof to === 'string') ? to : alternatives;
}

function wireAlternative(rule: Rule, instances: number): WireAlternative {
  const to = typeof rule.to === 'string' ? CLOSED_LETTERS[rule.to] : wireBackends(rule.to, instances);
  const options: WireRuleOptions = {
    ...(rule.sticky === undefined ? {} : { k: rule.sticky }),
    ...(rule.conditions.length === 0 ? {} : { m: rule.conditions.map(wireCondition) }),
    ...(rule.strip ? { s: 1 as const } : {}),
    ...(rule.certName === undefined ? {} : { t: rule.certName }),
    ...(rule.timeout === undefined ? {} : { w: rule.timeout }),
  };
  return Object.keys(options).length === 0 ? [to] : [to, options];
}

/** The port alone, if every instance appears once, in order, on one port and with weight 1. Otherwise triples. */
function wireBackends(backends: readonly Backend[], instances: number): WireTo {
  const [first] = backends;
  const even = backends.every(
    ({ instance, port, weight }, i) => instance === i && port === first?.port && weight === 1,
  );
  if (first && even && backends.length === instances) return first.port;
  const flat: number[] = [];
  for (const { instance, port, weight } of backends) flat.push(instance, port, weight);
  return flat;
}

function wireCondition(condition: Condition): WireCondition {
  if (condition.on === 'method') return ['M', condition.value];
  return [condition.on === 'header' ? 'H' : 'Q', condition.name, condition.value];
}

/** Decodes rules of the store. Undefined for rules that `wireRules` would not write. */
export function rulesOf(json: Json, instances: number): Rule[] | undefined {
  const paths = isJsonObject(json) ? json : { '/': json };
  const byPath = Object.entries(paths).flatMap(([path, rule]) => {
    // Encoding the entry again shows whether the depth is right.
    if (path === DEPTH) return [];
    const alternatives = Array.isArray(rule) ? (rule as Json[]) : [[rule]];
    return [parseAll(alternatives, (alternative) => ruleOf(path, alternative, instances))];
  });
  return byPath.every((rules) => rules !== undefined) ? byPath.flat() : undefined;
}

function ruleOf(path: string, json: Json, instances: number): Rule | undefined {
  if (!Array.isArray(json)) return undefined;
  const [wireTo, options = {}] = json as Json[];
  const to = isString(wireTo) ? closedStateOf(wireTo) : backendsOf(wireTo, instances);
  if (to === undefined || !isJsonObject(options)) return undefined;
  const { k: sticky, m: wireConditions = [], t: certName, w: timeout } = options;
  const conditions = Array.isArray(wireConditions) ? parseAll(wireConditions, conditionOf) : undefined;
  if (conditions === undefined || !isOptional(sticky) || !isOptional(certName) || !isTimeout(timeout))
    return undefined;
  return {
    path,
    to,
    conditions,
    strip: options['s'] === 1,
    ...(certName === undefined ? {} : { certName }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

const isTimeout = (json: Json): json is number | undefined =>
  json === undefined || (isCount(json) && isReadTimeout(json));

const isOptional = (json: Json): json is string | undefined => json === undefined || isText(json);

function backendsOf(json: Json, instances: number): Backend[] | undefined {
  if (isCount(json)) {
    return isOriginPort(json)
      ? Array.from({ length: instances }, (_, instance) => ({ instance, port: json, weight: 1 }))
      : undefined;
  }
  if (!Array.isArray(json) || json.length === 0 || json.length % 3 !== 0 || !json.every(isCount))
    return undefined;
  const backends: Backend[] = [];
  for (let at = 0; at < json.length; at += 3) {
    const [instance = 0, port = 0, weight = 0] = json.slice(at, at + 3);
    backends.push({ instance, port, weight });
  }
  return backends.every(({ instance, port }) => instance < instances && isOriginPort(port))
    ? backends
    : undefined;
}

function conditionOf(json: Json): Condition | undefined {
  if (!Array.isArray(json) || !json.every(isString)) return undefined;
  const [letter, first = '', second = ''] = json;
  if (letter === 'M') return { on: 'method', value: first };
  if (letter === 'H') return { on: 'header', name: first, value: second };
  return letter === 'Q' ? { on: 'query', name: first, value: second } : undefined;
}
