import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A shell script and its process group. */
export interface GroupOptions {
  script: string;
  env: NodeJS.ProcessEnv;
  /** Receives standard output and error. Its folder is created if needed. */
  logFile: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs: number;
}

/** A running group. */
export interface ChildGroup {
  /** How the script ended: `exited with code 3`, `ended by SIGTERM`. */
  exited: Promise<string>;
  /** The end of its output so far. */
  printed(): string;
  /** Terminates the whole group, with SIGKILL if needed. Resolves when it is gone and its log is written. */
  stop(): Promise<void>;
}

/** Characters of the output that are kept for messages. */
const PRINTED = 4_096;

/** Starts a script with `/bin/sh`. Rejects if the log cannot be opened or the shell cannot run. */
export async function startGroup({ script, env, logFile, graceMs }: GroupOptions): Promise<ChildGroup> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  // One pipe for both outputs keeps their order. It ends with the last process of the group.
  const args = ['-c', `${WATCH}; exec 2>&1; ${script}`];
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore', 'pipe'];
  const child = spawn('/bin/sh', args, { detached: true, stdio, env });
  const [, output, , watched] = child.stdio;
  if (!(output instanceof Readable && watched instanceof Duplex))
    throw new Error('the child process has no pipes');
  const exited = once(child, 'exit').then(([code, signal]) => describeExit(code, signal));
  let printed = '';
  output.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString('utf8')).slice(-PRINTED);
  });
  const drained = drain(output, log);
  // Without a process id the shell did not start, and `exited` rejects with the reason.
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
 * Ends the group when this process is killed, because its end of the pipe (descriptor 3) closes then. The watch is a grandchild, or
 * the script's `wait` would wait for it.
 */
const WATCH = "((trap '' TERM; read -r _ <&3; kill -KILL -$$) >/dev/null 2>&1 &); exec 3<&-";

/** Writes the output to the log. Never rejects: a failed write breaks the pipe, which ends the script, and `exited` reports it. */
function drain(output: Readable, log: FileHandle): Promise<void> {
  return pipeline(output, log.createWriteStream()).catch(() => log.close());
}

/**
 * SIGKILL also ends a process that was forked while its parent blocked signals. The wait is limited, because a process that left the
 * group keeps the pipe open. Processes with redirected output are not waited for.
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

/** Signals the group, which may have ended already (macOS answers EPERM for a group of zombies). */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Groups that would outlive this process, because they are not in its terminal's group. */
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
