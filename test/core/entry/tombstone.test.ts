import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAddress, encodeAddress, isSameAddress } from '../../../core/address.ts';
import { decodeEntry, encodeEntry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import {
  decodeTombstone,
  encodeTombstone,
  isTombstone,
  type Tombstone,
} from '../../../core/entry/tombstone.ts';
import { anyAccess, anyAddress, anyEntry } from '../../support/values/arbitraries.ts';

const anyTombstone: fc.Arbitrary<Tombstone> = fc.record({
  access: anyAccess,
  deployment: fc.stringMatching(/^[a-z][a-z\d-]{0,31}$/),
  sequence: fc.maxSafeNat(),
  goneAt: fc.nat({ max: 4_102_444_800 }),
});

describe('a tombstone', () => {
  test('is a letter, the time and the mark', () => {
    const tombstone = { access: 'public', deployment: 'main', sequence: 42, goneAt: 1_795_440_120 } as const;
    expect(encodeTombstone(tombstone)).toBe('3 p G1795440120 main#16');
  });

  test('is decoded as encoded, and belongs to its deployment', () => {
    fc.assert(
      fc.property(anyTombstone, (tombstone) => {
        const value = encodeTombstone(tombstone);
        expect(decodeTombstone(value)).toEqual(tombstone);
        expect(deploymentOf(value)).toBe(tombstone.deployment);
      }),
    );
  });

  test('is not an entry, and no entry is a tombstone', () => {
    fc.assert(
      fc.property(anyTombstone, anyEntry, (tombstone, entry) => {
        expect(decodeEntry(encodeTombstone(tombstone))).toBeUndefined();
        expect(isTombstone(encodeEntry(entry))).toBe(false);
      }),
    );
  });

  test.each([
    '2 p G1 main#7',
    '3 p G main#7',
    '3 p Gx main#7',
    '3 p G-1 main#7',
    '3 p G1.5 main#7',
    '3 p G01 main#7',
    '3 p A1 main#7',
    '3  G1 main#7',
    '3 x G1 main#7',
    '3 p G1 i-1 main#7',
    '3 p G1 main',
    '3 p G1',
    '',
  ])('is not %j', (value) => expect(isTombstone(value)).toBe(false));
});

describe('an address', () => {
  test('is read as it was written, and is the same as itself alone', () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, (one, other) => {
        const again = decodeAddress(encodeAddress(one));
        expect(again).toEqual(one);
        expect(isSameAddress(one, again)).toBe(true);
        expect(isSameAddress(one, other)).toBe(encodeAddress(one) === encodeAddress(other));
        expect([isSameAddress(one, undefined), isSameAddress(undefined, one)]).toEqual([false, false]);
      }),
    );
  });

  test('begins as its kind says', () => {
    expect(encodeAddress({ via: 'ipv4', name: 'a.example' })).toBe('a.example');
    expect(encodeAddress({ via: 'ipv6', name: 'a.example' })).toBe('6:a.example');
    expect(encodeAddress({ via: 'vpc', origin: 'vo_1' })).toBe('@vo_1');
  });

  test.each(['', '6:', '@'])('is not %j', (word) => expect(decodeAddress(word)).toBeUndefined());
});
