import { expect, test } from 'vitest';
import { encodeEntry } from '../../core/entry.ts';
import { KnownStore } from '../../updater/known-store.ts';
import { changesOf } from '../contracts/route-store.ts';
import { idOf } from '../support/instances.ts';
import { MemoryNotebook, MemoryRouteStore } from '../support/memory.ts';

const [A, B] = [1, 2].map((sequence) =>
  encodeEntry({ owner: 'main', sequence, state: 'asleep', instances: [{ id: idOf(1), generation: 1 }] }),
) as [string, string];

/** An environment that has written `shop` and `wiki` and told of it, and the keys that its next read finds untold. */
async function environment() {
  const store = await MemoryRouteStore.open();
  const mirror = new MemoryNotebook();
  const known = new KnownStore(store, mirror, {
    ...{ owner: 'main', writer: 'environment-1', warn: () => {}, now: () => 0 },
  });
  await known.read();
  await known.write(changesOf({ shop: A, wiki: A }));
  await known.told();
  const found = async () => {
    await known.read();
    return [...known.found.entries.keys()];
  };
  return { store, mirror, known, found };
}

test('an environment tells nothing again that it told before its mirror could not be saved', async () => {
  const { mirror, known, found } = await environment();
  await known.read();
  await known.write(changesOf({ shop: B }));
  mirror.fault = new Error('SlowDown');
  await known.told();
  mirror.fault = undefined;
  expect(await found()).toEqual([]);
});

test('an environment whose answer was lost tells of what that write changed, and of nothing else', async () => {
  const { store, known, found } = await environment();
  store.after = () => {
    throw new Error('socket hang up');
  };
  await known.read();
  await expect(known.write(changesOf({ shop: B }))).rejects.toThrow('socket hang up');
  expect(await found()).toEqual(['shop']);
});
