import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { DIST, keepPlaces, PACKAGE_URL, ROOT } from './places.ts';

/** The construct library, for `import` and `require`, and its types. */
export async function buildLibrary(): Promise<void> {
  await build({
    entryPoints: [`${ROOT}infra/index.ts`],
    absWorkingDir: ROOT,
    outfile: `${DIST}/index.js`,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs'],
    plugins: [keepPlaces],
    banner: { js: `const ${PACKAGE_URL}=new URL('../../',require('node:url').pathToFileURL(__filename));` },
    logLevel: 'error',
  });
  // The package consists of ES modules, but this folder is CommonJS.
  writeFileSync(`${DIST}/package.json`, '{ "type": "commonjs" }\n');
  buildTypes();
}

function buildTypes(): void {
  const types = `${DIST}/types`;
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    'package.json',
    'bin/tsc',
  );
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.package.json'], { cwd: ROOT, stdio: 'inherit' });
  for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const text = readFileSync(`${types}/${name}`, 'utf8');
    // The compiler keeps our specifiers, but the compilers of consumers need those of the output.
    writeFileSync(`${types}/${name}`, text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}
