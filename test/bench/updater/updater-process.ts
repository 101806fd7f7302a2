import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hostCrtBinary } from '../../../build/crt.ts';
import { buildUpdater } from '../../../build/updater.ts';
import { type RemoteAws, startRemoteAws } from '../../support/stands/remote-aws.ts';
import { withFolder } from '../with-folder.ts';

/** The cost of one run of the updater's process. */
export interface RunCost {
  /** Milliseconds from the event to the handler's return. */
  total: number;
  /** Milliseconds from the event to the first accepted write, if there was one. */
  accepted?: number;
  /** Milliseconds of processor time. */
  processor: number;
  /** Largest memory of the process since its start, in megabytes. */
  peak: number;
  /** Remote calls in order. */
  calls: readonly string[];
}

/** The warm updater with a remote AWS. */
export interface UpdaterProcess {
  aws: RemoteAws;
  run(batch: object): Promise<RunCost>;
}

const PROCESS = fileURLToPath(new URL('./updater-process.mjs', import.meta.url));

/** Builds the updater, starts it in a process of its own with an empty AWS, and ends both afterwards. */
export function withUpdater<T>(measure: (updater: UpdaterProcess) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const bundle = join(folder, 'updater');
    await buildUpdater(bundle);
    const aws = await startRemoteAws(join(folder, 'buckets'));
    const env = { ...aws.variables, ...hostCrtBinary(), NODE_NO_WARNINGS: '1' };
    const url = pathToFileURL(join(bundle, 'index.mjs')).href;
    const child = fork(PROCESS, [url], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const ended = endOf(child);
    try {
      await Promise.race([once(child, 'message'), ended]);
      return await measure({ aws, run: (batch) => runIn(child, ended, aws, batch) });
    } finally {
      child.kill();
      await aws.close();
    }
  });
}

async function runIn(
  child: ChildProcess,
  ended: Promise<never>,
  aws: RemoteAws,
  batch: object,
): Promise<RunCost> {
  aws.calls = [];
  let accepted: number | undefined;
  const startedAt = performance.now();
  const stop = aws.store.onWrite(() => {
    accepted ??= performance.now() - startedAt;
  });
  child.send(batch);
  const [cost] = await Promise.race([once(child, 'message'), ended]);
  stop();
  const total = performance.now() - startedAt;
  return {
    ...(cost as Pick<RunCost, 'processor' | 'peak'>),
    ...(accepted === undefined ? {} : { accepted }),
    ...{ total, calls: aws.calls },
  };
}

/** Rejects if the process ends, because it must outlive the measurement. */
function endOf(child: ChildProcess): Promise<never> {
  const end = once(child, 'exit').then(([code]) => {
    throw new Error(`the updater's process ended with ${code}; what it said is above`);
  });
  // At the normal end of the process no caller awaits this promise.
  end.catch(() => {});
  return end;
}
