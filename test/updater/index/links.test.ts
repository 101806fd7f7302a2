import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Links } from '../../../updater/index/links.ts';

const thing = fc.constantFrom('a', 'b', 'c');

test('links can be followed in both directions after any changes', () => {
  const change = fc.tuple(thing, fc.uniqueArray(thing));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const links = new Links<string, string>();
      const expected = new Map<string, readonly string[]>();
      for (const [from, to] of changes) {
        links.set(from, to);
        expected.set(from, to);
      }
      for (const each of ['a', 'b', 'c']) {
        const linked = [...expected].filter(([, to]) => to.includes(each)).map(([from]) => from);
        expect([...links.of(each)]).toEqual(expected.get(each) ?? []);
        expect([...links.to(each)].sort()).toEqual(linked.sort());
        expect(links.has(each)).toBe(linked.length > 0);
      }
    }),
    { numRuns: 300 },
  );
});
