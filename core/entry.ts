/**
 * The entry: what is known about one hostname, and the codec between it and its value in the store.
 */
import {
  FORMAT_VERSION,
  STATE_LETTERS,
  type WireInstance,
  type WireRule,
  type WireRuleOptions,
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

/** One matching rule. Rules stand in the order in which they are tried: the first that matches wins. */
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
  const facts = [FORMAT_VERSION, entry.owner, STATE_LETTERS[entry.state], entry.sequence];
  const parts = isServing(entry)
    ? [entry.instances.map(wireInstance), entry.rules.map(wireRule), entry.token]
    : [entry.instances.map((member) => [member.id, member.generation])];
  const options = entry.expiresAt === undefined ? [] : [{ e: entry.expiresAt }];
  return JSON.stringify([...facts, ...parts, ...options]);
}

function wireInstance(target: Target, _index: number, all: readonly Target[]): WireInstance {
  const wire = [target.id, target.generation, target.domainName] as const;
  return all.length > 1 ? [...wire, seedOf(target.id)] : wire;
}

function wireRule(rule: Rule): WireRule {
  const to = typeof rule.to === 'string' ? STATE_LETTERS[rule.to] : wireBackends(rule.to);
  const options: WireRuleOptions = {
    ...(rule.sticky === undefined ? {} : { k: rule.sticky }),
    ...(rule.conditions.length === 0 ? {} : { m: rule.conditions.map(wireCondition) }),
    ...(rule.strip ? { s: 1 as const } : {}),
    ...(rule.certName === undefined ? {} : { t: rule.certName }),
  };
  return Object.keys(options).length === 0 ? [rule.path, to] : [rule.path, to, options];
}

function wireBackends(backends: readonly Backend[]): number[] {
  const flat: number[] = [];
  for (const backend of backends) flat.push(backend.instance, backend.port, backend.weight);
  if (flat.length > 3 || flat[2] !== 1) return flat;
  return flat[1] === 80 ? flat.slice(0, 1) : flat.slice(0, 2);
}

function wireCondition(condition: Condition): string[] {
  const letter = CONDITION_LETTERS[condition.on];
  return condition.on === 'method' ? [letter, condition.value] : [letter, condition.name, condition.value];
}

/**
 * The entry that a value holds, or `undefined` for anything that `encodeEntry` of this version would not write:
 * another version, a state or option it does not know, wrong types, an index out of range, a key's plain text.
 */
export function decodeEntry(value: string): Entry | undefined {
  const wire = parseArray(value);
  if (wire === undefined || wire[0] !== FORMAT_VERSION) return undefined;
  const [, owner, letter, sequence, members] = wire;
  const state = stateOf(letter);
  if (!isText(owner) || state === undefined || !isCount(sequence) || !Array.isArray(members))
    return undefined;
  const serving = state === 'live' || state === 'draining';
  const options = wire[serving ? 7 : 5];
  if (wire.length > (serving ? 8 : 6) || !isOptions(options, 'e')) return undefined;
  if (options?.['e'] !== undefined && !isCount(options['e'])) return undefined;
  const expiry = options?.['e'] === undefined ? {} : { expiresAt: options['e'] as number };
  const facts = { owner, sequence, ...expiry };
  if (!serving) {
    const instances = all(members, memberOf);
    return instances && { ...facts, state: state as ClosedState, instances };
  }
  const instances = all(members, targetOf);
  const rules =
    Array.isArray(wire[5]) && instances ? all(wire[5], (rule) => ruleOf(rule, instances.length)) : undefined;
  const token = wire[6];
  return instances && rules && isString(token)
    ? { ...facts, state: state as ServingState, instances, rules, token }
    : undefined;
}

type Json = unknown;

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
const isCount = (json: Json): json is number => Number.isInteger(json) && (json as number) >= 0;

function isOptions(json: Json, known: string): json is Record<string, Json> | undefined {
  if (json === undefined) return true;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  return Object.keys(json).every((key) => key.length === 1 && known.includes(key));
}

function stateOf(letter: Json): EntryState | undefined {
  const found = Object.entries(STATE_LETTERS).find((pair) => pair[1] === letter);
  return found?.[0] as EntryState | undefined;
}

function memberOf(json: Json): Member | undefined {
  if (!Array.isArray(json)) return undefined;
  const [id, generation] = json as Json[];
  return isText(id) && isCount(generation) ? { id, generation } : undefined;
}

function targetOf(json: Json): Target | undefined {
  const member = memberOf(json);
  const domainName = Array.isArray(json) ? (json[2] as Json) : undefined;
  return member && isText(domainName) ? { ...member, domainName } : undefined;
}

function ruleOf(json: Json, instances: number): Rule | undefined {
  if (!Array.isArray(json) || json.length > 3) return undefined;
  const [path, wireTo, options] = json as Json[];
  const to = Array.isArray(wireTo) ? backendsOf(wireTo, instances) : closedOf(wireTo);
  if (!isText(path) || to === undefined || !isOptions(options, 'kmst')) return undefined;
  const { k: sticky, m: wireConditions = [], s: strip, t: certName } = options ?? {};
  const conditions = Array.isArray(wireConditions) ? all(wireConditions, conditionOf) : undefined;
  if (conditions === undefined || (strip !== undefined && strip !== 1)) return undefined;
  if ((sticky !== undefined && !isText(sticky)) || (certName !== undefined && !isText(certName)))
    return undefined;
  return {
    path,
    to,
    conditions,
    strip: strip === 1,
    ...(certName === undefined ? {} : { certName }),
    ...(sticky === undefined ? {} : { sticky }),
  };
}

function closedOf(letter: Json): ClosedState | undefined {
  const state = stateOf(letter);
  return state === 'live' || state === 'draining' ? undefined : state;
}

function backendsOf(flat: readonly Json[], instances: number): Backend[] | undefined {
  const full = flat.length === 1 ? [...flat, 80, 1] : flat.length === 2 ? [...flat, 1] : flat;
  if (full.length === 0 || full.length % 3 !== 0 || !full.every(isCount)) return undefined;
  const backends: Backend[] = [];
  for (let i = 0; i < full.length; i += 3) {
    const [instance, port, weight] = full.slice(i, i + 3) as [number, number, number];
    if (instance >= instances || !isOriginPort(port)) return undefined;
    backends.push({ instance, port, weight });
  }
  return backends;
}

function conditionOf(json: Json): Condition | undefined {
  if (!Array.isArray(json) || !json.every(isString)) return undefined;
  const [letter, first = '', second = ''] = json as string[];
  if (letter === 'M') return { on: 'method', value: first };
  if (letter === 'H') return { on: 'header', name: first, value: second };
  return letter === 'Q' ? { on: 'query', name: first, value: second } : undefined;
}
