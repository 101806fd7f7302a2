import { expect, test } from 'vitest';
import type { Changes } from '../../../core/plan/plan.ts';
import type { WriteOutcome } from '../../../updater/ports.ts';
import { perform } from '../../../updater/run/perform.ts';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { MemoryNotebook, MemoryRouteStore } from '../../support/stands/memory.ts';

/** Values that the store refuses. */
const BAD = 'x'.repeat(1_025);

/** A decision without moves and deletes. */
const ONE_BY_ONE = {
  deletesFirst: false,
  behind: () => [],
  placeTombstones: (batch: Changes) => batch,
};

async function performed(puts: Record<string, string>) {
  const store = await MemoryRouteStore.open();
  const known = new KnownStore(
    store,
    { head: new MemoryNotebook(), bases: [new MemoryNotebook(), new MemoryNotebook()] },
    {
      ...{ deployment: 'main', writer: 'me', warn: () => {}, now: () => 0 },
    },
  );
  await known.read();
  const changes: Changes = { puts: new Map(Object.entries(puts)), deletes: new Set() };
  const decision = { changes, ...ONE_BY_ONE };
  const done: string[] = [];
  const progress = await perform(known, decision, (batch) => done.push(...batch.puts.keys()));
  return { progress, done: done.sort(), held: [...store.store.entries.keys()].sort() };
}

test.each<[string, string[]]>([
  ['the first', ['a']],
  ['the last', ['h']],
  ['one in each half', ['a', 'h']],
  ['one in each quarter', ['a', 'c', 'e', 'g']],
  ['all but the last', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
])(
  'if a write is refused for %s, all other names are written and each refused name is reported',
  async (_, bad) => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const puts = Object.fromEntries(names.map((name) => [name, bad.includes(name) ? BAD : 'good']));
    const { progress, done, held } = await performed(puts);
    const good = names.filter((name) => !bad.includes(name));
    expect([done, held]).toEqual([good, good]);
    expect(progress).toMatchObject({ outcome: 'refused' });
    if (progress.outcome === 'refused') expect([...progress.hostnames.keys()].sort()).toEqual(bad);
  },
);

test('a write that is refused as a whole and accepted in halves succeeds', async () => {
  const store = await MemoryRouteStore.open();
  const write = store.write.bind(store);
  store.write = async (changes: Changes, etag: string): Promise<WriteOutcome> =>
    changes.puts.size > 1 ? { outcome: 'refused', reason: 'too much at once' } : write(changes, etag);
  const known = new KnownStore(
    store,
    { head: new MemoryNotebook(), bases: [new MemoryNotebook(), new MemoryNotebook()] },
    {
      ...{ deployment: 'main', writer: 'me', warn: () => {}, now: () => 0 },
    },
  );
  await known.read();
  const puts = new Map(['a', 'b', 'c'].map((name) => [name, name]));
  const changes: Changes = { puts, deletes: new Set() };
  const decision = { changes, ...ONE_BY_ONE };
  expect(await perform(known, decision, () => {})).toEqual({ outcome: 'written' });
  expect(store.store.entries).toEqual(puts);
});
