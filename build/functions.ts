import { stop } from 'esbuild';
import { buildWithManifest, isCurrent } from './clone/manifest.mjs';
import { buildConcierge } from './concierge.ts';
import { buildConciergeGate, buildPrefixList, buildPublisher } from './custom-resources.ts';
import { buildPortal } from './portal.ts';
import { buildTraffic } from './traffic.ts';
import { buildUpdater } from './updater.ts';

/** The folders that `cdk deploy` takes from a clone, and their builds: the Lambda functions and the site. */
export const PARTS = {
  'dist/updater': buildUpdater,
  'dist/publisher': buildPublisher,
  'dist/prefix-list': buildPrefixList,
  'dist/traffic': buildTraffic,
  'dist/concierge': buildConcierge,
  'dist/concierge-gate': buildConciergeGate,
  'dist/portal': buildPortal,
} as const;

/** Builds a folder and returns the sources that it read. */
type Build = (folder: string) => readonly string[] | Promise<readonly string[]>;

/**
 * Builds each part whose sources, packages or built files have changed since its last build. Then ends the compiler, which
 * would keep 190 MB for as long as this process runs.
 */
export async function buildChanged(parts: Readonly<Record<string, Build>> = PARTS): Promise<void> {
  const changed = Object.entries(parts).filter(([folder]) => !isCurrent(folder));
  for (const [folder, build] of changed) await buildWithManifest(folder, build);
  if (changed.length > 0) await stop();
}
