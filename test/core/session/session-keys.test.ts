import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_REVOKED,
  parseSessionKeys,
  printSessionKeys,
  type SessionKeys,
} from '../../../core/session/session-keys.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { FIRST_KEY, KEY_LENGTH, REVOKED } from '../../../core/wire/session.ts';
import { acceptedKeys, anyEpoch, KEYS, keyNamed } from '../../support/values/session/session-values.ts';

const [A, B, C] = [keyNamed('a'), keyNamed('b'), keyNamed('c')];
/** In place of an absent key and its blank. */
const NONE = '.'.repeat(44);
const key = fc.stringMatching(/^[\w-]{43}$/);
const anyKeys: fc.Arbitrary<SessionKeys> = fc.record(
  {
    epoch: anyEpoch,
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
    expect(printSessionKeys(KEYS)).toBe(`0000000003 ${A} ${NONE}${NONE}- -`);
    const keys = { epoch: 46, current: A, previous: B, next: C, revoked: ['abcDEF012-_x', '------------'] };
    expect(printSessionKeys({ ...keys, origin: 'a-secret/+' })).toBe(
      `0000000046 ${A} ${B} ${C} abcDEF012-_x,------------ a-secret/+`,
    );
  });

  test('is parsed as printed, and the router reads the same', () => {
    fc.assert(
      fc.property(anyKeys, (keys) => {
        const value = printSessionKeys(keys);
        expect(parseSessionKeys(value)).toEqual(keys);
        expect(Number(value.slice(0, FIRST_KEY))).toBe(keys.epoch);
        const places = [0, 1, 2].map((at) => FIRST_KEY + at * (KEY_LENGTH + 1));
        const read = places.filter((at) => value[at + KEY_LENGTH] === ' ');
        expect(read.map((at) => value.slice(at, at + KEY_LENGTH))).toEqual(acceptedKeys(keys));
        expect(value.slice(REVOKED)).toBe(`${keys.revoked.join(',') || '-'} ${keys.origin ?? '-'}`);
      }),
    );
  });

  test('fits into the store with three keys and twenty passes', () => {
    const revoked = Array.from({ length: MAX_REVOKED }, (_, n) => `pass-${1_000_000 + n}`);
    const value = printSessionKeys({
      epoch: 9_999_999_998,
      current: A,
      previous: B,
      next: C,
      revoked,
      origin: 'o'.repeat(128),
    });
    expect(value).toHaveLength(531);
    expect(value.length).toBeLessThan(LIMITS.valueBytes);
  });

  test.each<[string, SessionKeys]>([
    ['a short key', { ...KEYS, current: 'x' }],
    ['an empty key', { ...KEYS, current: '' }],
    ['an empty next key', { ...KEYS, next: '' }],
    ['no current key', { ...KEYS, current: '-' }],
    ['a negative epoch', { ...KEYS, epoch: -1 }],
    ['the epoch of passes', { ...KEYS, epoch: 9_999_999_999 }],
    ['an epoch of eleven digits', { ...KEYS, epoch: 1e10 }],
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
      '0000000003',
      `k1 3 ${A} - - - -`,
      `00003 ${A} ${NONE}${NONE}- -`,
      `0000000003 ${A} ${NONE}${NONE}-`,
    ],
    ...[
      `0000000003 ${A} ${NONE}${NONE}- - -`,
      `0000000003 ${A} ${NONE} ${NONE} - -`,
      `0000000003 ${A} - - - -`,
    ],
    ...[
      `9999999999 ${A} ${NONE}${NONE}- -`,
      `0000000003 ${A}x ${NONE}${NONE}- -`,
      ` 0000000003 ${A} ${NONE}${NONE}- -`,
    ],
    ...[
      `0000000003 ${A} ${NONE}${NONE}- -\n`,
      `0000000003 ${NONE}${A} ${NONE}- -`,
      `0000000003 ${A} ${NONE}${NONE}, -`,
    ],
    ...[`0000000003 ${A} ${NONE}${NONE}abcDEF012-_x, -`, `0000000003 ${A} ${NONE}${NONE}- é`],
    ...[`0000000003 ${A} ${NONE}${NONE}- x`, `3 p A i-0123456789abcdef0 1795436239 main#toyidc`],
  ])('is not %j', (value) => {
    expect(parseSessionKeys(value)).toBeUndefined();
  });
});
