import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { KvsFile, KvsFileError } from '../../../local/kvs/kvs-file.ts';

const clock = { now: () => 1_000 };

const open = (file: string) => KeyValueStore.open({ clock, file });

const put = (store: KeyValueStore, key: string, value: string) =>
  store.update({ puts: [{ key, value }] }, store.describe().etag);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kvs-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the file restores entries, sizes, times and version after a restart', async () => {
  const file = join(folder, 'state', 'store.json');
  const first = await open(file);
  for (const key of ['shop', '__proto__', 'é🦊', '7']) put(first, key, `value of ${key}`);
  await first.flush();
  const second = await KeyValueStore.open({ clock: { now: () => 9_000 }, file });
  expect(second.describe()).toEqual(first.describe());
  expect(second.entries).toEqual(first.entries);
});

test('no version of a run occurs again in the next run', async () => {
  const file = join(folder, 'store.json');
  const first = await open(file);
  const etags = Array.from({ length: 50 }, (_, i) => put(first, 'k', `${i}`).etag);
  await first.flush();
  const second = await open(file);
  etags.push(...Array.from({ length: 50 }, (_, i) => put(second, 'k', `${i}`).etag));
  await second.flush();
  expect(new Set(etags).size).toBe(100);
  for (const etag of etags) expect(etag).toMatch(/^KV[0-9A-Z]{13}$/);
});

test('the file is written after the updates, and no temporary file remains', async () => {
  const file = join(folder, 'store.json');
  const store = await open(file);
  put(store, 'k', 'v');
  await store.flush();
  put(store, 'l', 'w');
  expect(keysIn(file)).toEqual(['k']);
  await store.flush();
  expect(keysIn(file)).toEqual(['k', 'l']);
  expect(readdirSync(folder)).toEqual(['store.json']);
});

test('the file is written once for a burst of updates', async () => {
  const file = new KvsFile(join(folder, 'store.json'));
  let writes = 0;
  const state = () => {
    writes += 1;
    return { etag: 'KV0000000000000', created: 1, modified: 1, entries: new Map() };
  };
  for (let i = 0; i < 100; i++) file.save(state);
  await file.flush();
  expect(writes).toBe(1);
});

test.each([
  ['half a file', '{"format":1,"etag":"KV', 'JSON'],
  ['an empty file', '', 'JSON'],
  ['a list', '[]', 'the file is not a JSON object'],
  ['a later format', '{"format":2}', 'its format is 2, and this version reads 1'],
  ['no ETag', '{"format":1}', '"etag" is not a version'],
  ['an ETag that is invalid in a header', '{"format":1,"etag":"KV\\n"}', '"etag" is not a version'],
  ['no times', '{"format":1,"etag":"KV0000000000000"}', '"created" is not a number'],
  [
    'no entries',
    '{"format":1,"etag":"KV0000000000000","created":1,"modified":1}',
    '"entries" is not a JSON object',
  ],
  [
    'a number for a value',
    '{"format":1,"etag":"KV0000000000000","created":1,"modified":1,"entries":{"shop":1}}',
    'the value of "shop" is not a string',
  ],
  [
    'a value beyond the limit',
    JSON.stringify({
      format: 1,
      etag: 'KV0000000000000',
      created: 1,
      modified: 1,
      entries: { shop: 'v'.repeat(1_025) },
    }),
    '"shop" has 1025 bytes',
  ],
])('a file with %s is refused with its name and the remedy', async (_, text, what) => {
  const file = join(folder, 'store.json');
  await writeFile(file, text);
  const error: unknown = await open(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KvsFileError);
  for (const part of [file, what, 'Delete the file and start again']) expect(`${error}`).toContain(part);
});

test('a file that cannot be written fails the flush and not the update, and the next update saves all', async () => {
  const file = join(folder, 'state', 'store.json');
  const store = await open(file);
  await writeFile(join(folder, 'state'), 'a file where the folder should be');
  put(store, 'k', 'v');
  await expect(store.flush()).rejects.toThrow(KvsFileError);
  await rm(join(folder, 'state'));
  put(store, 'l', 'w');
  await store.flush();
  expect(keysIn(file)).toEqual(['k', 'l']);
});

function keysIn(file: string): string[] {
  return Object.keys(JSON.parse(readFileSync(file, 'utf8')).entries);
}
