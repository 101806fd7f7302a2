import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits, type Edit, offsetBefore } from '../../build/edits.ts';

/** Edits that do not overlap, in any order. */
const edits = (length: number): fc.Arbitrary<Edit[]> =>
  fc
    .uniqueArray(fc.tuple(fc.nat(length), fc.string({ maxLength: 4 })), {
      selector: ([at]) => at,
      maxLength: 6,
    })
    .chain((places) => {
      const sorted = [...places].sort(([a], [b]) => a - b);
      const list = sorted.map(([start, text], index) => {
        const next = sorted[index + 1]?.[0] ?? length;
        return { start, end: Math.min(next, start + (index % 3)), text };
      });
      return fc.shuffledSubarray(list, { minLength: list.length });
    });

const cases = fc.string({ maxLength: 30 }).chain((text) => fc.tuple(fc.constant(text), edits(text.length)));

describe('edits', () => {
  test('are made at their place, in whatever order they come', () => {
    const insert = { start: 1, end: 1, text: 'xy' };
    const replace = { start: 2, end: 4, text: '-' };
    expect(applyEdits('abcde', [replace, insert])).toBe('axyb-e');
  });

  test('can be followed back: what was not edited has its old offset', () => {
    fc.assert(
      fc.property(cases, ([text, list]) => {
        const edited = applyEdits(text, list);
        for (let offset = 0; offset < edited.length; offset++) {
          const before = offsetBefore(list, offset);
          const isInserted = list.some(({ start, text: inserted }) => before === start && inserted !== '');
          if (!isInserted) expect(text[before]).toBe(edited[offset]);
        }
      }),
    );
  });
});
