import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A shell script to run with everything it starts in a process group of its own. */
export interface GroupOptions {
  script: string;
  env: NodeJS.ProcessEnv;
  /** Standard output and error are appended here; its folder is made when absent. */
  logFile: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs: number;
}

/** A running group. */
export interface ChildGroup {
  /** How the script itself ended: `exited with code 3`, `ended by SIGTERM`. */
  exited: Promise<string>;
  /** The end of what it has printed. */
  printed(): string;
  /** Asks the whole group to end, then makes it; resolves when it is gone and its log is written. */
  stop(): Promise<void>;
}

/** Characters of the output that are kept for those who ask how it ended. */
const PRINTED = 4_096;

/** Starts a script with `/bin/sh`. Rejects when the log cannot be opened or the shell not be run. */
export async function startGroup({ script, env, logFile, graceMs }: GroupOptions): Promise<ChildGroup> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  // One pipe for both outputs: it keeps their order, and it ends when the last process of the group has.
  const args = ['-c', `${WATCH}; exec 2>&1; ${script}`];
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore', 'pipe'];
  const child = spawn('/bin/sh', args, { detached: true, stdio, env });
  const [, output, , watched] = child.stdio;
  if (!(output instanceof Readable && watched instanceof Duplex))
    throw new Error('a child without its pipes');
  const exited = once(child, 'exit').then(([code, signal]) => describeExit(code, signal));
  let printed = '';
  output.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString('utf8')).slice(-PRINTED);
  });
  const drained = drain(output, log);
  // Without a process id the shell could not be run, and `exited` rejects with the reason.
  const pid = child.pid ?? Number(await exited);
  guard(pid);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await endGroup(pid, drained, graceMs);
    await exited;
    output.destroy();
    watched.destroy();
    unguard(pid);
  };
  return {
    exited,
    printed: () => printed,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/**
 * Ends the group when this process has died without a word, as by SIGKILL: its end of the pipe (descriptor 3) closes then.
 * The watch is a grandchild, or the script's `wait` would wait for it; it has no part in the output.
 */
const WATCH = "((trap '' TERM; read -r _ <&3; kill -KILL -$$) >/dev/null 2>&1 &); exec 3<&-";

/**
 * Writes the output to the log until it ends. Never rejects: a log that cannot be written breaks the pipe,
 * the script ends of that, and `exited` tells.
 */
function drain(output: Readable, log: FileHandle): Promise<void> {
  return pipeline(output, log.createWriteStream()).catch(() => log.close());
}

/**
 * SIGKILL also gets what SIGTERM missed: a process forked while its parent had signals blocked. Takes twice
 * the grace at most: what has left the group keeps the pipe open and is out of reach. What has sent its output
 * elsewhere is not waited for.
 */
async function endGroup(pid: number, drained: Promise<void>, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  await waitAtMost(graceMs, drained);
  signalGroup(pid, 'SIGKILL');
  await waitAtMost(graceMs, drained);
}

async function waitAtMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function describeExit(code: number | null, signal: string): string {
  return code === null ? `ended by ${signal}` : `exited with code ${code}`;
}

/** Nothing, when all of the group has ended (of a group of zombies macOS says EPERM). */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Groups that would outlive this process: they have left its terminal's group. */
const guarded = new Set<number>();

function guard(pid: number): void {
  if (guarded.size === 0) process.on('exit', killGuarded);
  guarded.add(pid);
}

function unguard(pid: number): void {
  guarded.delete(pid);
  if (guarded.size === 0) process.off('exit', killGuarded);
}

function killGuarded(): void {
  for (const pid of guarded) signalGroup(pid, 'SIGKILL');
}
