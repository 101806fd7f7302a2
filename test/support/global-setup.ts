import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildUpdater } from '../../build/updater.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built updater as it is deployed; all tests of a run share it. */
    updaterFile: string;
    /** Whether the tests of this process may run the updater in a thread (vitest.config.ts). */
    mayRunThreads: boolean;
  }
}

/**
 * Builds the updater once for all tests, into a folder of its own: a local cloud that starts during the tests replaces the one
 * in dist/.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-proxy-updater-'));
  await buildUpdater(folder);
  project.provide('updaterFile', join(folder, 'index.mjs'));
  return () => rmSync(folder, { recursive: true, force: true });
}
