import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FolderLockedError, lockFolder } from '../../../local/state/folder-lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Leaves an entry like a crashed process, with a port on which another program may answer. */
function left(folder: string, port: number, word: string): string {
  mkdirSync(join(folder, 'lock'), { recursive: true });
  const entry = join(folder, 'lock', `4711.${port}.${word}`);
  writeFileSync(entry, '');
  return entry;
}

/** A port of this machine that sends a text to each caller. */
async function speaking(text: string): Promise<number> {
  const server = createServer((socket) => socket.end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a folder', () => {
  test('has one holder at a time and is free after it is unlocked', async () => {
    const folder = join(await temporaryFolder(), 'new/one');
    const giveBack = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
    await expect(lockFolder(folder)).rejects.toMatchObject({ pid: process.pid });
    giveBack();
    (await lockFolder(folder))();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is locked by exactly one of many at the same time', async () => {
    const folder = await temporaryFolder();
    left(folder, await deadPort(), 'dead');
    const settled = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const held = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(held).toHaveLength(1);
    for (const giveBack of held) giveBack();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is free after a crash, even if another program now uses the port', async () => {
    for (const port of [await deadPort(), await speaking('HTTP/1.1 400 Bad Request')]) {
      const folder = await temporaryFolder();
      const entry = left(folder, port, 'word');
      const giveBack = await lockFolder(folder);
      expect(existsSync(entry)).toBe(false);
      giveBack();
    }
  });

  test('is locked if the holder answers with the expected word', async () => {
    const folder = await temporaryFolder();
    const entry = left(folder, await speaking('word'), 'word');
    await expect(lockFolder(folder)).rejects.toMatchObject({ pid: 4711 });
    expect(existsSync(entry)).toBe(true);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('stays with a later holder when an earlier one unlocks it again', async () => {
    const folder = await temporaryFolder();
    const giveBack = await lockFolder(folder);
    giveBack();
    const second = await lockFolder(folder);
    giveBack();
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
    second();
  });
});
