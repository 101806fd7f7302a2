import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  EdgeRequest,
  EdgeResponse,
  OriginUpdate,
  ViewerRequestEvent,
  ViewerResponseEvent,
} from 'cloudfront';
import { DRIVER, OUTCOMES, printSpec, SHIM } from './njs-driver.ts';
import { tool } from './tools.ts';

/** A request to a function: the content of the store, and the event. */
export interface NjsCase {
  kvs: Readonly<Record<string, string>>;
  event: ViewerRequestEvent | ViewerResponseEvent;
}

/** The result of a function in njs for one case; `error` is the thrown error. */
export type NjsResult = { reads: number; log?: string } & (
  | { ok: true; result?: EdgeRequest | EdgeResponse; origin?: OriginUpdate }
  | { ok: false; error: string }
);

/** Thrown if njs fails or prints too little: it could not compile the code, or crashed. */
export class NjsRefused extends Error {
  override name = 'NjsRefused';
}

/** Paths of the programs that count instructions. */
export interface NjsTools {
  njs: string;
  valgrind: string;
}

/** The path of njs; `undefined` skips the tests that need it, but not in CI. */
export function njsPath(): string | undefined {
  return tool(['njs'], 'apt-get install njs');
}

/** The path of valgrind; `undefined` skips the tests that need it, but not in CI. */
export function valgrindPath(): string | undefined {
  return tool(['valgrind'], 'apt-get install valgrind');
}

/** Calls `body` with njs's arguments for a folder with the function, the shim, the spec and the outcomes. */
function withFolder<T>(code: string, spec: string, body: (args: string[], folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'edge-njs-'));
  const files = ['run.js', 'spec.json', OUTCOMES].map((name) => join(folder, name));
  try {
    writeFileSync(join(folder, 'cloudfront'), SHIM);
    writeFileSync(join(folder, 'run.js'), code + DRIVER);
    writeFileSync(join(folder, 'spec.json'), spec);
    writeFileSync(join(folder, OUTCOMES), '');
    return body(['-q', '-p', `${folder}/`, ...files], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], timeout = 60_000): void {
  const { status, signal, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout });
  if (status === 0) return;
  throw new NjsRefused(`${command} ended with ${signal ?? `exit code ${status}`}: ${stderr.trim()}`);
}

/**
 * Runs a built function in njs, all cases in one process.
 *
 * @throws NjsRefused
 */
export function runInNjs(njs: string, code: string, cases: readonly NjsCase[]): NjsResult[] {
  return withFolder(code, printSpec(cases, { requests: cases.length, quiet: false }), (args, folder) => {
    run(njs, args);
    return resultsIn(folder, cases.length);
  });
}

function resultsIn(folder: string, cases: number): NjsResult[] {
  const lines = readFileSync(join(folder, OUTCOMES), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  if (lines.length !== cases) throw new NjsRefused(`njs answered ${lines.length} of ${cases} cases`);
  return lines.map((line) => JSON.parse(line) as NjsResult);
}

function instructionsOf(valgrind: string, njs: string, code: string, spec: string): number {
  return withFolder(code, spec, (args, folder) => {
    const file = join(folder, 'callgrind.out');
    run(valgrind, ['--tool=callgrind', `--callgrind-out-file=${file}`, njs, ...args]);
    return instructionsIn(file);
  });
}

/**
 * The average number of machine instructions that njs takes for one request; it is the same each time. It includes the driver.
 * To subtract the driver, measure a function that returns the request at once.
 *
 * @throws NjsRefused
 */
export function countInstructions(tools: NjsTools, code: string, cases: readonly NjsCase[]): number {
  const [few, many] = [100, 300];
  const count = (requests: number): number =>
    instructionsOf(tools.valgrind, tools.njs, code, printSpec(cases, { requests, quiet: true }));
  return Math.round((count(many) - count(few)) / (many - few));
}

/** The cost and the result of one of many requests. */
export interface Counted {
  instructions: number;
  result: NjsResult;
}

/**
 * The number of machine instructions that njs takes for each request, all in one process. The results come from a second process
 * without callgrind, in which njs writes them in an instant.
 *
 * @throws NjsRefused
 */
export function countEach(tools: NjsTools, code: string, cases: readonly NjsCase[]): Counted[] {
  const results = runInNjs(tools.njs, code, cases);
  const counts = countGroups(tools, code, cases, 1);
  return results.map((result, at) => ({ instructions: counts[at] ?? Number.NaN, result }));
}

/**
 * The average number of instructions of each request, repeated `times` times, all in one process.
 *
 * @throws NjsRefused
 */
export function countRepeated(
  tools: NjsTools,
  code: string,
  cases: readonly NjsCase[],
  times: number,
): number[] {
  const repeated = cases.flatMap((one) => Array<NjsCase>(times).fill(one));
  return countGroups(tools, code, repeated, times).map((sum) => sum / times);
}

/**
 * The instructions of each group of requests. Before a group the driver calls `access`, which sets callgrind's counter to zero,
 * and after it `lstat`, which writes the counter. So making the events does not count. The part of the driver is small and the
 * same for all. The first group runs twice, because a process has more work for its first request.
 */
function countGroups(
  { njs, valgrind }: NjsTools,
  code: string,
  cases: readonly NjsCase[],
  together: number,
): number[] {
  const all = [...cases.slice(0, together), ...cases];
  return withFolder(code, printSpec(all, { together }), (args, folder) => {
    const file = join(folder, 'callgrind.out');
    const marks = ['--zero-before=access', '--dump-before=lstat', '--combine-dumps=yes'];
    // Costs by recursion and line would make a dump slower.
    const plain = ['--separate-recs=1', '--dump-line=no', `--callgrind-out-file=${file}`];
    run(valgrind, ['--tool=callgrind', ...marks, ...plain, njs, ...args], 600_000);
    // The last dump is that of the end. The loader may make further marks before our first one.
    const dumps = [...readFileSync(file, 'utf8').matchAll(/^summary: (\d+)$/gm)].slice(0, -1);
    const groups = cases.length / together;
    if (dumps.length <= groups)
      throw new NjsRefused(`callgrind counted ${dumps.length} of ${groups + 1} groups`);
    return dumps.slice(-groups).map(([, count]) => Number(count));
  });
}

function instructionsIn(file: string): number {
  return Number(/^(?:summary|totals): (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1]);
}

/**
 * The bytes by which njs grows in each request. It frees memory only at its end, while CloudFront's engine may free it after
 * each request. The number includes the driver.
 *
 * @throws NjsRefused
 */
export function bytesHeld(njs: string, code: string, one: NjsCase): number {
  const [few, many] = [100, 2_100];
  const held = (requests: number): number =>
    withFolder(code, printSpec([one], { requests, quiet: true }), (args, folder) => {
      run(njs, args);
      return Number(readFileSync(join(folder, OUTCOMES), 'utf8'));
    });
  return Math.round((held(many) - held(few)) / (many - few));
}
