/**
 * Builds what `npm pack` ships beside the sources: `npm run build:package`. The library as one CommonJS module, which
 * CDK apps of either kind can load, its types, and the parts that it deploys.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { BASE_DOMAIN_STAND_IN } from '../infra/shipped-parts.ts';
import { buildEdge } from './edge.ts';
import { buildPrefixList } from './prefix-list.ts';
import { buildPublisher } from './publisher.ts';
import { buildUpdater } from './updater.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = `${ROOT}dist`;

/** CommonJS has no `import.meta.url`. */
const SELF_URL = "const SELF_URL=require('node:url').pathToFileURL(__filename).href;";

function buildLibrary(): void {
  buildSync({
    entryPoints: [`${ROOT}infra/index.ts`],
    absWorkingDir: ROOT,
    outfile: `${DIST}/index.js`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs'],
    define: { 'import.meta.url': 'SELF_URL' },
    banner: { js: SELF_URL },
    logLevel: 'error',
  });
  // The package is of ES modules; this folder is not.
  writeFileSync(`${DIST}/package.json`, '{ "type": "commonjs" }\n');
  buildTypes();
}

function buildTypes(): void {
  const types = `${DIST}/types`;
  rmSync(types, { recursive: true, force: true });
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    'package.json',
    'bin/tsc',
  );
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.package.json'], { cwd: ROOT, stdio: 'inherit' });
  for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const text = readFileSync(`${types}/${name}`, 'utf8');
    // The compiler leaves our specifiers as they are; consumers' compilers want those of the output.
    writeFileSync(`${types}/${name}`, text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}

mkdirSync(`${DIST}/edge`, { recursive: true });
writeFileSync(`${DIST}/edge/router.js`, buildEdge({ baseDomain: BASE_DOMAIN_STAND_IN }));
writeFileSync(`${DIST}/edge/bare-router.js`, buildEdge({ baseDomain: '' }));
buildUpdater(`${DIST}/updater`);
buildPublisher(`${DIST}/publisher`);
buildPrefixList(`${DIST}/prefix-list`);
buildLibrary();
