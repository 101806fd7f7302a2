import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildLambda } from '../lambda.ts';
import { HANDLER } from '../updater.ts';
import { DIST, keepPlaces, PACKAGE_URL, ROOT } from './places.ts';

/** Modules that build from sources in a clone. The package holds their results. */
const BUILDERS = ['concierge', 'crt', 'edge', 'functions', 'portal', 'traffic', 'updater'].map((name) =>
  join(ROOT, `build/${name}.ts`),
);

const takeShipped: Plugin = {
  name: 'take-shipped',
  setup({ onResolve }) {
    onResolve({ filter: /\/build\/\w+\.ts$/ }, ({ path, resolveDir }) =>
      BUILDERS.includes(join(resolveDir, path))
        ? { path: join(ROOT, 'build/package/shipped.ts') }
        : undefined,
    );
  },
};

/** Builds the command line as JavaScript without other packages, and the updater that `local` runs. */
export async function buildCommandLine(): Promise<void> {
  await build({
    entryPoints: [`${ROOT}cli/main.ts`],
    absWorkingDir: ROOT,
    outdir: `${DIST}/cli`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Commands load the SDK's clients when they run.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    // The command line recognises errors by their class names, and people read stack traces.
    keepNames: true,
    plugins: [keepPlaces, takeShipped],
    banner: {
      js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);const ${PACKAGE_URL}=new URL('../../../',import.meta.url);`,
    },
    legalComments: 'none',
    logLevel: 'error',
  });
  // The native signer runs on Lambda's machines only; its JavaScript version runs on every machine.
  await buildLambda(HANDLER, `${DIST}/local-updater`, {
    '@aws-sdk/signature-v4-crt': '@aws-sdk/signature-v4a',
  });
}
