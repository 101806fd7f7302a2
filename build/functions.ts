import { stop } from 'esbuild';
import { buildWithManifest, isCurrent } from './clone/manifest.mjs';
import { buildConcierge } from './concierge.ts';
import { buildConciergeGate, buildPrefixList, buildPublisher } from './custom-resources.ts';
import { buildTraffic } from './traffic.ts';
import { buildUpdater } from './updater.ts';

/** The folders of the Lambda functions that `cdk deploy` takes from a clone, and their builds. */
export const FUNCTIONS = {
  'dist/updater': buildUpdater,
  'dist/publisher': buildPublisher,
  'dist/prefix-list': buildPrefixList,
  'dist/traffic': buildTraffic,
  'dist/concierge': buildConcierge,
  'dist/concierge-gate': buildConciergeGate,
} as const;

/**
 * Builds each function whose sources, packages or built files have changed since its last build. Then ends the compiler, which
 * would keep 190 MB for as long as this process runs.
 */
export async function buildChanged(
  functions: Readonly<Record<string, (folder: string) => Promise<readonly string[]>>> = FUNCTIONS,
): Promise<void> {
  const changed = Object.entries(functions).filter(([folder]) => !isCurrent(folder));
  for (const [folder, build] of changed) await buildWithManifest(folder, build);
  if (changed.length > 0) await stop();
}
