#!/usr/bin/env node
// The command line's entry: the sources in a clone, and what was built of them in a package.
import { isClone, setUp } from './setup.mjs';

// The SDK would tell everybody about its plans for Node 20 first; package.json's "engines" is where we follow them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
if (isClone()) {
  setUp();
  // Node 20 runs no TypeScript by itself.
  const { register } = await import('tsx/esm/api');
  register();
}
const { main } = await import(isClone() ? '../cli/main.ts' : '../dist/package/cli/main.mjs');
process.exitCode = await main(process.argv.slice(2));
