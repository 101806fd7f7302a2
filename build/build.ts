import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildWithManifest } from './clone/manifest.mjs';
import { BaseDomainError, buildEdge, buildHeaders, edgeBudgetBytes, HEADERS_BUDGET_BYTES } from './edge.ts';
import { PARTS } from './functions.ts';
import { EdgeBuildRefusedError } from './gate/gate.ts';
import { commandPath, compileInNjs } from './gate/njs.ts';

const ROUTER_FILE = 'dist/edge/router.js';
const HEADERS_FILE = 'dist/edge/headers.js';
const USAGE = 'usage: npm run build -- [--base-domain dev.example.com | --bare]';

/** The base domain from the command line; `undefined` if the arguments are wrong. */
function baseDomainOf(args: readonly string[]): string | undefined {
  const [flag = '', value, ...rest] = args;
  if (flag === '') return 'dev.example.com';
  if (flag === '--bare' && value === undefined) return '';
  return flag === '--base-domain' && rest.length === 0 ? value : undefined;
}

/** njs checks the bundle once more after the gate. It is optional on a laptop and required in CI. */
function checkInNjs(code: string, file: string): string {
  const njs = commandPath('njs');
  if (njs === undefined) {
    if (process.env['CI'] === 'true')
      throw new Error('njs is missing, and CI must compile the edge functions with it: apt-get install njs');
    return 'not compiled in njs (apt-get install njs)';
  }
  const violations = compileInNjs(njs, code, file);
  if (violations.length > 0) throw new EdgeBuildRefusedError(violations);
  return 'njs compiles it';
}

async function build(baseDomain: string): Promise<void> {
  writeEdge(ROUTER_FILE, buildEdge({ baseDomain }), edgeBudgetBytes({ baseDomain }));
  writeEdge(HEADERS_FILE, buildHeaders(), HEADERS_BUDGET_BYTES);
  for (const [folder, buildPart] of Object.entries(PARTS)) {
    await buildWithManifest(folder, buildPart);
    const crt = existsSync(`${folder}/node_modules/aws-crt`) ? ', aws-crt for linux-arm64 beside it' : '';
    console.log(`${sizeOf(folder)}${crt}`);
  }
}

function writeEdge(file: string, code: string, budget: number): void {
  const compiled = checkInNjs(code, file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  console.log(`${file}  ${code.length} of ${budget} bytes, gate passed, ${compiled}`);
}

function sizeOf(folder: string): string {
  const script = `${folder}/${folder === 'dist/portal' ? 'portal.js' : 'index.mjs'}`;
  return `${script}  ${Math.round(statSync(script).size / 1000)} kB`;
}

const baseDomain = baseDomainOf(process.argv.slice(2));
try {
  if (baseDomain === undefined) throw new Error(USAGE);
  await build(baseDomain);
} catch (error) {
  const isExpected = error instanceof EdgeBuildRefusedError || error instanceof BaseDomainError;
  console.error(isExpected || baseDomain === undefined ? (error as Error).message : error);
  process.exitCode = 1;
}
