import { buildWithManifest, isCurrent } from './clone/manifest.mjs';
import { buildPrefixList } from './prefix-list.ts';
import { buildPublisher } from './publisher.ts';
import { buildUpdater } from './updater.ts';

/** The folders of the Lambda functions that `cdk deploy` takes from a clone, and their builds. */
export const FUNCTIONS = {
  'dist/updater': buildUpdater,
  'dist/publisher': buildPublisher,
  'dist/prefix-list': buildPrefixList,
} as const;

/** Builds each function whose sources, packages or built files have changed since its last build. */
export async function buildChanged(
  functions: Readonly<Record<string, (folder: string) => Promise<readonly string[]>>> = FUNCTIONS,
): Promise<void> {
  for (const [folder, build] of Object.entries(functions)) {
    if (!isCurrent(folder)) await buildWithManifest(folder, build);
  }
}
