#!/usr/bin/env node
// The entry of the command line. It runs JavaScript: that of the package, or in a clone what was built from the sources.
import { fileURLToPath } from 'node:url';
import { isClone, setUp } from './setup.mjs';

// Otherwise the SDK prints its plans for Node 20 first. package.json's "engines" follows them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
if (isClone()) await buildIfChanged(fileURLToPath(new URL('../dist/cli', import.meta.url)));
const { main } = await import(isClone() ? '../dist/cli/main.mjs' : '../dist/package/cli/main.mjs');
process.exitCode = await main(process.argv.slice(2));

/** A current build was made with the installed packages, so there is nothing to install. */
async function buildIfChanged(folder) {
  const { isCurrent } = await import('../build/clone/manifest.mjs');
  if (isCurrent(folder)) return;
  setUp();
  // Node 20 runs no TypeScript by itself.
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  const { buildCommandLine } = await import('../build/clone/command-line.ts');
  await buildCommandLine(folder);
  await unregister();
}
