import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { showable } from '../../cli/show.ts';
import { COLUMNS, countColumns, cut, wrap } from '../../cli/wrap.ts';

/** Letters of one column and of two, accents of their own, families of emoji, and characters that a terminal would obey. */
const letter = fc.constantFrom(
  'a',
  'é',
  'e\u0301',
  '山',
  '８',
  '한',
  '🚀',
  '👩‍👩‍👧',
  '🇩🇪',
  '\u202e',
  '\u001b',
  '…',
  '–',
);
const word = fc.array(letter, { minLength: 1, maxLength: 12 }).map((letters) => letters.join(''));
/** True for a text that a terminal would obey, so that it is shown in other characters. */
const hasObeyed = (each: string) => showable(each) !== each;
const text = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(' '));

describe('the columns of a text', () => {
  test.each([
    ['shop', 4],
    ['山田', 4],
    ['８０', 4],
    ['e\u0301', 1],
    ['🚀', 2],
    ['👩‍👩‍👧', 2],
    ['\u1112\u1161\u11ab', 2],
    ['…–→←', 4],
    ['', 0],
  ])('are those of a terminal: %s takes %i', (given, columns) => {
    expect(countColumns(given)).toBe(columns);
  });
});

describe('a text in lines', () => {
  test('breaks at the column where a terminal would', () => {
    const owner = '山田'.repeat(9);
    expect(wrap('    ', `owner ${owner} ${owner} ${owner}`)).toEqual([
      `    owner ${owner}`,
      `    ${owner} ${owner}`,
    ]);
  });

  test('is indented as wide as its beginning', () => {
    const [, second] = wrap('名前: ', 'x '.repeat(60).trim());
    expect(second).toMatch(/^ {6}x/);
  });

  test('fits into 80 columns, except for a word that is longer, and loses nothing', () => {
    const plain = text.filter((each) => !hasObeyed(each));
    fc.assert(
      fc.property(plain, (given) => {
        const lines = wrap('  ! ', given);
        expect(lines.map((line) => line.slice(4)).join(' ')).toBe(given);
        for (const line of lines)
          if (line.slice(4).includes(' ')) expect(countColumns(line)).toBeLessThanOrEqual(COLUMNS);
      }),
    );
  });

  test('counts a character that a terminal would obey as it is shown', () => {
    const lines = wrap('', `${'\u202e'.repeat(10)} ${'\u202e'.repeat(10)}`);
    expect(lines).toEqual([String.raw`\u202e`.repeat(10), String.raw`\u202e`.repeat(10)]);
  });
});

describe('a text that is cut', () => {
  test('fits into 80 columns, and is the text or its beginning with an ellipsis', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = cut(given);
        expect(countColumns(shown)).toBeLessThanOrEqual(COLUMNS);
        expect(/\p{Surrogate}/u.test(shown)).toBe(false);
        if (!hasObeyed(given)) expect(given.startsWith(shown.replace(/…$/, ''))).toBe(true);
      }),
    );
  });

  test.each([
    ['x'.repeat(80), 'x'.repeat(80)],
    ['x'.repeat(81), `${'x'.repeat(79)}…`],
    [`${'x'.repeat(78)}🚀🚀`, `${'x'.repeat(78)}…`],
    ['山'.repeat(41), `${'山'.repeat(39)}…`],
    ['→'.repeat(3) + 'x'.repeat(90), `→→→${'x'.repeat(76)}…`],
  ])('ends at a whole letter: %s', (given, shown) => {
    expect(cut(given)).toBe(shown);
  });
});
