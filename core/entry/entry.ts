/** The entry: the facts about one hostname, and the codec between them and the value in the store. */
import { type Address, decodeAddress, encodeAddress } from '../address.ts';
import { isCount, isString, isText, type Json, parseAll, parseJson } from '../json.ts';
import type { InstanceId, Seconds } from '../wire/brands.ts';
import { CLOSED_LETTERS, ENDLESS_HEAD, FORMAT_VERSION } from '../wire/layout.ts';
import { seedOf } from '../wire/pick.ts';
import { type Access, decodeAccess, encodeAccess } from './access.ts';
import { decodeMark, encodeMark, type Mark } from './mark.ts';
import { type ClosedState, closedStateOf, type Rule, type ServingState } from './rule.ts';
import { isFlat, rulesOf, wireRules } from './wire-rules.ts';

/** An instance in an entry: its id as one word, and EC2's LaunchTime. */
export interface Member {
  id: InstanceId;
  launchedAt: Seconds;
}

/** A member that has an address. */
export interface Target extends Member {
  address: Address;
}

interface EntryFacts extends Mark {
  access: Access;
  /** The end of the route. */
  expiresAt?: Seconds;
}

export type ServingEntry = EntryFacts & {
  state: ServingState;
  instances: readonly Target[];
  rules: readonly Rule[];
  /** HMAC of the hostname in base64url, for the origin to check; `''` for none. */
  token: string;
};

export type ClosedEntry = EntryFacts & {
  state: ClosedState;
  instances: readonly Member[];
  /** The time at which the members lose the hostname, unless their tags are right by then. */
  claimEndsAt?: Seconds;
};

export type Entry = ServingEntry | ClosedEntry;

export function isServing(entry: Entry): entry is ServingEntry {
  return entry.state === 'live' || entry.state === 'draining';
}

/** Whether an instance is behind both entries. */
export function shareMember(a: Entry, b: Entry): boolean {
  const ids = new Set(a.instances.map(({ id }) => id));
  return b.instances.some(({ id }) => ids.has(id));
}

/** Encodes an entry as its value in the store, in the shortest form: defaults are left out. */
export function encodeEntry(entry: Entry): string {
  const words = isServing(entry) ? servingWords(entry) : closedWords(entry);
  return `${FORMAT_VERSION} ${encodeAccess(entry.access)} ${words} ${encodeMark(entry)}`;
}

function closedWords({ state, instances, expiresAt, claimEndsAt }: ClosedEntry): string {
  return [
    `${CLOSED_LETTERS[state]}${expiresAt ?? ''}`,
    ...(claimEndsAt === undefined ? [] : [claimEndsAt]),
    ...instances.map(({ id, launchedAt }) => `${id} ${launchedAt}`),
  ].join(' ');
}

function servingWords({ state, instances, expiresAt = 0, token, ...entry }: ServingEntry): string {
  const rules = wireRules(entry.rules, instances.length);
  const records = instances.map(
    ({ address, id, launchedAt }) => `${encodeAddress(address)} ${id} ${launchedAt}`,
  );
  const end = state === 'draining' ? [expiresAt, 1] : expiresAt === 0 ? [] : [expiresAt];
  if (records.length < 2) {
    const isPlain = records.length === 1 && end.length === 0 && isFlat(rules);
    const facts = isPlain ? [jsonWord(rules), token] : [headOf([rules, token, 0, 0, ...end])];
    return [...facts, ...records].join(' ');
  }
  const width = 1 + Math.max(...records.map((record) => record.length));
  const seeds = instances.map(({ id }) => seedOf(id));
  // One blank of the last instance's padding already separates it from the next word.
  const pool = records
    .map((record) => record.padEnd(width))
    .join('')
    .slice(0, -1);
  return `${headOf([rules, token, width, seeds, ...end])} ${pool}`;
}

/** A head without its trailing default values. */
function headOf(facts: readonly unknown[]): string {
  const isShort = facts.length === ENDLESS_HEAD && facts[3] === 0;
  return jsonWord(isShort ? facts.slice(0, 2) : facts);
}

/** JSON in one word of ASCII: the edge's engine counts code points where ECMAScript counts UTF-16 units. */
export function jsonWord(json: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(json).replace(/[^!-~]/g, escaped);
}

/**
 * Decodes a value. Undefined unless `encodeEntry` of this version would write exactly these bytes. So another version, an
 * unknown state or option, wrong types or offsets, and the plain text of a key are all undefined.
 */
export function decodeEntry(value: string): Entry | undefined {
  const [version, accessWord = '', ...words] = value.split(' ');
  const mark = decodeMark(words.pop());
  const access = decodeAccess(accessWord);
  if (!mark || !access || version !== FORMAT_VERSION) return undefined;
  const entry = entryOf(words, { ...mark, access });
  return entry && encodeEntry(entry) === value ? entry : undefined;
}

type Common = Mark & { access: Access };

function entryOf([fact = '', ...words]: readonly string[], common: Common): Entry | undefined {
  if (/^[A-Z]/.test(fact)) return closedOf(common, fact, words);
  const json = parseJson(fact);
  if (!Array.isArray(json)) {
    const [token, ...records] = words;
    return servingOf({ ...common, state: 'live' }, json, token, records);
  }
  const [rules, token, , , expiry = 0, draining] = json as Json[];
  const lease = leaseOf(expiry);
  const facts = lease && ({ ...common, ...lease, state: draining === 1 ? 'draining' : 'live' } as const);
  return facts && servingOf(facts, rules, token, words.filter(isText));
}

function closedOf(common: Common, fact: string, words: readonly string[]): ClosedEntry | undefined {
  const state = closedStateOf(fact.slice(0, 1));
  const lease = leaseOf(Number(fact.slice(1)));
  // Each member takes two words.
  const [end, members] =
    words.length % 2 === 0 ? [[], words] : [words.slice(0, 1).map(Number), words.slice(1)];
  const instances = recordsOf(members, 2, memberOf);
  if (!state || !lease || !instances || !end.every(isInstant)) return undefined;
  const [claimEndsAt] = end;
  return { ...common, ...lease, ...(claimEndsAt === undefined ? {} : { claimEndsAt }), state, instances };
}

function servingOf(
  facts: Common & Pick<ServingEntry, 'state' | 'expiresAt'>,
  wire: Json,
  token: Json,
  words: readonly string[],
): ServingEntry | undefined {
  const instances = recordsOf(words, 3, targetOf);
  const rules = instances && rulesOf(wire, instances.length);
  return instances && rules && isString(token) ? { ...facts, instances, rules, token } : undefined;
}

/** The last second that a Date can represent (ECMA-262, "Time Values"). A later expiry could not be printed. */
const LAST_SECOND = 8_640_000_000_000;

/** 0 means that the route has no expiry. */
function leaseOf(expiry: Json): { expiresAt?: Seconds } | undefined {
  if (expiry === 0) return {};
  return isInstant(expiry) ? { expiresAt: expiry } : undefined;
}

function isInstant(seconds: Json): seconds is number {
  return isCount(seconds) && seconds <= LAST_SECOND;
}

function recordsOf<T>(
  words: readonly string[],
  length: number,
  parse: (record: readonly string[]) => T | undefined,
): T[] | undefined {
  const records = Array.from({ length: Math.ceil(words.length / length) }, (_, i) =>
    words.slice(i * length, (i + 1) * length),
  );
  return parseAll(records, (record) => parse(record as string[]));
}

function memberOf([id, launchedAt]: readonly string[]): Member | undefined {
  return isText(id) && isCount(Number(launchedAt)) ? { id, launchedAt: Number(launchedAt) } : undefined;
}

function targetOf([word = '', ...member]: readonly string[]): Target | undefined {
  const known = memberOf(member);
  const address = decodeAddress(word);
  return known && address ? { ...known, address } : undefined;
}
