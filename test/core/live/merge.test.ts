import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change, Fact } from '../../../core/live/change.ts';
import { currentChanges } from '../../../core/live/live-file.ts';
import { addChanges, confirmChanges, isSameTruth } from '../../../core/live/merge.ts';
import { anyHintedFact } from '../../support/values/session/session-values.ts';

const NOW = 1_795_440_240;
const KEY = 'shop.dev.example.com';
const APP: Fact = {
  ...{ is: 'app', since: 7, port: 80, instance: 'i-0123456789abcdef0' },
  address: { via: 'ipv4', name: 'ec2-203-0-113-25.example.com' },
};
const GONE: Fact = { is: 'gone', since: 7 };
const OTHER: Fact = { is: 'other' };
const changed = (sequence: number, fact: Fact = OTHER, at = NOW): Change => ({ sequence, at, fact });
const only = (change: Change) => new Map([[KEY, change]]);

const anyChanges = fc
  .array(
    fc.tuple(
      fc.constantFrom('a.example.com', 'b.example.com', 'c.example.com'),
      fc.record({
        sequence: fc.integer({ min: 1, max: 4 }),
        at: fc.integer({ min: NOW - 620, max: NOW }),
        fact: fc.oneof(anyHintedFact, fc.constant(OTHER)),
      }),
    ),
  )
  .map((changes) => new Map<string, Change>(changes));

describe('adding changes', () => {
  test.each<[string, Change, Change, Change]>([
    ['keeps the higher number', changed(8), changed(7, GONE), changed(8)],
    ['takes the higher number', changed(8), changed(9, GONE), changed(9, GONE)],
    [
      'takes the later news of one number, with its first time',
      changed(8, OTHER, NOW - 5),
      changed(8, GONE),
      changed(8, GONE, NOW - 5),
    ],
  ])('%s', (_, known, news, result) => {
    expect(addChanges(only(known), only(news), NOW)).toEqual(only(result));
  });

  test('never lets the number of a key fall, and drops what is four minutes old', () => {
    fc.assert(
      fc.property(anyChanges, anyChanges, (known, news) => {
        const merged = addChanges(known, news, NOW);
        for (const [key, { sequence, at }] of merged) {
          const numbers = [known, news].map(
            (changes) => currentChanges(changes, NOW).get(key)?.sequence ?? 0,
          );
          expect(sequence).toBe(Math.max(...numbers));
          expect(at).toBeGreaterThan(NOW - 240);
        }
        expect(isSameTruth(addChanges(merged, news, NOW), merged, NOW)).toBe(true);
      }),
    );
  });
});

describe('confirming changes', () => {
  const confirm = (known: Change | undefined, found: Change | undefined, recent: string[] = []) =>
    confirmChanges(known ? only(known) : new Map(), () => found, recent, NOW).get(KEY);

  test.each<[string, Change | undefined, Change | undefined, Change | undefined]>([
    ['keeps what the store has', changed(8), changed(8), changed(8)],
    ['takes the fact that the store has', changed(8), changed(8, GONE), changed(8, GONE)],
    ['takes a newer value', changed(8), changed(9, GONE), changed(9, GONE)],
    ['drops what the store does not have', changed(8), changed(7, GONE), changed(7, GONE)],
    ['puts no older address in its place', changed(8), changed(7, APP), undefined],
    ['drops what the store lost', changed(8), undefined, undefined],
    ['keeps a hostname that is gone after its tombstone', changed(8, GONE), undefined, changed(8, GONE)],
    ['forgets an old change', changed(8, GONE, NOW - 240), undefined, undefined],
    ['does not renew an old change', changed(8, GONE, NOW - 240), changed(8, GONE, NOW - 239), undefined],
  ])('%s', (_, known, found, result) => {
    expect(confirm(known, found)).toEqual(result);
  });

  test('adds a recent change that is missing', () => {
    expect(confirm(undefined, changed(8), [KEY])).toEqual(changed(8));
  });

  test('twice is the same as once', () => {
    fc.assert(
      fc.property(anyChanges, anyChanges, (known, stored) => {
        const once = confirmChanges(known, (key) => stored.get(key), stored.keys(), NOW);
        const twice = confirmChanges(once, (key) => stored.get(key), stored.keys(), NOW);
        // A change that was dropped because of an older one leaves room for it.
        for (const [key, change] of once) expect(twice.get(key)).toEqual(change);
      }),
    );
  });
});
