import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../cli/command.ts';

/** A checkout with its dependencies, whose bundle and commands are measured. */
export interface Tree {
  /** Its heading: `this build`, or a short commit. */
  name: string;
  root: string;
  /** Path of the file that exports `buildUpdater`. */
  builder: string;
  /** Path of the command line. */
  program: string;
}

/** The places in a tree, the newest first. */
const LAYOUTS = [
  { builder: 'build/updater.ts', program: 'bin/dynamic-edge-proxy.mjs' },
  { builder: 'infra/bundles/updater.ts', program: 'bin/edge-proxy.mjs' },
] as const;

/** Older names of the updater's variables. A bundle ignores the names that it does not know. */
const OLDER_VARIABLES: Readonly<Record<string, string>> = { DEPLOYMENT: 'OWNER', UPDATER_MODE: 'POLICY' };

/** This checkout. */
export const THIS_TREE = openTree(fileURLToPath(new URL('../../', import.meta.url)), 'this build');

/** @throws UsageError if the folder is not a checkout of this project with its dependencies */
export function openTree(folder: string, name?: string): Tree {
  const root = resolve(folder);
  const layout = LAYOUTS.find(({ builder, program }) =>
    [builder, program].every((file) => existsSync(join(root, file))),
  );
  if (layout === undefined)
    throw new UsageError(`--against: ${root} is not a checkout of this project with ${LAYOUTS[0].builder}`);
  if (!existsSync(join(root, 'node_modules/tsx')))
    throw new UsageError(`--against: ${root} has no dependencies; run npm ci there`);
  return {
    name: name ?? commitOf(root),
    root,
    builder: join(root, layout.builder),
    program: join(root, layout.program),
  };
}

function commitOf(root: string): string {
  return execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}

/** Builds the tree's updater with the tree's own build, and returns the path of the bundle. Writes nothing into the tree. */
export function buildBundle({ root, builder }: Tree, outdir: string): string {
  const script =
    'const { buildUpdater } = await import(process.argv[1]); await buildUpdater(process.argv[2]);';
  const args = ['--import', 'tsx', '--input-type=module', '-e', script, builder, outdir];
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(outdir, 'index.mjs');
}

/** The variables of an updater, also under the names that older bundles read. */
export function withOlderNames(variables: Readonly<Record<string, string>>): Record<string, string> {
  const older = Object.entries(OLDER_VARIABLES).flatMap(([now, before]) => {
    const value = variables[now];
    return value === undefined ? [] : [[before, value] as const];
  });
  return { ...variables, ...Object.fromEntries(older) };
}
