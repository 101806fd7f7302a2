import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchesOf } from '../../core/batch.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Changes } from '../../core/plan.ts';

function changesOf(puts: number, deletes: number): Changes {
  return {
    puts: new Map(Array.from({ length: puts }, (_, at) => [`put${at}`, `value${at}`])),
    deletes: new Set(Array.from({ length: deletes }, (_, at) => `delete${at}`)),
  };
}

const anyChanges = fc.tuple(fc.nat({ max: 180 }), fc.nat({ max: 180 })).map((sizes) => changesOf(...sizes));

describe('batches', () => {
  test('hold as many keys as the store takes in one write, and never none', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        for (const { puts, deletes } of batchesOf(changes)) {
          expect(puts.size + deletes.size).toBeGreaterThan(0);
          expect(puts.size + deletes.size).toBeLessThanOrEqual(LIMITS.updateKeys);
        }
      }),
    );
  });

  test('together are the changes, each once', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const batches = batchesOf(changes);
        expect(batches.flatMap((batch) => [...batch.puts])).toEqual([...changes.puts]);
        expect(batches.flatMap((batch) => [...batch.deletes])).toEqual([...changes.deletes]);
      }),
    );
  });

  test('delete nothing before the last put', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const batches = batchesOf(changes);
        const lastPut = batches.findLastIndex((batch) => batch.puts.size > 0);
        for (const batch of batches.slice(0, Math.max(lastPut, 0))) expect(batch.deletes.size).toBe(0);
      }),
    );
  });

  test('are as few as can be: every write costs a call', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const keys = changes.puts.size + changes.deletes.size;
        expect(batchesOf(changes)).toHaveLength(Math.ceil(keys / LIMITS.updateKeys));
      }),
    );
  });

  test('of nothing are none', () => expect(batchesOf(changesOf(0, 0))).toEqual([]));
});
