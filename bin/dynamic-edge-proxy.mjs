#!/usr/bin/env node
// The entry of the command line. It runs JavaScript: that of the package, or in a clone what was built from the sources.
import { fileURLToPath } from 'node:url';
import { isClone, setUp } from './setup.mjs';

// Otherwise the SDK prints its plans for Node 20 first. package.json's "engines" follows them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const { main } = await import(isClone() ? await findMain('../dist/cli') : '../dist/package/cli/main.mjs');
process.exitCode = await main(process.argv.slice(2));

/** A current build was made with the installed packages, so there is nothing to install. */
async function findMain(place) {
  const folder = fileURLToPath(new URL(place, import.meta.url));
  const { isCurrent } = await import('../build/clone/manifest.mjs');
  if (isCurrent(folder)) return `${place}/main.mjs`;
  setUp();
  // Node 20 runs no TypeScript by itself.
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  const { buildCommandLine } = await import('../build/clone/command-line.ts');
  try {
    await buildCommandLine(folder);
  } catch (error) {
    // A clone that this user must not write to runs its sources.
    if (['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return '../cli/main.ts';
    throw error;
  }
  await unregister();
  return `${place}/main.mjs`;
}
