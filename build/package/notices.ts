import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { groupBy } from '../../core/group-by.ts';
import { ROOT } from './places.ts';

/** The entries of all bundles in the package. */
const ENTRIES = [
  'cli/main.ts',
  'updater/handler.ts',
  'infra/custom-resources/publisher/handler.ts',
  'infra/custom-resources/prefix-list/handler.ts',
  'infra/custom-resources/concierge-gate/handler.ts',
  'traffic/handler.ts',
  'edge/concierge/handler.ts',
  'portal/main.tsx',
  // Replaces the native signer in `local`.
  '@aws-sdk/signature-v4a',
];

/** Writes the licences of all packages whose code is in the bundles, because these licences require it. */
export async function writeNotices(file: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: ENTRIES,
    absWorkingDir: ROOT,
    outdir: 'unwritten',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    // The package contains no code of these two.
    external: ['esbuild', 'cloudfront'],
    logLevel: 'error',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const byText = groupBy(folders, licenceOf);
  const notices = [...byText].map(([text, users]) => `${users.map(nameOf).join('\n')}\n\n${text}\n`);
  writeFileSync(file, notices.join(`\n${'-'.repeat(80)}\n\n`));
}

/** `node_modules/@aws-sdk/core` of a file in it. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function nameOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})`;
}

function licenceOf(folder: string): string {
  const texts = readdirSync(join(ROOT, folder)).filter((name) =>
    /^(?:licen[cs]e|notice)(?:\.|$)/i.test(name),
  );
  return texts.map((name) => readFileSync(join(ROOT, folder, name), 'utf8').trim()).join('\n\n');
}
