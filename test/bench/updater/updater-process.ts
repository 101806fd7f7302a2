import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hostCrtBinary } from '../../../build/crt.ts';
import { type RemoteAws, startRemoteAws } from '../../support/stands/remote-aws.ts';
import { buildBundle, THIS_TREE, withOlderNames } from '../trees.ts';
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
  /** Ends the process and starts another one, which finds the buckets and the store of its predecessor. */
  restart(): Promise<void>;
  /** Ends the process and its AWS. */
  close(): Promise<void>;
}

const PROCESS = fileURLToPath(new URL('./updater-process.mjs', import.meta.url));

/** Builds the updater, starts it with an empty AWS, and ends both afterwards. */
export function withUpdater<T>(measure: (updater: UpdaterProcess) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const bundle = buildBundle(THIS_TREE, join(folder, 'updater'));
    const updater = await startUpdater(bundle, join(folder, 'buckets'));
    try {
      return await measure(updater);
    } finally {
      await updater.close();
    }
  });
}

/** Starts a bundle in a process of its own with an empty AWS, which keeps its buckets in the folder. */
export async function startUpdater(bundle: string, buckets: string): Promise<UpdaterProcess> {
  const aws = await startRemoteAws(buckets);
  let process = await startProcess(bundle, aws);
  return {
    aws,
    run: (batch) => runIn(process, aws, batch),
    async restart() {
      process.child.kill();
      process = await startProcess(bundle, aws);
    },
    async close() {
      process.child.kill();
      await aws.close();
    },
  };
}

interface Process {
  child: ChildProcess;
  /** Rejects when the process ends. */
  ended: Promise<never>;
}

async function startProcess(bundle: string, { variables }: RemoteAws): Promise<Process> {
  const env = { ...withOlderNames(variables), ...hostCrtBinary(), NODE_NO_WARNINGS: '1' };
  const child = fork(PROCESS, [pathToFileURL(bundle).href], {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = endOf(child);
  await Promise.race([once(child, 'message'), ended]);
  return { child, ended };
}

async function runIn({ child, ended }: Process, aws: RemoteAws, batch: object): Promise<RunCost> {
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
