import { expect, inject } from 'vitest';

/**
 * The built updater, to run in a thread.
 *
 * @throws Error in a process whose other tests use aws-crt in the main thread: they would fail, in some orders of the files only
 */
export function threadUpdater(): string {
  if (inject('mayRunThreads')) return inject('updaterFile');
  throw new Error(
    `${expect.getState().testPath} runs the updater in a thread, and aws-crt cannot be used in a thread and in the main thread of one process; name the file in THREADS of vitest.config.ts, or call it local-cloud.test.ts`,
  );
}
