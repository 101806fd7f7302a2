/**
 * The entry: what is known about one hostname, and the codec between it and its value in the store.
 */
import { all, isCount, isJsonObject, isString, isText, type Json } from './json.ts';
import { FORMAT_VERSION, STATE_LETTERS } from './layout.ts';
import { seedOf } from './pick.ts';
import type { ClosedState, Rule, ServingState } from './rule.ts';
import { depthOf, isPaths, rulesOf, stateOf, wireRules } from './wire-rules.ts';

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
  if (records.length < 2) return joined(depth !== 0 ? [...head, depth] : head, records.join(' '));
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

/**
 * The entry that a value holds, or `undefined` for anything that `encodeEntry` of this version would not write, byte by
 * byte: another version, a state or option it does not know, wrong types or offsets, a key's plain text.
 */
export function decodeEntry(value: string): Entry | undefined {
  const wire = parseArray(value);
  const entry = wire === undefined || wire[0] !== FORMAT_VERSION ? undefined : entryOf(wire);
  return entry && encodeEntry(entry) === value ? entry : undefined;
}

/**
 * The deployment that wrote a value, in whatever version: the owner stays where it is in all of them, so that a value
 * from before an upgrade or a rollback is not taken for somebody else's. Undefined for what no deployment wrote.
 */
export function ownerOf(value: string): string | undefined {
  const wire = parseArray(value);
  return wire && isCount(wire[0]) && isText(wire[2]) ? wire[2] : undefined;
}

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

/** Seconds of the last instant that a Date can tell (ECMA-262, "Time Values"): beyond it nobody could print the expiry. */
const LAST_SECOND = 8_640_000_000_000;

function expiryOf(options: Json): { expiresAt?: number } | undefined {
  if (options === 0) return {};
  const end = isJsonObject(options) ? options['e'] : undefined;
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
