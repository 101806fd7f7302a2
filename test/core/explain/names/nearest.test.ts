import fc from 'fast-check';
import { closest, distance } from 'fastest-levenshtein';
import { expect, test } from 'vitest';
import { nearestWord } from '../../../../core/explain/names/nearest.ts';

const nearest = (word: string, known: readonly string[]) => nearestWord(word, known, distance);

test.each([
  ['helo', ['shop', 'hello'], 'hello'],
  ['hel', ['world', 'hello'], 'hello'],
  ['shpo', ['shop'], 'shop'],
  ['cart', ['shop', 'hello'], undefined],
  // Half of a short word is not a typo.
  ['abc', ['xyc'], undefined],
  ['shop', [], undefined],
])('%s among %j is %s', (word, known, meant) => {
  expect(nearest(word, known)).toBe(meant);
});

test('the first of the words with the fewest differing letters is meant', () => {
  const words = fc.array(fc.stringMatching(/^[a-d]{4,6}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.stringMatching(/^[a-d]{7,8}$/), words, (word, known) => {
      const meant = closest(word, known);
      expect(nearest(word, known)).toBe(distance(word, meant) <= 2 ? meant : undefined);
    }),
  );
});
