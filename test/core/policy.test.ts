import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../core/entry.ts';
import { CEILING, limitInferred } from '../../core/policy.ts';
import { idOf } from '../support/instances.ts';

/** `count` names, the nth of them behind instance n alone. */
function names(count: number): Map<string, Entry> {
  return new Map(
    Array.from({ length: count }, (_, at) => [
      `app${at + 1}`,
      { owner: 'main', state: 'asleep', sequence: 1, instances: [{ id: idOf(at + 1), generation: 1 }] },
    ]),
  );
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const listed = (...ids: number[]) => new Set(ids.map(idOf));
const deleting = (...ids: number[]) => ({
  puts: new Map([['other', 'value']]),
  deletes: new Set(ids.map((id) => `app${id}`)),
});

describe('deletes that are only inferred', () => {
  test.each([
    ['5 of 10 names', 10, 5, 0],
    ['6 of 10 names', 10, 6, 6],
    ['20 of 100 names', 100, 20, 0],
    ['21 of 100 names', 100, 21, 21],
  ])('of %s at once: none or all wait', (_what, owned, gone, withheld) => {
    const changes = deleting(...numbers(1, gone));
    const guarded = limitInferred(changes, names(owned), listed(...numbers(gone + 1, owned)));
    expect(guarded.withheld).toHaveLength(withheld);
    expect(guarded.changes.deletes.size).toBe(gone - withheld);
    expect(guarded.changes.puts).toEqual(changes.puts);
  });

  test('wait without exception when the listing is empty', () => {
    const guarded = limitInferred(deleting(1), names(1), new Set());
    expect(guarded).toEqual({ changes: deleting(), withheld: ['app1'] });
  });

  test('wait for themselves alone: those with evidence go', () => {
    const guarded = limitInferred(deleting(...numbers(1, 8)), names(10), listed(7, 8, 9, 10));
    expect([...guarded.changes.deletes]).toEqual(['app7', 'app8']);
    expect(guarded.withheld).toHaveLength(6);
  });
});

describe('deletes with evidence', () => {
  test('are never limited: one listed instance of the name is enough', () => {
    const count = 200;
    const owned = names(count);
    for (const entry of owned.values())
      Object.assign(entry, { instances: [...entry.instances, { id: 'i-gone', generation: 1 }] });
    const changes = deleting(...numbers(1, count));
    expect(limitInferred(changes, owned, listed(...numbers(1, count)))).toEqual({ changes, withheld: [] });
  });
});

describe('every guard', () => {
  const scene = fc.record({
    owned: fc.integer({ min: 0, max: 60 }),
    gone: fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
    seen: fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
  });

  test('neither loses nor adds a delete, and lets no more inferred ones through than the ceiling', () => {
    fc.assert(
      fc.property(scene, ({ owned, gone, seen }) => {
        const changes = deleting(...gone.filter((id) => id <= owned));
        const guarded = limitInferred(changes, names(owned), listed(...seen));
        expect(new Set([...guarded.changes.deletes, ...guarded.withheld])).toEqual(changes.deletes);
        expect(guarded.changes.deletes.size + guarded.withheld.length).toBe(changes.deletes.size);
        const seenNames = new Set(seen.map((id) => `app${id}`));
        const inferred = [...guarded.changes.deletes].filter((name) => !seenNames.has(name));
        expect(inferred.length).toBeLessThanOrEqual(Math.max(CEILING.count, owned * CEILING.share));
        expect(guarded.withheld.filter((name) => seenNames.has(name))).toEqual([]);
      }),
    );
  });
});
