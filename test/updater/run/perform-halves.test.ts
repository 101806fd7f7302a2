import { expect, test } from 'vitest';
import type { Changes } from '../../../core/plan/plan.ts';
import type { WriteOutcome } from '../../../updater/ports.ts';
import { perform } from '../../../updater/run/perform.ts';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { MemoryNotebook, MemoryRouteStore } from '../../support/stands/memory.ts';

test('a write that is refused as a whole, and taken in halves, is done', async () => {
  const store = await MemoryRouteStore.open();
  const write = store.write.bind(store);
  store.write = async (changes: Changes, etag: string): Promise<WriteOutcome> =>
    changes.puts.size > 1 ? { outcome: 'refused', reason: 'too much at once' } : write(changes, etag);
  const known = new KnownStore(store, new MemoryNotebook(), {
    ...{ deployment: 'main', writer: 'me', warn: () => {}, now: () => 0 },
  });
  await known.read();
  const puts = new Map(['a', 'b', 'c'].map((name) => [name, name]));
  const decision = { changes: { puts, deletes: new Set<string>() }, deletesFirst: false, behind: () => [] };
  expect(await perform(known, decision, () => {})).toEqual({ outcome: 'done' });
  expect(store.store.entries).toEqual(puts);
});
