import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LENGTH, open, sign } from '../../../core/session/signed.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import {
  anyDeployment,
  anyHost,
  anySample,
  isMac,
  KINDS,
  keyNamed,
  mac,
} from '../../support/values/session/session-values.ts';

const KEY = keyNamed('a');
const anyScope = fc.record({ deployment: anyDeployment, host: anyHost });

describe('a signed text', () => {
  test('is opened as signed, at its own place, under the first or a later key', () => {
    fc.assert(
      fc.property(anySample, anyScope, fc.nat({ max: 2 }), ({ kind, value }, scope, place) => {
        const text = sign(kind, value, scope, KEY, mac);
        const keys = [keyNamed('b'), keyNamed('c')].toSpliced(place, 0, KEY);
        expect(open(kind, text, scope, keys, isMac)).toEqual(value);
        expect(text).toMatch(/^1\.[!-~]+\.[\da-f]{64}$/);
        expect(text.length).toBeLessThanOrEqual(MAX_LENGTH);
      }),
    );
  });

  test('is refused under another key, and without keys', () => {
    fc.assert(
      fc.property(anySample, anyScope, ({ kind, value }, scope) => {
        const text = sign(kind, value, scope, KEY, mac);
        expect(open(kind, text, scope, [keyNamed('b')], isMac)).toBeUndefined();
        expect(open(kind, text, scope, [], isMac)).toBeUndefined();
      }),
    );
  });

  test('is refused with any character changed, added or removed', () => {
    fc.assert(
      fc.property(anySample, anyScope, fc.nat(), fc.string({ maxLength: 1 }), (sample, scope, n, other) => {
        const text = sign(sample.kind, sample.value, scope, KEY, mac);
        const at = n % (text.length + 1);
        for (const end of [at, at + 1]) {
          const changed = text.slice(0, at) + other + text.slice(end);
          if (changed !== text) expect(open(sample.kind, changed, scope, [KEY], isMac)).toBeUndefined();
        }
      }),
    );
  });

  test('is refused at another hostname and in another deployment', () => {
    fc.assert(
      fc.property(anySample, anyScope, anyScope, ({ kind, value }, scope, other) => {
        const text = sign(kind, value, scope, KEY, mac);
        const { deployment, host } = other;
        for (const each of [other, { ...scope, host }, { ...scope, deployment }]) {
          const isSame = each.host === scope.host && each.deployment === scope.deployment;
          if (!isSame) expect(open(kind, text, each, [KEY], isMac)).toBeUndefined();
        }
      }),
    );
  });

  test('of one kind is refused as any other kind', () => {
    fc.assert(
      fc.property(anySample, anyScope, ({ kind, value }, scope) => {
        const text = sign(kind, value, scope, KEY, mac);
        for (const other of KINDS)
          if (other !== kind) expect(open(other, text, scope, [KEY], isMac)).toBeUndefined();
      }),
    );
  });

  test('of one kind is refused as another kind with the same body', () => {
    fc.assert(
      fc.property(anySample, fc.constantFrom(...KINDS), anyScope, ({ kind, value }, { letter }, scope) => {
        const text = sign(kind, value, scope, KEY, mac);
        const opened = open({ ...kind, letter }, text, scope, [KEY], isMac);
        expect(opened).toEqual(letter === kind.letter ? value : undefined);
      }),
    );
  });

  test.each(KINDS)('of kind $word refuses a hostile text without an error', (kind) => {
    const scope = { deployment: 'main', host: 'shop.dev.example.com' };
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 9 }), (words) => {
        for (const text of [words.join('.'), `1.${words.join('.')}.${KEY}`])
          expect(open(kind, text, scope, [KEY], isMac)).toBeUndefined();
      }),
    );
  });

  test.each(KINDS)('has a letter in its MAC: $letter is not that of another kind', ({ letter }) => {
    expect(KINDS.filter((kind) => kind.letter === letter)).toHaveLength(1);
  });
});
