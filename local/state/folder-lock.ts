import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { listeningPort } from '../ports.ts';

/** Thrown when another process holds the folder. */
export class FolderLockedError extends Error {
  override name = 'FolderHeldError';
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`process ${pid} holds ${folder}`);
    this.pid = pid;
  }
}

/** Milliseconds that a holder has to say its word: one that is building does not answer at once. */
const PATIENCE_MS = 5_000;

/** Codes by which systems refuse to rename a folder to one that is there. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

/**
 * Takes a folder for this process alone; what it returns gives the folder back. The holder is an entry in `lock/` that names
 * a port of this machine and the word that is said there. So a crash frees the folder, and no process id is trusted.
 * The entry is put in place with its folder by one rename, which fails where another entry is.
 *
 * @throws FolderHeldError
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

/** Turns in which one that is dead is removed and another that is dead has come: more are no coincidence. */
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

/** Only this very entry goes: one that has come meanwhile keeps its folder. */
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

/** True for a holder that is alive, also for one that takes the call and is too busy to speak. */
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
