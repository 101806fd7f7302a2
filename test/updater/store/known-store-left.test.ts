import { expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { changesOf } from '../../contracts/route-store.ts';
import { asleepOn } from '../../support/stands/lists.ts';
import { MemoryNotebook, MemoryRouteStore } from '../../support/stands/memory.ts';

const [A, B] = [1, 2].map((sequence) => encodeEntry({ ...asleepOn(1), sequence })) as [string, string];

/** An environment that has written and recorded `shop` and `wiki`, and the unrecorded hostnames of its next read. */
async function environment() {
  const store = await MemoryRouteStore.open();
  const mirror = new MemoryNotebook();
  const bases = [new MemoryNotebook(), new MemoryNotebook()] as const;
  let environments = 0;
  const start = () =>
    new KnownStore(
      store,
      { head: mirror, bases },
      {
        ...{ deployment: 'main', writer: `environment-${++environments}`, warn: () => {}, now: () => 0 },
      },
    );
  const known = start();
  await known.read();
  await known.write(changesOf({ shop: A, wiki: A }));
  await known.endRun({ recorded: true });
  const found = async (by = known) => {
    await by.read();
    return [...by.found.entries.keys()];
  };
  return { store, mirror, known, start, found };
}

test('an environment does not report changes again that it recorded before a save of its mirror failed', async () => {
  const { mirror, known, found } = await environment();
  await known.read();
  await known.write(changesOf({ shop: B }));
  mirror.fault = new Error('SlowDown');
  await known.endRun({ recorded: true });
  mirror.fault = undefined;
  expect(await found()).toEqual([]);
});

test('an environment whose response was lost reports the changes of that write, and nothing else', async () => {
  const { store, known, found } = await environment();
  store.after = () => {
    throw new Error('socket hang up');
  };
  await known.read();
  await expect(known.write(changesOf({ shop: B }))).rejects.toThrow('socket hang up');
  expect(await found()).toEqual(['shop']);
});

test('a cold environment reports entries that differ from the mirror, and nothing else', async () => {
  const { store, start, found } = await environment();
  store.put('shop', B);
  expect(await found(start())).toEqual(['shop']);
});

test('an environment reports entries that differ from the mirror of the one that ran after it, and nothing else', async () => {
  const { store, known, start, found } = await environment();
  const later = start();
  await later.read();
  await later.write(changesOf({ shop: B }));
  await later.endRun({ recorded: true });
  store.put('wiki', B);
  expect(await found(known)).toEqual(['wiki']);
});

test('an audit that finds another writer counts as a takeover', async () => {
  const { store, known } = await environment();
  const { takeovers } = known;
  await known.read('now');
  expect(known.takeovers).toBe(takeovers);
  store.put('shop', B);
  await known.read('now');
  expect(known.takeovers).toBe(takeovers + 1);
});
