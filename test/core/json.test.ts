import { describe, expect, test } from 'vitest';
import { elementsOf, isDeeperThan, parseInstant, parseJson, parseText, quoted } from '../../core/json.ts';

describe('text of an event', () => {
  test.each([
    ['as it is', 'RunInstances', 'RunInstances'],
    ['without blanks around it', '  a b\t', 'a b'],
    ['with a blank for each control character', 'a\u001b[2J\nb', 'a [2J b'],
    ['cut after 256 characters', 'x'.repeat(300), 'x'.repeat(256)],
  ])('is kept %s', (_how, value, text) => expect(parseText(value)).toBe(text));

  test.each([[''], [' \n '], [7], [null], [undefined], [['a']], [{ a: 1 }]])(
    'does not exist in %j',
    (value) => expect(parseText(value)).toBeUndefined(),
  );
});

describe('a value in a message', () => {
  test.each([
    ['a', '"a"'],
    ['"\n', '"\\"\\n"'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(79)}…"`],
  ])('is quoted, and short: %j', (text, shown) => expect(quoted(text)).toBe(shown));
});

describe('a set of CloudTrail', () => {
  test.each([
    [{ items: [1, 2] }, [1, 2]],
    [{ item: [1] }, [1]],
    [{ item: { a: 1 } }, [{ a: 1 }]],
    [
      [1, 2],
      [1, 2],
    ],
    ['one', ['one']],
    [{}, [{}]],
    [null, []],
    [undefined, []],
  ])('%j has the elements %j', (set, elements) => expect(elementsOf(set)).toEqual(elements));
});

describe('a time in an event', () => {
  test.each([
    ['2026-03-02T09:15:30Z', '2026-03-02T09:15:30.000Z'],
    ['2026-03-02 09:15:30', '2026-03-02T09:15:30.000Z'],
    ['2026-03-02T09:15:30.123456789Z', '2026-03-02T09:15:30.123Z'],
    ['2026-03-02T09:15:30+02:00', '2026-03-02T07:15:30.000Z'],
    [' 2026-03-02T09:15:30-01:30 ', '2026-03-02T10:45:30.000Z'],
  ])('%s is %s', (value, instant) => expect(parseInstant(value)).toBe(instant));

  test.each([
    '2026-03-02',
    '09:15:30',
    '2026-13-02T09:15:30Z',
    'x2026-03-02T09:15:30Z',
    '2026-03-02T09:15:30Zx',
    '2026-03-02T09:15:30+0200',
    1,
    null,
  ])('%s is invalid', (value) => expect(parseInstant(value)).toBeUndefined());
});

test.each([
  ['null', 0],
  ['"text"', 0],
  ['[]', 1],
  ['{"a":null}', 1],
  ['[[]]', 2],
  ['{"a":[1,{"b":2}]}', 3],
])('the depth of %s is %d', (text, levels) => {
  const json = parseJson(text) ?? null;
  expect([0, 1, 2, 3].map((each) => isDeeperThan(json, each))).toEqual(
    [0, 1, 2, 3].map((each) => each < levels),
  );
});

test('text that is not JSON has no depth, and null is JSON', () => {
  expect(['{"a":1}', 'null', '{', ''].map(parseJson)).toEqual([{ a: 1 }, null, undefined, undefined]);
});
