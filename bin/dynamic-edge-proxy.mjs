#!/usr/bin/env node
// The entry of the command line. It runs the sources in a clone and the built JavaScript in a package.
import { isClone, setUp } from './setup.mjs';

// Otherwise the SDK prints its plans for Node 20 first. package.json's "engines" follows them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
if (isClone()) {
  setUp();
  // Node 20 runs no TypeScript by itself.
  const { register } = await import('tsx/esm/api');
  register();
}
const { main } = await import(isClone() ? '../cli/main.ts' : '../dist/package/cli/main.mjs');
process.exitCode = await main(process.argv.slice(2));
