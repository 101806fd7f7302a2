import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  keysOf,
  MAX_REVOKED,
  parseSessionKeys,
  printSessionKeys,
  type SessionKeys,
} from '../../../core/session/session-keys.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { FIRST_KEY, KEY_END, KEYS_EPOCH, REVOKED } from '../../../core/wire/session.ts';
import { KEYS, keyNamed } from '../../support/values/session/session-values.ts';

const [A, B, C] = [keyNamed('a'), keyNamed('b'), keyNamed('c')];
const key = fc.stringMatching(/^[\w-]{43}$/);
const anyKeys: fc.Arbitrary<SessionKeys> = fc.record(
  {
    epoch: fc.maxSafeNat(),
    current: key,
    previous: key,
    next: key,
    revoked: fc.array(fc.stringMatching(/^[\w-]{12}$/), { maxLength: MAX_REVOKED }),
    origin: fc.stringMatching(/^[!-~]{2,128}$/),
  },
  { requiredKeys: ['epoch', 'current', 'revoked'] },
);

describe('the value of :keys', () => {
  test('has epoch, current, previous and next key, revoked passes and the origin secret', () => {
    expect(printSessionKeys(KEYS)).toBe(`k1 3 ${A} - - - -`);
    const keys = { epoch: 46, current: A, previous: B, next: C, revoked: ['abcDEF012-_x', '------------'] };
    expect(printSessionKeys({ ...keys, origin: 'a-secret/+' })).toBe(
      `k1 46 ${A} ${B} ${C} abcDEF012-_x,------------ a-secret/+`,
    );
  });

  test('is parsed as printed, and the router reads the same', () => {
    fc.assert(
      fc.property(anyKeys, (keys) => {
        const value = printSessionKeys(keys);
        expect(parseSessionKeys(value)).toEqual(keys);
        const words = value.split(' ');
        expect(words[KEYS_EPOCH]).toBe(String(keys.epoch));
        expect(words.slice(FIRST_KEY, REVOKED).filter((word) => word[KEY_END])).toEqual(keysOf(keys));
        expect(words[REVOKED]).toBe(keys.revoked.join(',') || '-');
      }),
    );
  });

  test('fits into the store with three keys and twenty passes', () => {
    const revoked = Array.from({ length: MAX_REVOKED }, (_, n) => `pass-${1_000_000 + n}`);
    const value = printSessionKeys({
      epoch: Number.MAX_SAFE_INTEGER,
      current: A,
      previous: B,
      next: C,
      revoked,
      origin: 'o'.repeat(128),
    });
    expect(value).toHaveLength(540);
    expect(value.length).toBeLessThan(LIMITS.valueBytes);
  });

  test.each<[string, SessionKeys]>([
    ['a short key', { ...KEYS, current: 'x' }],
    ['an empty key', { ...KEYS, current: '' }],
    ['an empty next key', { ...KEYS, next: '' }],
    ['no current key', { ...KEYS, current: '-' }],
    ['a negative epoch', { ...KEYS, epoch: -1 }],
    ['the id of a pass with another length', { ...KEYS, revoked: ['abc'] }],
    ['an origin secret of two words', { ...KEYS, origin: 'a b' }],
    ['an origin secret that is too long', { ...KEYS, origin: 'o'.repeat(129) }],
    ['twenty-one passes', { ...KEYS, revoked: Array.from({ length: 21 }, () => 'abcDEF012-_x') }],
  ])('is not printed with %s', (_, keys) => {
    expect(() => printSessionKeys(keys)).toThrow(RangeError);
  });

  test('is not printed with a secret in the message', () => {
    for (const keys of [
      { ...KEYS, current: 'secret' },
      { ...KEYS, origin: 'a secret' },
    ])
      expect(() => printSessionKeys(keys)).not.toThrow(/secret/);
  });

  test.each([
    ...[
      '',
      'k1',
      `k2 3 ${A} - - - -`,
      `k1 3 ${A} - - -`,
      `k1 3 ${A} - - - - -`,
      `k1 3 ${A} - -  - -`,
      `k1  ${A} - - - -`,
    ],
    ...[
      `k1 03 ${A} - - - -`,
      `k1 3 ${A}x - - - -`,
      ` k1 3 ${A} - - - -`,
      `k1 3 ${A} - - - -\n`,
      `k1 3 - ${A} - - -`,
    ],
    ...[
      `k1 3 ${A} - - , -`,
      `k1 3 ${A} - - abcDEF012-_x, -`,
      `k1 3 ${A} - - - é`,
      `k1 3 ${A} - - - x`,
      `3 p A i-0123456789abcdef0 1795436239 main#toyidc`,
    ],
  ])('is not %j', (value) => {
    expect(parseSessionKeys(value)).toBeUndefined();
  });
});
