import { decodeAddress, encodeAddress } from '../address.ts';
import { isSequence } from '../entry/mark.ts';
import { isCount, isString } from '../json.ts';
import {
  count,
  Fault,
  mapOf,
  matching,
  objectWith,
  oneOf,
  optional,
  parseDocument,
  type Schema,
  text,
  variantOf,
} from '../schema.ts';
import { isHintable, type Since } from '../session/hint.ts';
import type { Seconds } from '../wire/brands.ts';
import { CLOSED_LETTERS } from '../wire/layout.ts';
import { type Change, type Fact, isCurrent } from './change.ts';

/** The last change of each key of a shard that changed in the last four minutes. A key that is absent has no newer truth than the store. */
export type LiveChanges = ReadonlyMap<string, Change>;

/** A shard has at most this many changes, the newest ones. Without its change a key waits for the store. */
export const MOST_CHANGES = 500;

/** The changes that a shard still has at a time. */
export function currentChanges(changes: Iterable<[string, Change]>, now: Seconds): LiveChanges {
  const current = [...changes].filter(([, change]) => isCurrent(change, now));
  const newest = current.sort(([, a], [, b]) => b.sequence - a.sequence).slice(0, MOST_CHANGES);
  return new Map(newest);
}

/** Prints the file of a shard. */
export function printLiveFile(changes: LiveChanges): string {
  return JSON.stringify({
    version: 1,
    changes: Object.fromEntries([...changes].map(([key, change]) => [key, printChange(change)])),
  });
}

function printChange({ fact, ...change }: Change): object {
  return { ...change, fact: fact.is === 'app' ? { ...fact, address: encodeAddress(fact.address) } : fact };
}

/** Parses the file of a shard, or says where it differs from the output of `printLiveFile`. */
export function parseLiveFile(body: string): LiveChanges | Fault {
  const file = parseDocument(body, FILE);
  return file instanceof Fault ? file : file.changes;
}

const since: Schema<Since> = matching(
  (json): json is Since => isCount(json) || json === 'open',
  'a whole number of 0 or more, or open',
);
const sequence = matching(
  (json): json is number => isCount(json) && isSequence(json),
  'a number of a write of the store',
);
const address = (json: unknown) =>
  (isString(json) ? decodeAddress(json) : undefined) ?? new Fault('', 'an address');

const anyFact = variantOf<Fact, Fact['is']>('is', {
  app: objectWith<Extract<Fact, { is: 'app' }>>({
    ...{ is: oneOf('app'), since, port: count, address, instance: text },
  }),
  closed: objectWith<Extract<Fact, { is: 'closed' }>>({
    ...{ is: oneOf('closed'), since, letter: oneOf(...Object.values(CLOSED_LETTERS)) },
  }),
  gone: objectWith<Extract<Fact, { is: 'gone' }>>({ is: oneOf('gone'), since }),
  other: objectWith<Extract<Fact, { is: 'other' }>>({ is: oneOf('other') }),
});

/** Only a fact that fits into a hint, or `other`. */
const fact: Schema<Fact> = (json) => {
  const parsed = anyFact(json);
  if (parsed instanceof Fault || parsed.is === 'other' || isHintable(parsed)) return parsed;
  return new Fault('', 'a fact that fits into a hint');
};

const FILE = objectWith<{ version: 1; changes: LiveChanges }>({
  version: oneOf(1),
  changes: mapOf(objectWith<Change>({ sequence, at: count, until: optional(count), fact })),
});
