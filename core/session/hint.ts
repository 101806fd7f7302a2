import { type Address, decodeAddress, encodeAddress } from '../address.ts';
import type { InstanceId, Seconds } from '../wire/brands.ts';
import { CLOSED_LETTERS, type ClosedLetter, GONE_LETTER } from '../wire/layout.ts';
import { isOriginPort } from '../wire/limits.ts';
import { SEQUENCE_DIGITS, TIME_DIGITS } from '../wire/session.ts';
import { areNumbers, cutFields, parsePadded, printPadded } from './fields.ts';
import type { Kind } from './signed.ts';

/** A fact about one hostname that is newer than the entry at an edge may be. A browser carries it until the store has reached the edge. */
export interface Hint {
  endsAt: Seconds;
  /** The number of the write that made the fact. An entry with this number or a higher one is as new. */
  sequence: number;
  fact: HintedFact;
}

/** A fact that fits into a hint. It has neither the token of the hostname nor a key. */
export type HintedFact = { since: Since } & (
  | { is: 'app'; port: number; address: Address; instance: InstanceId }
  | { is: 'closed'; letter: ClosedLetter }
  | { is: 'gone' }
);

/** As in the entry: the number of the access rule, or `open` for a hostname that every viewer may open. */
export type Since = number | 'open';

/** A hint with an address lasts no longer than an edge may keep an old entry, and one without for twice as long. */
export const HINT_SECONDS: Seconds = 45;
export const CLOSED_HINT_SECONDS: Seconds = 90;

/**
 * `END.SEQUENCE.ACCESS~PORT~ADDRESS~INSTANCE`, or `END.SEQUENCE.ACCESS~LETTER`: the words of a value, with `~` for each blank. The
 * router writes the word INSTANCE to the access log, so SEQUENCE follows in it: the log then tells that an edge was behind.
 */
export const HINT: Kind<Hint> = {
  word: 'hint',
  letter: 'h',
  print: ({ endsAt, sequence, fact }) =>
    [
      printPadded(endsAt, TIME_DIGITS),
      printPadded(sequence, SEQUENCE_DIGITS),
      [printSince(fact.since), ...printFact(fact, sequence)].join('~'),
    ].join('.'),
  parse: (body) => {
    const [end, number, rest = ''] = cutFields(body, 2) ?? [];
    const endsAt = parsePadded(end, TIME_DIGITS);
    const sequence = parsePadded(number, SEQUENCE_DIGITS);
    const [access, ...words] = rest.split('~');
    const since = parseSince(access);
    const fact = since === undefined ? undefined : parseFact(since, words, sequence);
    return areNumbers(endsAt, sequence) && fact ? { endsAt, sequence, fact } : undefined;
  },
};

/** Characters of the longest address, so that no hint is longer than 261. EC2's names have up to 60. */
const LONGEST_ADDRESS = 128;

/** An address as the router accepts it, and an id. */
const ADDRESS = /^(?:6:)?(?:[a-z\d][a-z\d-]{0,62}\.)+[a-z][a-z\d-]{0,62}$/;
const INSTANCE = /^i-[\da-f]{8,17}$/;

/** Whether a hint can carry the fact. */
export function isHintable(fact: HintedFact): boolean {
  if (fact.is !== 'app') return true;
  const address = encodeAddress(fact.address);
  return (
    isOriginPort(fact.port) &&
    INSTANCE.test(fact.instance) &&
    ADDRESS.test(address) &&
    address.length <= LONGEST_ADDRESS
  );
}

function printFact(fact: HintedFact, sequence: number): (string | number)[] {
  switch (fact.is) {
    case 'app':
      return [fact.port, encodeAddress(fact.address), printInstance(fact.instance, sequence)];
    case 'closed':
      return [fact.letter];
    case 'gone':
      return [GONE_LETTER];
    default:
      return fact satisfies never;
  }
}

function parseFact(since: Since, words: readonly string[], sequence: number): HintedFact | undefined {
  const [first = '', word = '', last = ''] = words;
  if (words.length === 1) {
    if (first === GONE_LETTER) return { since, is: 'gone' };
    const letter = Object.values(CLOSED_LETTERS).find((each) => each === first);
    return letter && { since, is: 'closed', letter };
  }
  const address = decodeAddress(word);
  if (words.length !== 3 || !address || !/^[1-9]\d*$/.test(first)) return undefined;
  const [instance = ''] = last.split('_', 1);
  const fact: HintedFact = { since, is: 'app', port: Number(first), address, instance };
  return isHintable(fact) && last === printInstance(instance, sequence) ? fact : undefined;
}

/** With the number in base 36, as entries have it. */
function printInstance(instance: InstanceId, sequence: number): string {
  return `${instance}_${sequence.toString(36)}`;
}

/** The access word of an entry, without its rule. */
function printSince(since: Since): string {
  return since === 'open' ? 'o' : `g${since.toString(36)}`;
}

function parseSince(word = ''): Since | undefined {
  if (word === 'o') return 'open';
  const since = Number.parseInt(word.slice(1), 36);
  return since >= 0 && printSince(since) === word ? since : undefined;
}
