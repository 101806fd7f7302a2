/**
 * The entry: what is known about one hostname, and the codec between it and its value in the store.
 */
import { isCount, isString, isText, type Json, parseAll, parseJson } from '../json.ts';
import { CLOSED_LETTERS, ENDLESS_HEAD, FORMAT_VERSION } from '../wire/layout.ts';
import { seedOf } from '../wire/pick.ts';
import type { ClosedState, Rule, ServingState } from './rule.ts';
import { closedStateOf, isFlat, rulesOf, wireRules } from './wire-rules.ts';

/** An instance as an entry names it: its id, one word, and EC2's LaunchTime in epoch seconds. */
export interface Member {
  id: string;
  launchedAt: number;
}

/** A member that can be reached. */
export interface Target extends Member {
  /** A public DNS name: CloudFront refuses addresses. */
  domainName: string;
}

interface EntryFacts {
  /** The deployment that wrote the entry and alone may change it: one word. */
  deployment: string;
  /** Grows with every write of this deployment, deletes in between or not: of two values for a name the higher is newer. */
  sequence: number;
  /** Epoch seconds from which on the entry routes nobody. */
  expiresAt?: number;
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
  /** Epoch seconds at which the members lose the name, unless their tags are right by then. */
  claimEndsAt?: number;
};

export type Entry = ServingEntry | ClosedEntry;

export function isServing(entry: Entry): entry is ServingEntry {
  return entry.state === 'live' || entry.state === 'draining';
}

/** An entry as its value in the store, in the shortest form: what is a default is left out. */
export function encodeEntry(entry: Entry): string {
  return `${FORMAT_VERSION} ${isServing(entry) ? servingWords(entry) : closedWords(entry)} ${markWord(entry)}`;
}

/** `main#tokxlt`: in base 36 a number of epoch seconds takes six characters instead of ten. */
function markWord({ deployment, sequence }: Mark): string {
  return `${deployment}#${sequence.toString(36)}`;
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
  const records = instances.map(({ domainName, id, launchedAt }) => `${domainName} ${id} ${launchedAt}`);
  const end = state === 'draining' ? [expiresAt, 1] : expiresAt === 0 ? [] : [expiresAt];
  if (records.length < 2) {
    const isPlain = records.length === 1 && end.length === 0 && isFlat(rules);
    const facts = isPlain ? [jsonWord(rules), token] : [headOf([rules, token, 0, 0, ...end])];
    return [...facts, ...records].join(' ');
  }
  const width = 1 + Math.max(...records.map((record) => record.length));
  const seeds = instances.map(({ id }) => seedOf(id));
  // What follows the last instance is parted from it by one of the blanks that fill it up.
  const pool = records
    .map((record) => record.padEnd(width))
    .join('')
    .slice(0, -1);
  return `${headOf([rules, token, width, seeds, ...end])} ${pool}`;
}

/** A head without what is not needed at its end. */
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
 * The entry that a value holds, or `undefined` for anything that `encodeEntry` of this version would not write, byte by
 * byte: another version, a state or option it does not know, wrong types or offsets, a key's plain text.
 */
export function decodeEntry(value: string): Entry | undefined {
  const [version, ...words] = value.split(' ');
  const mark = markOf(words.pop());
  const entry = mark && version === FORMAT_VERSION ? entryOf(words, mark) : undefined;
  return entry && encodeEntry(entry) === value ? entry : undefined;
}

/**
 * The deployment that wrote a value, in whatever version: the mark stays the last word in all of them, so that a value
 * from before an upgrade or a rollback is not taken for somebody else's. Undefined for what no deployment wrote.
 */
export function deploymentOf(value: string): string | undefined {
  // Version 1, which no release had, was a JSON array with the deployment in the third place.
  if (value.startsWith('[1,')) {
    const deployment = (parseJson(value) as Json[] | undefined)?.[2];
    return isText(deployment) ? deployment : undefined;
  }
  return /^\d+ .*?([^ ]+)#[\da-z]+$/s.exec(value)?.[1];
}

type Mark = Pick<Entry, 'deployment' | 'sequence'>;

/** Who wrote the value, and its sequence number, from the word that `markWord` made. */
function markOf(word = ''): Mark | undefined {
  const [, deployment, digits = ''] = /^(.+)#([\da-z]+)$/.exec(word) ?? [];
  const sequence = Number.parseInt(digits, 36);
  return deployment !== undefined && isCount(sequence) ? { deployment, sequence } : undefined;
}

function entryOf([fact = '', ...words]: readonly string[], mark: Mark): Entry | undefined {
  if (/^[A-Z]/.test(fact)) return closedOf(mark, fact, words);
  const json = parseJson(fact);
  if (!Array.isArray(json)) {
    const [token, ...records] = words;
    return servingOf({ ...mark, state: 'live' }, json, token, records);
  }
  const [rules, token, , , expiry = 0, draining] = json as Json[];
  const lease = leaseOf(expiry);
  const facts = lease && ({ ...mark, ...lease, state: draining === 1 ? 'draining' : 'live' } as const);
  return facts && servingOf(facts, rules, token, words.filter(isText));
}

function closedOf(mark: Mark, fact: string, words: readonly string[]): ClosedEntry | undefined {
  const state = closedStateOf(fact.slice(0, 1));
  const lease = leaseOf(Number(fact.slice(1)));
  // Members are two words each.
  const [end, members] =
    words.length % 2 === 0 ? [[], words] : [words.slice(0, 1).map(Number), words.slice(1)];
  const instances = recordsOf(members, 2, memberOf);
  if (!state || !lease || !instances || !end.every(isInstant)) return undefined;
  const [claimEndsAt] = end;
  return { ...mark, ...lease, ...(claimEndsAt === undefined ? {} : { claimEndsAt }), state, instances };
}

function servingOf(
  facts: Mark & Pick<ServingEntry, 'state' | 'expiresAt'>,
  wire: Json,
  token: Json,
  words: readonly string[],
): ServingEntry | undefined {
  const instances = recordsOf(words, 3, targetOf);
  const rules = instances && rulesOf(wire, instances.length);
  return instances && rules && isString(token) ? { ...facts, instances, rules, token } : undefined;
}

/** Seconds of the last instant that a Date can tell (ECMA-262, "Time Values"): beyond it nobody could print the expiry. */
const LAST_SECOND = 8_640_000_000_000;

/** 0 is no end. */
function leaseOf(expiry: Json): { expiresAt?: number } | undefined {
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

function targetOf([domainName, ...member]: readonly string[]): Target | undefined {
  const known = memberOf(member);
  return known && isText(domainName) ? { ...known, domainName } : undefined;
}
