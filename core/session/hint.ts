import { type Address, decodeAddress, encodeAddress } from '../address.ts';
import type { InstanceId, Seconds } from '../wire/brands.ts';
import { CLOSED_LETTERS, type ClosedLetter, GONE_LETTER } from '../wire/layout.ts';
import { isOriginPort } from '../wire/limits.ts';
import { areNumbers, cutFields, parseNumber, printNumber } from './fields.ts';
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

/** `END.SEQUENCE.ACCESS.PORT.INSTANCE.ADDRESS`, or `END.SEQUENCE.ACCESS.LETTER`. */
export const HINT: Kind<Hint> = {
  word: 'hint',
  print: ({ endsAt, sequence, fact }) =>
    [printNumber(endsAt), printNumber(sequence), printSince(fact.since), ...printFact(fact)].join('.'),
  parse: (body) => {
    const [end, number, access, rest = ''] = cutFields(body, 3) ?? [];
    const [endsAt, sequence] = [end, number].map(parseNumber) as [number, number];
    const since = parseSince(access);
    const fact = since === undefined ? undefined : parseFact(since, rest);
    return areNumbers(endsAt, sequence) && fact ? { endsAt, sequence, fact } : undefined;
  },
};

/** Characters of the longest address, so that no hint is longer than 250. EC2's names have up to 60. */
const LONGEST_ADDRESS = 128;

/** An address as the router accepts it, and an id without a dot: a dot separates the fields. */
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

function printFact(fact: HintedFact): (string | number)[] {
  switch (fact.is) {
    case 'app':
      return [fact.port, fact.instance, encodeAddress(fact.address)];
    case 'closed':
      return [fact.letter];
    case 'gone':
      return [GONE_LETTER];
    default:
      return fact satisfies never;
  }
}

function parseFact(since: Since, text: string): HintedFact | undefined {
  if (text === GONE_LETTER) return { since, is: 'gone' };
  const letter = Object.values(CLOSED_LETTERS).find((each) => each === text);
  if (letter) return { since, is: 'closed', letter };
  const [digits = '', instance = '', word = ''] = cutFields(text, 2) ?? [];
  const address = decodeAddress(word);
  if (!address || !/^[1-9]\d*$/.test(digits)) return undefined;
  const fact: HintedFact = { since, is: 'app', port: Number(digits), address, instance };
  return isHintable(fact) ? fact : undefined;
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
