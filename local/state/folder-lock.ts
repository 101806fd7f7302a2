import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { listeningPort } from '../ports.ts';

/** Thrown when another process holds the lock. */
export class FolderLockedError extends Error {
  override name = 'FolderLockedError';
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`process ${pid} holds ${folder}`);
    this.pid = pid;
  }
}

/** Milliseconds that a holder has to answer: one that is building is slow. */
const PATIENCE_MS = 5_000;

/** Error codes for renaming a folder to one that exists. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

/**
 * Locks a folder for this process and returns a function that unlocks it. An entry in `lock/` names a port of this machine and a
 * word that the holder answers there: a crash frees the folder, and no process id is trusted. One rename puts the entry in place
 * with its folder, and fails if another entry exists.
 *
 * @throws FolderLockedError
 */
export async function lockFolder(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const word = randomBytes(16).toString('hex');
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end(word));
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  try {
    return await acquire(folder, `${process.pid}.${listeningPort(server)}.${word}`, () => server.close());
  } catch (error) {
    server.close();
    throw error;
  }
}

/** Dead locks that are removed before giving up. More of them cannot be a coincidence. */
const MOST_TURNS = 10;

async function acquire(folder: string, entry: string, fallSilent: () => void): Promise<() => void> {
  const lock = join(folder, 'lock');
  const own = mkdtempSync(`${lock}-`);
  writeFileSync(join(own, entry), '');
  try {
    for (let turn = 0; !tryRename(own, lock, turn === MOST_TURNS); turn++) await discardDead(folder, lock);
  } catch (error) {
    rmSync(own, { recursive: true });
    throw error;
  }
  return () => {
    fallSilent();
    discard(lock, entry);
  };
}

function tryRename(own: string, lock: string, isLast: boolean): boolean {
  try {
    renameSync(own, lock);
    return true;
  } catch (error) {
    if (isLast || !TAKEN.has(fileErrorCode(error))) throw error;
    return false;
  }
}

async function discardDead(folder: string, lock: string): Promise<void> {
  for (const entry of readHolders(lock)) {
    const [pid = '', port = '', word = ''] = entry.split('.');
    if (await isHolderAlive(Number(port), word)) throw new FolderLockedError(folder, Number(pid));
    discard(lock, entry);
  }
}

/** Removes only this entry. A newer entry keeps the folder. */
function discard(lock: string, entry: string): void {
  rmSync(join(lock, entry), { force: true });
  try {
    rmdirSync(lock);
  } catch (error) {
    if (!TAKEN.has(fileErrorCode(error)) && fileErrorCode(error) !== 'ENOENT') throw error;
  }
}

function readHolders(lock: string): string[] {
  try {
    return readdirSync(lock);
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** True for a living holder, even one that is too busy to answer. */
async function isHolderAlive(port: number, word: string): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  const silence = setTimeout(() => socket.destroy(new SilentError()), PATIENCE_MS);
  try {
    return (await text(socket)) === word;
  } catch (error) {
    return error instanceof SilentError;
  } finally {
    clearTimeout(silence);
    socket.destroy();
  }
}

class SilentError extends Error {
  override name = 'SilentError';
}

function fileErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
