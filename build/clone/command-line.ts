import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { keepPlaces, PACKAGE_URL, ROOT } from '../package/places.ts';
import { buildWithManifest } from './manifest.mjs';

/** Builds the command line of a clone as JavaScript, because loading its TypeScript takes longer than most commands. */
export function buildCommandLine(folder: string): Promise<void> {
  return buildWithManifest(folder, async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: [`${ROOT}cli/main.ts`],
      absWorkingDir: ROOT,
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      packages: 'external',
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      plugins: [keepPlaces],
      banner: { js: `const ${PACKAGE_URL}=new URL('../../',import.meta.url);` },
      metafile: true,
      write: false,
      logLevel: 'error',
    });
    mkdirSync(folder, { recursive: true });
    for (const file of outputFiles) writeAtOnce(file);
    // Now the chunks that are still in use are young.
    removeOldChunks(folder);
    return Object.keys(metafile.inputs);
  });
}

/** Other commands may be loading the same files, so none is ever incomplete. */
function writeAtOnce({ path, contents }: OutputFile): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

/** A running command may still load chunks of an earlier build, which have names of their own. */
const CHUNKS_STAY_MS = 24 * 3_600_000;

function removeOldChunks(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - writtenAt > CHUNKS_STAY_MS) rmSync(file, { force: true });
  }
}
