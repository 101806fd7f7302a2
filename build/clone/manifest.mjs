// The manifest of a built folder: hashes of the inputs and outputs of its build. It stands beside the folder, because the
// folder's content is deployed. Plain JavaScript, because the command line reads one before it can run TypeScript.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The inputs of every build beside its sources: the installed packages, the compiler's options, and the build itself. */
const COMMON = ['package-lock.json', 'node_modules/.package-lock.json', 'tsconfig.json', 'build'];

/** True if the folder still holds the result of the inputs as they are now. */
export function isCurrent(folder) {
  const { inputs, outputs } = readManifest(folder);
  if (!inputs || !existsSync(folder)) return false;
  const isSame = Object.entries(inputs).every(([path, hash]) => hashFile(resolve(ROOT, path)) === hash);
  return isSame && JSON.stringify(hashOutputs(folder)) === JSON.stringify(outputs);
}

/** Empty if the manifest is absent or damaged: a power failure may leave a file without its content. */
function readManifest(folder) {
  try {
    return JSON.parse(readIfPresent(manifestOf(folder)) ?? '{}') ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/**
 * Runs a build of the folder and writes its manifest. `build` returns the sources that it read, relative to the root. A build
 * during which a source changed gets no manifest, so that the next one repeats it.
 */
export async function buildWithManifest(folder, build) {
  const startedAt = Date.now();
  const sources = await build(folder);
  const inputs = [...new Set([...sources, ...COMMON.flatMap((path) => filesIn(ROOT, path))])].sort();
  if (inputs.some((path) => statSync(resolve(ROOT, path)).mtimeMs >= startedAt)) return;
  const manifest = { inputs: hashAll(ROOT, inputs), outputs: hashOutputs(folder) };
  const unfinished = `${manifestOf(folder)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(manifest));
  renameSync(unfinished, manifestOf(folder));
}

function manifestOf(folder) {
  return `${resolve(folder)}.manifest.json`;
}

function hashOutputs(folder) {
  return hashAll(folder, filesIn(folder, '.').sort());
}

function hashAll(base, paths) {
  return Object.fromEntries(paths.map((path) => [path, hashFile(resolve(base, path))]));
}

/** Undefined for a file that does not exist, which equals no hash. */
function hashFile(path) {
  const content = readIfPresent(path);
  return content && createHash('sha256').update(content).digest('base64');
}

/** Another build may remove or rename a file at any time. */
function readIfPresent(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file, or all files of a folder, by their paths relative to `base`. */
function filesIn(base, path) {
  const start = resolve(base, path);
  if (!statSync(start).isDirectory()) return [path];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, resolve(entry.parentPath ?? entry.path, entry.name)));
}
