import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Violation } from './gate.ts';

/** The parts of the `cloudfront` module that a function needs to load. */
const STUB = 'export default { kvs: function () { return {}; } };\n';

/** Milliseconds; njs compiles a router in ten. */
const TIMEOUT = 10_000;

/** The full path of a command on PATH, or `undefined`. */
export function commandPath(command: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).filter((place) => place !== '');
  return places.map((place) => join(place, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (_absent) {
    return false;
  }
}

/**
 * Compiles a built function in njs, the engine closest to the edge's, and runs its top level. Any exit code
 * except 0 is a refusal: njs 0.7.9 crashes with a segmentation fault on some code that it cannot compile.
 */
export function compileInNjs(njs: string, code: string, file: string): Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'edge-njs-'));
  try {
    // njs looks for modules by their exact name in the folder, whose path must end with a slash.
    writeFileSync(join(folder, 'cloudfront'), STUB);
    writeFileSync(join(folder, 'router.js'), code);
    const run = spawnSync(njs, ['-q', '-p', `${folder}/`, join(folder, 'router.js')], {
      encoding: 'utf8',
      timeout: TIMEOUT,
    });
    return run.status === 0 ? [] : [violationOf(file, run)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function violationOf(
  file: string,
  run: { status: number | null; signal: string | null; stderr: string },
): Violation {
  const said = run.stderr.replace(/^Thrown:\n/, '').trim();
  const line = Number(/(\d+)\)?$/.exec(said)?.[1] ?? 1);
  return {
    file,
    line,
    column: 1,
    rule: 'njs',
    message:
      said || `njs could not compile the function and ended with ${run.signal ?? `exit code ${run.status}`}`,
    remedy: 'write it in the language of CloudFront Functions 2.0',
  };
}
