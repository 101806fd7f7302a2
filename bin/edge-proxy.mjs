#!/usr/bin/env node
// The command line's entry. Plain JavaScript, because Node 20 runs no TypeScript; what it starts is TypeScript.
import { setUp } from './setup.mjs';

setUp();
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('../cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
