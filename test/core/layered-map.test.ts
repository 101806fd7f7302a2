import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LayeredMap } from '../../core/layered-map.ts';

/** A change: keys to set, and then keys to delete. */
type Step = [puts: [number, string][], deletes: number[]];

/** More keys than a version may have differences from its base. */
const KEYS = Array.from({ length: 400 }, (_, at) => at);
const key = fc.nat({ max: 399 });
const value = fc.constantFrom('', 'A', 'B');
const pairs = (maxLength: number) => fc.array(fc.tuple(key, value), { maxLength, size: 'max' });
const step: fc.Arbitrary<Step> = fc.tuple(pairs(120), fc.array(key, { maxLength: 60, size: 'max' }));
const history = fc.tuple(pairs(300), fc.array(step, { maxLength: 8 }));

/** The same change of a plain map. */
function changed(map: ReadonlyMap<number, string>, [puts, deletes]: Step): Map<number, string> {
  const next = new Map([...map, ...puts]);
  for (const each of deletes) next.delete(each);
  return next;
}

/** All versions of a map, plain and layered. */
function versionsOf([start, steps]: [[number, string][], Step[]]) {
  const versions = [{ plain: new Map(start), layered: LayeredMap.from(new Map(start)) }];
  for (const [puts, deletes] of steps) {
    const { plain, layered } = versions.at(-1) as (typeof versions)[number];
    versions.push({
      plain: changed(plain, [puts, deletes]),
      layered: layered.with(new Map(puts), deletes),
    });
  }
  return versions;
}

describe('a layered map', () => {
  test('equals a plain map with the same history, in order too, and so does each older version', () => {
    fc.assert(
      fc.property(history, (each) => {
        for (const { plain, layered } of versionsOf(each)) {
          expect([...layered]).toEqual([...plain]);
          expect([[...layered.keys()], [...layered.values()]]).toEqual([
            [...plain.keys()],
            [...plain.values()],
          ]);
          const visited: [number, string][] = [];
          layered.forEach((text, at) => {
            visited.push([at, text]);
          });
          expect(visited).toEqual([...plain]);
          expect(layered.size).toBe(plain.size);
          expect(KEYS.map((at) => layered.get(at))).toEqual(KEYS.map((at) => plain.get(at)));
          expect(KEYS.filter((at) => layered.has(at))).toEqual(KEYS.filter((at) => plain.has(at)));
          const { base, changes } = layered;
          expect(new Map(base.with(changes.puts, changes.deletes))).toEqual(plain);
          expect(base.hasBaseOf(layered)).toBe(true);
        }
      }),
    );
  });

  test('knows the keys that differ between any two versions', () => {
    const differing = (left: ReadonlyMap<number, string>, right: ReadonlyMap<number, string>) =>
      [...new Set([...left.keys(), ...right.keys()])].filter((at) => left.get(at) !== right.get(at)).sort();
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (each, a, b) => {
        const versions = versionsOf(each);
        const [left, right] = [versions[a % versions.length], versions[b % versions.length]];
        if (left === undefined || right === undefined) return;
        const expected = differing(left.plain, right.plain);
        expect(LayeredMap.differingKeys(left.layered, right.layered).sort()).toEqual(expected);
        expect(LayeredMap.differingKeys(left.layered, right.plain).sort()).toEqual(expected);
      }),
    );
  });

  test('does not follow later changes of the map that it was made from', () => {
    const plain = new Map([['shop', 'A']]);
    const layered = LayeredMap.from<string, string>(plain);
    plain.set('shop', 'B');
    expect(layered.get('shop')).toBe('A');
    expect(LayeredMap.from(layered)).toBe(layered);
  });

  test('of thirty thousand keys copies some hundreds for a change, on average', () => {
    const first = LayeredMap.from(
      new Map(Array.from({ length: 30_000 }, (_, at): [number, string] => [at, 'A'])),
    );
    const set = vi.spyOn(Map.prototype, 'set');
    onTestFinished(() => set.mockRestore());
    let last = first;
    for (let change = 0; change < 1_000; change++) last = last.with(new Map([[change, 'B']]), []);
    expect(set.mock.calls.length / 1_000).toBeLessThan(300);
    expect(last.size).toBe(30_000);
  });
});
