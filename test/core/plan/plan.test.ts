import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Access, numbered } from '../../../core/entry/access.ts';
import { type ClosedEntry, decodeEntry, type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import {
  applyChanges,
  type Entries,
  isEmpty,
  nextSequence,
  ownedEntries,
  plan,
} from '../../../core/plan/plan.ts';
import { anyEntry, hostileText } from '../../support/values/arbitraries.ts';
import { idOf } from '../../support/values/instances.ts';

const SEQUENCE = 9_000_000;

const hostname = fc.constantFrom('a', 'b', 'c', 'd', 'e').map((label) => `${label}.dev.example.com`);
const ours = anyEntry.map((entry): Entry => ({ ...entry, deployment: 'main' }));
/** Deployments with an id that begins like ours are other deployments, too. */
const theirs = fc
  .tuple(anyEntry, fc.constantFrom('other', 'main-2', 'mai'))
  .map(([entry, deployment]): Entry => ({ ...entry, deployment }));

/** Content of a store: our entries, those of another deployment, and hand-written values. */
const anyStore: fc.Arbitrary<Entries> = fc
  .dictionary(hostname, fc.oneof(ours.map(encodeEntry), theirs.map(encodeEntry), hostileText))
  .map((values) => new Map(Object.entries(values)));

const anyDesired = fc
  .dictionary(hostname, ours)
  .map((entries): ReadonlyMap<string, Entry> => new Map(Object.entries(entries)));

const asleep = (sequence: number, deployment = 'main'): Entry => ({
  access: 'public',
  deployment,
  state: 'asleep',
  sequence,
  instances: [{ id: idOf(1), launchedAt: 1 }],
});

const unnumbered = (entries: ReadonlyMap<string, Entry>) =>
  new Map(
    [...entries].map(([key, entry]) => [key, { ...entry, access: numbered(entry.access, 0), sequence: 0 }]),
  );

describe('a plan', () => {
  test('for the present content of the store is empty', () => {
    fc.assert(
      fc.property(anyStore, (store) => {
        const { changes, occupied } = plan(store, ownedEntries(store, 'main'), 'main', SEQUENCE);
        expect(isEmpty(changes)).toBe(true);
        expect(occupied).toEqual([]);
      }),
    );
  });

  test('brings the store to the desired state, except for names of others', () => {
    fc.assert(
      fc.property(anyStore, anyDesired, (store, desired) => {
        const { changes, occupied } = plan(store, desired, 'main', SEQUENCE);
        const taken = new Set(occupied.map((each) => each.hostname));
        const wanted = new Map([...desired].filter(([key]) => !taken.has(key)));
        const reached = ownedEntries(applyChanges(store, changes), 'main');
        expect(unnumbered(reached)).toEqual(unnumbered(wanted));
      }),
    );
  });

  test('is empty after it was applied', () => {
    fc.assert(
      fc.property(anyStore, anyDesired, (store, desired) => {
        const next = applyChanges(store, plan(store, desired, 'main', SEQUENCE).changes);
        expect(isEmpty(plan(next, desired, 'main', SEQUENCE + 1).changes)).toBe(true);
      }),
    );
  });

  test('does not depend on the order of store and desired entries', () => {
    const shuffled = <K, V>(map: ReadonlyMap<K, V>) =>
      fc.shuffledSubarray([...map], { minLength: map.size }).map((pairs) => new Map(pairs));
    const both = fc.tuple(anyStore, anyDesired);
    const twice = both.chain(([a, b]) => fc.tuple(fc.constant(a), fc.constant(b), shuffled(a), shuffled(b)));
    fc.assert(
      fc.property(twice, ([store, desired, otherStore, otherDesired]) => {
        const one = plan(store, desired, 'main', SEQUENCE);
        const other = plan(otherStore, otherDesired, 'main', SEQUENCE);
        expect(other.changes).toEqual(one.changes);
        expect(new Set(other.occupied)).toEqual(new Set(one.occupied));
      }),
    );
  });

  test('changes no key of another deployment and no hand-written key', () => {
    fc.assert(
      fc.property(anyStore, anyDesired, (store, desired) => {
        const next = applyChanges(store, plan(store, desired, 'main', SEQUENCE).changes);
        for (const [key, value] of store)
          if (deploymentOf(value) !== 'main') expect(next.get(key)).toBe(value);
      }),
    );
  });

  test('numbers every value that it puts', () => {
    fc.assert(
      fc.property(anyStore, anyDesired, (store, desired) => {
        const { puts } = plan(store, desired, 'main', SEQUENCE).changes;
        const written = ownedEntries(puts, 'main');
        expect(written.size).toBe(puts.size);
        for (const entry of written.values()) expect(entry.sequence).toBe(SEQUENCE);
      }),
    );
  });
});

test('numbers that were written in base 10 are read in their order', () => {
  const numberIn = (digits: number) =>
    decodeEntry(`3 p A ${idOf(1)} 1795436239 main#${digits}`)?.sequence ?? Number.NaN;
  fc.assert(
    fc.property(fc.nat({ max: 10_000_000 }), fc.nat({ max: 10_000_000 }), (a, b) => {
      expect(Math.sign(numberIn(a) - numberIn(b))).toBe(Math.sign(a - b));
    }),
  );
});

describe('the number of a gated name', () => {
  const [RULE, OTHER] = ['group:devs', 'group:ops'];
  const gated = (since: number, rule?: string): Access => ({
    since,
    ...(rule === undefined ? {} : { rule }),
  });
  const entry = (access: Access, ...ids: number[]): ClosedEntry => ({
    ...{ access, deployment: 'main', sequence: 4, state: 'asleep' },
    instances: ids.map((id) => ({ id: idOf(id), launchedAt: 1 })),
  });
  const written = (store: string | undefined, wanted: Entry) => {
    const current = new Map(store === undefined ? [] : [['a', store]]);
    const value = plan(current, new Map([['a', wanted]]), 'main', SEQUENCE).changes.puts.get('a');
    return value === undefined ? undefined : decodeEntry(value)?.access;
  };

  test.each<[string, Access | undefined, number[], Access, number[], Access | undefined]>([
    ['a new name', undefined, [], gated(0), [1], gated(SEQUENCE)],
    ['the same rule', gated(7, RULE), [1], gated(0, RULE), [1], undefined],
    ['another rule', gated(7, RULE), [1], gated(0, OTHER), [1], gated(SEQUENCE, OTHER)],
    ['a rule that goes', gated(7, RULE), [1], gated(0), [1], gated(SEQUENCE)],
    ['a name that was open', 'open', [1], gated(0), [1], gated(SEQUENCE)],
    ['a name from before sign-in', 'public', [1], gated(0), [1], gated(SEQUENCE)],
    ['a name that becomes open', gated(7), [1], 'open', [1], 'open'],
    ['another claimant', gated(7, RULE), [1], gated(0, RULE), [2], gated(SEQUENCE, RULE)],
    ['a group with a new member', gated(7, RULE), [1], gated(0, RULE), [1, 2], gated(7, RULE)],
    ['a group whose first member left', gated(7, RULE), [1, 2], gated(0, RULE), [2], gated(7, RULE)],
  ])('is right for %s', (_, before, ids, wanted, wantedIds, after) => {
    const store = before === undefined ? undefined : encodeEntry(entry(before, ...ids));
    expect(written(store, entry(wanted, ...wantedIds))).toEqual(after);
  });

  test('is new after the name was gone', () => {
    const tombstone = encodeTombstone({ access: gated(7), deployment: 'main', sequence: 8, goneAt: 1 });
    expect(written(tombstone, entry(gated(0), 1))).toEqual(gated(SEQUENCE));
  });

  test('stays while other facts of the entry change', () => {
    const wanted: Entry = { ...entry(gated(0, RULE), 1), expiresAt: 99 };
    expect(written(encodeEntry(entry(gated(7, RULE), 1)), wanted)).toEqual(gated(7, RULE));
  });
});

describe('a name', () => {
  const held = (value: string) => plan(new Map([['a', value]]), new Map([['a', asleep(0)]]), 'main', 5);

  test('is not written again when only the sequence number differs', () => {
    expect(isEmpty(held(encodeEntry(asleep(4))).changes)).toBe(true);
  });

  test.each(['other', 'main-2', 'mai'])(
    'that deployment "%s" holds stays unchanged, is reported with its deployment, and is never deleted',
    (deployment) => {
      const value = encodeEntry(asleep(4, deployment));
      const { changes, occupied } = held(value);
      expect(isEmpty(changes)).toBe(true);
      expect(occupied).toEqual([{ hostname: 'a', deployment }]);
      const unreadable = `9 of another version ${deployment}#4`;
      for (const theirs of [value, unreadable])
        expect(isEmpty(plan(new Map([['a', theirs]]), new Map(), 'main', 5).changes)).toBe(true);
    },
  );

  test('with our mark in an unreadable version is deleted if it is not desired', () => {
    const { changes } = plan(new Map([['a', '9 of another version main#4']]), new Map(), 'main', 5);
    expect([...changes.deletes]).toEqual(['a']);
  });

  test.each(['https://example.com', '', '{"a":1}'])(
    'that holds %j by hand is reported without a deployment',
    (value) => {
      const { changes, occupied } = held(value);
      expect(isEmpty(changes)).toBe(true);
      expect(occupied).toEqual([{ hostname: 'a', deployment: undefined }]);
    },
  );

  test('that is no longer desired is deleted', () => {
    const { changes } = plan(new Map([['a', encodeEntry(asleep(4))]]), new Map(), 'main', 5);
    expect(changes).toEqual({ puts: new Map(), deletes: new Set(['a']) });
  });
});

test('changes without puts and deletes are empty', () => {
  const [none, one] = [new Map<string, string>(), new Map([['a', '']])];
  const all = [none, one].flatMap((puts) =>
    [none, one].map((gone) => ({ puts, deletes: new Set(gone.keys()) })),
  );
  expect(all.map(isEmpty)).toEqual([true, false, false, false]);
});

describe('the next sequence number', () => {
  test('is one more than the highest of the entries, the remembered number and the clock', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), fc.nat(), (sequences, known, now) => {
        const owned = new Map(sequences.map((sequence, at) => [`${at}`, asleep(sequence)]));
        expect(nextSequence(owned.values(), known, now)).toBe(1 + Math.max(known, now, ...sequences));
      }),
    );
  });

  test('ignores a hand-written number that no clock reaches', () => {
    const owned = new Map([
      ['a', asleep(Number.MAX_SAFE_INTEGER)],
      ['b', asleep(7)],
    ]);
    expect(nextSequence(owned.values(), 0, 5)).toBe(8);
    expect(nextSequence(owned.values(), Number.MAX_SAFE_INTEGER, 5)).toBe(8);
    expect(nextSequence([], 36 ** 7, 5)).toBe(6);
  });
});
