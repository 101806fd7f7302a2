import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildUpdater } from '../../build/updater.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built updater, as it is deployed; the same for all tests of a run. */
    updaterFile: string;
  }
}

/**
 * Builds the updater once for all tests. Into a folder of its own, not into dist/: a local cloud that starts
 * meanwhile, in a test or in another terminal, replaces that one.
 */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'edge-proxy-updater-'));
  buildUpdater(folder);
  project.provide('updaterFile', join(folder, 'index.mjs'));
  return () => rmSync(folder, { recursive: true, force: true });
}
