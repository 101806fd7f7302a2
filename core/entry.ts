/**
 * The entry: what is known about one hostname, and the codec between it and its value in the store.
 */
import {
  FORMAT_VERSION,
  STATE_LETTERS,
  type WireAlternative,
  type WirePaths,
  type WireRule,
  type WireRuleOptions,
  type WireTo,
} from './layout.ts';
import { isOriginPort } from './limits.ts';
import { seedOf } from './pick.ts';

export type EntryState = keyof typeof STATE_LETTERS;
export type ServingState = 'live' | 'draining';
export type ClosedState = Exclude<EntryState, ServingState>;

/** An instance as an entry names it; `generation` is EC2's LaunchTime in epoch seconds. */
export interface Member {
  id: string;
  generation: number;
}

/** A member that can be reached. */
export interface Target extends Member {
  /** A public DNS name: CloudFront refuses addresses. */
  domainName: string;
}

/** One way from a rule to an instance. */
export interface Backend {
  /** Index into the entry's instances. */
  instance: number;
  /** 80, 443 or 1024–65535. */
  port: number;
  /** 0–1000; 0 takes no new viewers. */
  weight: number;
}

/** All conditions of a rule must hold. Header names are lower case. */
export type Condition =
  | { on: 'method'; value: string }
  | { on: 'header'; name: string; value: string }
  | { on: 'query'; name: string; value: string };

/** One matching rule. Rules stand in the order of precedence, those of one path together: the first that matches wins. */
export interface Rule {
  /** Prefix of whole segments, or `=` and an exact path. */
  path: string;
  /** The backends, or why there are none now: the rule still holds its path, so that no other app answers for it. */
  to: readonly Backend[] | ClosedState;
  conditions: readonly Condition[];
  /** Remove the prefix before the request reaches the app. */
  strip: boolean;
  /** Name on the origin's certificate, and the origin is https. Absent: http. */
  certName?: string;
  /** Name of the app's own cookie that keeps a viewer on one instance. */
  sticky?: string;
}

interface EntryFacts {
  /** The deployment that wrote the entry and alone may change it. */
  owner: string;
  /** Grows with every write of this deployment: of two values for a name the higher is newer. */
  sequence: number;
  /** Epoch seconds from which on the entry routes nobody. */
  expiresAt?: number;
}

export type ServingEntry = EntryFacts & {
  state: ServingState;
  instances: readonly Target[];
  rules: readonly Rule[];
  /** HMAC of the hostname, for the origin to check; `''` for none. */
  token: string;
};

export type ClosedEntry = EntryFacts & { state: ClosedState; instances: readonly Member[] };

export type Entry = ServingEntry | ClosedEntry;

export function isServing(entry: Entry): entry is ServingEntry {
  return entry.state === 'live' || entry.state === 'draining';
}

const CONDITION_LETTERS = { method: 'M', header: 'H', query: 'Q' } as const;

/** An entry as its value in the store, in the shortest form: what is a default is left out. */
export function encodeEntry(entry: Entry): string {
  const options = entry.expiresAt === undefined ? 0 : { e: entry.expiresAt };
  const facts = [entry.owner, STATE_LETTERS[entry.state], entry.sequence, options];
  if (!isServing(entry)) {
    const members = entry.instances.map((member) => `${member.generation} ${member.id}`);
    return joined(facts, members.join(' '));
  }
  const records = entry.instances.map((target) => `${target.generation} ${target.id} ${target.domainName}`);
  const rules = wireRules(entry.rules, entry.instances.length);
  const depth = isPaths(rules) ? depthOf(entry.rules) : 0;
  const head = [...facts, rules, entry.token];
  if (records.length < 2) return joined(depth > 0 ? [...head, depth] : head, records.join(' '));
  const width = 1 + Math.max(...records.map((record) => record.length));
  const seeds = entry.instances.map((target) => seedOf(target.id));
  return joined([...head, depth, width, seeds], records.map((record) => record.padEnd(width)).join(''));
}

/** Head and instances; the head says how long it is, its own digits included. */
function joined(facts: readonly unknown[], instances: string): string {
  const rest = asciiJson(facts).slice(1, -1);
  const without = `[${FORMAT_VERSION},,${rest}`.length;
  const length = without + (without + 2 < 100 ? 2 : 3);
  return `[${FORMAT_VERSION},${length},${rest},${asciiJson(instances)}]`;
}

/** JSON in ASCII alone: the edge's engine counts code points where ECMAScript counts UTF-16 units. */
function asciiJson(json: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(json).replace(/[^ -~]/g, escaped);
}

/** How many segments of a path the router has to look at. */
function depthOf(rules: readonly Rule[]): number {
  const segments = rules.map(({ path }) => (path === '/' ? 0 : path.split('/').length - 1));
  return Math.max(0, ...segments);
}

function wireRules(rules: readonly Rule[], instances: number): WireRule | WirePaths {
  const byPath = new Map<string, WireAlternative[]>();
  for (const rule of rules) {
    const alternatives = byPath.get(rule.path);
    const alternative = wireAlternative(rule, instances);
    if (alternatives) alternatives.push(alternative);
    else byPath.set(rule.path, [alternative]);
  }
  const root = byPath.get('/');
  if (root && byPath.size === 1) return shortest(root);
  return Object.fromEntries([...byPath].map(([path, alternatives]) => [path, shortest(alternatives)]));
}

const isPaths = (rules: WireRule | WirePaths): rules is WirePaths =>
  typeof rules === 'object' && !Array.isArray(rules);

function shortest(alternatives: readonly WireAlternative[]): WireRule {
  const [[to, options] = [0]] = alternatives;
  const plain = alternatives.length === 1 && options === undefined;
  return plain && (typeof to === 'number' || typeof to === 'string') ? to : alternatives;
}

function wireAlternative(rule: Rule, instances: number): WireAlternative {
  const to = typeof rule.to === 'string' ? STATE_LETTERS[rule.to] : wireBackends(rule.to, instances);
  const options: WireRuleOptions = {
    ...(rule.sticky === undefined ? {} : { k: rule.sticky }),
    ...(rule.conditions.length === 0 ? {} : { m: rule.conditions.map(wireCondition) }),
    ...(rule.strip ? { s: 1 as const } : {}),
    ...(rule.certName === undefined ? {} : { t: rule.certName }),
  };
  return Object.keys(options).length === 0 ? [to] : [to, options];
}

/** All instances once, in order, on one port and with weight 1: the port says it all. */
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

function wireCondition(condition: Condition): string[] {
  const letter = CONDITION_LETTERS[condition.on];
  return condition.on === 'method' ? [letter, condition.value] : [letter, condition.name, condition.value];
}

/**
 * The entry that a value holds, or `undefined` for anything that `encodeEntry` of this version would not write, byte by
 * byte: another version, a state or option it does not know, wrong types or offsets, a key's plain text.
 */
export function decodeEntry(value: string): Entry | undefined {
  const wire = parseArray(value);
  const entry = wire === undefined || wire[0] !== FORMAT_VERSION ? undefined : entryOf(wire);
  return entry && encodeEntry(entry) === value ? entry : undefined;
}

type Json = unknown;

function entryOf(wire: readonly Json[]): Entry | undefined {
  const [, , owner, letter, sequence, options] = wire;
  const state = stateOf(letter);
  const expiry = expiryOf(options);
  if (!isText(owner) || state === undefined || !isCount(sequence) || expiry === undefined) return undefined;
  const facts = { owner, sequence, ...expiry };
  if (state !== 'live' && state !== 'draining') {
    const instances = recordsOf(wire[6], 2, memberOf);
    return instances && { ...facts, state, instances };
  }
  const instances = recordsOf(wire.at(-1), 3, targetOf);
  const rules = instances && rulesOf(wire[6], instances.length);
  const token = wire[7];
  return instances && rules && isString(token) ? { ...facts, state, instances, rules, token } : undefined;
}

function parseArray(value: string): Json[] | undefined {
  try {
    const json: Json = JSON.parse(value);
    return Array.isArray(json) ? json : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Every element parsed, or `undefined` when one is not what it should be. */
function all<T>(list: readonly Json[], parse: (item: Json) => T | undefined): T[] | undefined {
  const parsed = list.map(parse);
  return parsed.every((item) => item !== undefined) ? (parsed as T[]) : undefined;
}

const isString = (json: Json): json is string => typeof json === 'string';
const isText = (json: Json): json is string => isString(json) && json !== '';
const isCount = (json: Json): json is number => Number.isSafeInteger(json) && (json as number) >= 0;
const isObject = (json: Json): json is Record<string, Json> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

function stateOf(letter: Json): EntryState | undefined {
  const found = Object.entries(STATE_LETTERS).find((pair) => pair[1] === letter);
  return found?.[0] as EntryState | undefined;
}

/** Seconds of the last instant that a Date can tell (ECMA-262, "Time Values"): beyond it nobody could print the expiry. */
const LAST_SECOND = 8_640_000_000_000;

function expiryOf(options: Json): { expiresAt?: number } | undefined {
  if (options === 0) return {};
  const end = isObject(options) ? options['e'] : undefined;
  return isCount(end) && end <= LAST_SECOND ? { expiresAt: end } : undefined;
}

function recordsOf<T>(
  json: Json,
  fields: number,
  parse: (record: readonly string[]) => T | undefined,
): T[] | undefined {
  if (!isString(json)) return undefined;
  const words = json.trim() === '' ? [] : json.trim().split(/ +/);
  const records = Array.from({ length: Math.ceil(words.length / fields) }, (_, i) =>
    words.slice(i * fields, (i + 1) * fields),
  );
  return all(records, (record) => parse(record as string[]));
}

function memberOf([generation, id]: readonly string[]): Member | undefined {
  return isText(id) && isCount(Number(generation)) ? { id, generation: Number(generation) } : undefined;
}

function targetOf(record: readonly string[]): Target | undefined {
  const member = memberOf(record);
  return member && isText(record[2]) ? { ...member, domainName: record[2] } : undefined;
}

function rulesOf(json: Json, instances: number): Rule[] | undefined {
  const paths = isObject(json) ? json : { '/': json };
  const byPath = Object.entries(paths).map(([path, rule]) => {
    const alternatives = Array.isArray(rule) ? (rule as Json[]) : [[rule]];
    return all(alternatives, (alternative) => ruleOf(path, alternative, instances));
  });
  return byPath.every((rules) => rules !== undefined) ? byPath.flat() : undefined;
}

function ruleOf(path: string, json: Json, instances: number): Rule | undefined {
  if (!Array.isArray(json)) return undefined;
  const [wireTo, options = {}] = json as Json[];
  const to = isString(wireTo) ? closedOf(wireTo) : backendsOf(wireTo, instances);
  if (to === undefined || !isObject(options)) return undefined;
  const { k: sticky, m: wireConditions = [], t: certName } = options;
  const conditions = Array.isArray(wireConditions) ? all(wireConditions, conditionOf) : undefined;
  if (conditions === undefined || !isOptional(sticky) || !isOptional(certName)) return undefined;
  return {
    path,
    to,
    conditions,
    strip: options['s'] === 1,
    ...(certName === undefined ? {} : { certName }),
    ...(sticky === undefined ? {} : { sticky }),
  };
}

const isOptional = (json: Json): json is string | undefined => json === undefined || isText(json);

function closedOf(letter: Json): ClosedState | undefined {
  const state = stateOf(letter);
  return state === 'live' || state === 'draining' ? undefined : state;
}

function backendsOf(json: Json, instances: number): Backend[] | undefined {
  if (isCount(json)) {
    return isOriginPort(json)
      ? Array.from({ length: instances }, (_, instance) => ({ instance, port: json, weight: 1 }))
      : undefined;
  }
  if (!Array.isArray(json) || json.length === 0 || json.length % 3 !== 0 || !json.every(isCount))
    return undefined;
  const triples = Array.from(
    { length: json.length / 3 },
    (_, i) => json.slice(i * 3, i * 3 + 3) as [number, number, number],
  );
  const backends = triples.map(([instance, port, weight]): Backend => ({ instance, port, weight }));
  return backends.every(({ instance, port }) => instance < instances && isOriginPort(port))
    ? backends
    : undefined;
}

function conditionOf(json: Json): Condition | undefined {
  if (!Array.isArray(json) || !json.every(isString)) return undefined;
  const [letter, first = '', second = ''] = json as string[];
  if (letter === 'M') return { on: 'method', value: first };
  if (letter === 'H') return { on: 'header', name: first, value: second };
  return letter === 'Q' ? { on: 'query', name: first, value: second } : undefined;
}
