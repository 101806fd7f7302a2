#!/usr/bin/env node
// The command line's entry. Plain JavaScript, because Node 20 runs no TypeScript; what it starts is TypeScript.
import { setUp } from './setup.mjs';

// The SDK would tell everybody about its plans for Node 20 first; package.json's "engines" is where we follow them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
setUp();
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('../cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
