import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../core/settings/glob.ts';

/** A second implementation that is simple and slow, with one line per case. */
function slowly(pattern: string, text: string): boolean {
  const [first] = pattern;
  const rest = pattern.slice(1);
  if (first === undefined) return text === '';
  if (first === '*') return slowly(rest, text) || (text !== '' && slowly(pattern, text.slice(1)));
  if (text === '') return false;
  if (first === '?') return slowly(rest, text.slice(1));
  if (first === '\\' && /^[*?\\]/.test(rest))
    return text[0] === rest[0] && slowly(rest.slice(1), text.slice(1));
  return text[0] === first && slowly(rest, text.slice(1));
}

describe('a pattern', () => {
  test.each([
    ['shop', 'shop', true],
    ['shop', 'shops', false],
    ['shop*', 'shop', true],
    ['*.shop', 'api.shop', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['', '', true],
    ['?', '', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['\\', '\\', true],
    ['*', 'two\nlines', true],
  ])('%j matches %j: %s', (pattern, text, expected) => expect(matchesGlob(pattern, text)).toBe(expected));

  test('agrees with matching character by character', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\\', '.'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        expect(matchesGlob(one, other)).toBe(slowly(one, other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('with many stars stops at the first character that does not match', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(10_000))).toBe(false);
    expect(matchesGlob(`${'*a'.repeat(100)}*`, 'a'.repeat(10_000))).toBe(true);
  });
});
