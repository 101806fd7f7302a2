import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutIntoBatches } from '../../../core/plan/batch.ts';
import type { Changes } from '../../../core/plan/plan.ts';
import { LIMITS } from '../../../core/wire/limits.ts';

function changesOf(puts: number, deletes: number): Changes {
  return {
    puts: new Map(Array.from({ length: puts }, (_, at) => [`put${at}`, `value${at}`])),
    deletes: new Set(Array.from({ length: deletes }, (_, at) => `delete${at}`)),
  };
}

const anyChanges = fc.tuple(fc.nat({ max: 180 }), fc.nat({ max: 180 })).map((sizes) => changesOf(...sizes));

describe('batches', () => {
  test('have at least one key, and at most as many as the store accepts in one write', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        for (const { puts, deletes } of cutIntoBatches(changes)) {
          expect(puts.size + deletes.size).toBeGreaterThan(0);
          expect(puts.size + deletes.size).toBeLessThanOrEqual(LIMITS.updateKeys);
        }
      }),
    );
  });

  test('contain each change once', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const batches = cutIntoBatches(changes);
        expect(batches.flatMap((batch) => [...batch.puts])).toEqual([...changes.puts]);
        expect(batches.flatMap((batch) => [...batch.deletes])).toEqual([...changes.deletes]);
      }),
    );
  });

  test('delete nothing before the last put', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const batches = cutIntoBatches(changes);
        const lastPut = batches.findLastIndex((batch) => batch.puts.size > 0);
        for (const batch of batches.slice(0, Math.max(lastPut, 0))) expect(batch.deletes.size).toBe(0);
      }),
    );
  });

  test('are as few as possible, because every write costs a call', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const keys = changes.puts.size + changes.deletes.size;
        expect(cutIntoBatches(changes)).toHaveLength(Math.ceil(keys / LIMITS.updateKeys));
      }),
    );
  });

  test('do not exist without changes', () => expect(cutIntoBatches(changesOf(0, 0))).toEqual([]));
});

describe('a move', () => {
  const behind = (hostname: string) => [hostname.replace(/^(?:put|delete)/, 'i-')];

  test('from old names to new ones of the same instance stays in one write', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const batches = cutIntoBatches(changes, { behind });
        const at = (key: string) =>
          batches.findIndex(({ puts, deletes }) => puts.has(key) || deletes.has(key));
        for (const key of changes.puts.keys()) {
          const old = key.replace('put', 'delete');
          if (changes.deletes.has(old)) expect(at(old)).toBe(at(key));
        }
      }),
    );
  });

  test('changes neither the result nor the size of a write, and no name is missing meanwhile', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const batches = cutIntoBatches(changes, { behind });
        expect(new Map(batches.flatMap((batch) => [...batch.puts]))).toEqual(changes.puts);
        const deleted = batches.flatMap((batch) => [...batch.deletes]);
        expect(new Set(deleted)).toEqual(changes.deletes);
        expect(deleted).toHaveLength(changes.deletes.size);
        const lastPut = batches.findLastIndex((batch) => batch.puts.size > 0);
        batches.forEach(({ puts, deletes }, position) => {
          expect(puts.size + deletes.size).toBeLessThanOrEqual(LIMITS.updateKeys);
          const loose = [...deletes].filter((key) => !puts.has(key.replace('delete', 'put')));
          if (position < lastPut) expect(loose).toEqual([]);
        });
      }),
    );
  });

  /** Instances that move, each from this many old names to as many new ones. */
  const movesOf = (...sizes: number[]) => {
    const names = sizes.flatMap((size, id) => Array.from({ length: size }, (_, at) => `${id}-${at}`));
    const changes: Changes = {
      puts: new Map(names.map((name) => [`put${name}`, 'value'])),
      deletes: new Set(names.map((name) => `delete${name}`)),
    };
    const instanceOf = (hostname: string) => [hostname.replace(/^[a-z]+|-\d+$/g, '')];
    return cutIntoBatches(changes, { behind: instanceOf }).map(({ puts, deletes }) => [
      puts.size,
      deletes.size,
    ]);
  };

  test('goes into the next write if this one has too little room', () => {
    expect(movesOf(13, 13)).toEqual([
      [13, 13],
      [13, 13],
    ]);
  });

  test('comes first if it is large, so that small ones fill the writes', () => {
    expect(movesOf(10, 10, 15, 15)).toEqual([
      [25, 25],
      [25, 25],
    ]);
  });

  test('needs a new name: plain deletes wait for the last write', () => {
    const changes = changesOf(60, 2);
    const behind = (hostname: string) => (changes.deletes.has(hostname) ? ['i-1'] : [hostname]);
    expect(cutIntoBatches(changes, { behind }).map(({ deletes }) => deletes.size)).toEqual([0, 2]);
  });

  test('is divided if it has more names than a write can have', () => {
    const batches = cutIntoBatches(changesOf(40, 40), { behind: () => ['i-all'] });
    expect(batches.map(({ puts, deletes }) => [puts.size, deletes.size])).toEqual([
      [40, 10],
      [0, 30],
    ]);
  });
});

test('a store without room gets its deletes first, and alone', () => {
  const batches = cutIntoBatches(changesOf(60, 20), { deletesFirst: true });
  expect(batches.map(({ puts, deletes }) => [puts.size, deletes.size])).toEqual([
    [0, 20],
    [50, 0],
    [10, 0],
  ]);
});
