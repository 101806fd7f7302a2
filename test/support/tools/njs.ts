import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  EdgeRequest,
  EdgeResponse,
  OriginUpdate,
  ViewerRequestEvent,
  ViewerResponseEvent,
} from 'cloudfront';
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

/** The path of njs; `undefined` skips the tests that need it, but not in CI. */
export function njsPath(): string | undefined {
  return tool(['njs'], 'apt-get install njs');
}

/** The path of valgrind; `undefined` skips the tests that need it, but not in CI. */
export function valgrindPath(): string | undefined {
  return tool(['valgrind'], 'apt-get install valgrind');
}

/**
 * The `cloudfront` module. njs finds it by its exact name, and the driver by `globalThis.edge`. It is as cheap as possible,
 * because CloudFront's own is not JavaScript. One error serves all missing keys, since each new one costs 0.5 ms in njs.
 */
const SHIM = `
const edge = { kvs: {}, reads: 0, origin: undefined, log: undefined };
globalThis.edge = edge;
const missing = new Error('KeyNotFound');
const store = {
  get: function (key) {
    edge.reads++;
    const value = edge.kvs[key];
    return value === undefined ? Promise.reject(missing) : Promise.resolve(value);
  },
};
export default {
  kvs: function () { return store; },
  updateRequestOrigin: function (origin) { edge.origin = origin; },
  logCustomData: function (line) { edge.log = line; },
};
`;

/** The file that the driver writes into the folder of njs. */
const OUTCOMES = 'outcomes.jsonl';

/**
 * Runs after the function. As in production, each request has its own parsed event. No closure captures a local of an async
 * function, because njs copies them at each await. Outcomes go to a file, one per line, because njs prints only the first 2,048
 * bytes.
 */
const DRIVER = `
// A function that imports nothing has not loaded the shim.
const driven = globalThis.edge || { reads: 0 };
const files = require('fs');
const spec = JSON.parse(files.readFileSync(process.argv[2], 'utf8'));
for (let i = 0; i < spec.cases.length; i++) {
  // Without a prototype: a host named constructor is not in the store.
  spec.cases[i].kvs = Object.assign(Object.create(null), spec.cases[i].kvs);
}
function eventOf(one) {
  const event = JSON.parse(one.event);
  if (one.hasRaw) event.request.rawQueryString = function () { return one.raw; };
  return event;
}
function begin(one) {
  driven.kvs = one.kvs;
  driven.reads = 0;
  driven.origin = undefined;
  driven.log = undefined;
}
function report(outcome) {
  if (spec.quiet) return;
  Object.assign(outcome, { reads: driven.reads, log: driven.log });
  files.appendFileSync(process.argv[3], JSON.stringify(outcome) + '\\n');
}
async function drive() {
  for (let i = 0; i < spec.requests; i++) {
    const one = spec.cases[i % spec.cases.length];
    const event = eventOf(one);
    begin(one);
    if (spec.marked) files.accessSync('/');
    try {
      const result = await handler(event);
      if (spec.marked) files.accessSync('/');
      report({ ok: true, result: result, origin: driven.origin });
    } catch (error) {
      if (spec.marked) files.accessSync('/');
      report({ ok: false, error: String(error) });
    }
  }
  if (spec.quiet) files.appendFileSync(process.argv[3], String(njs.memoryStats.size));
}
drive();
`;

function specOf(cases: readonly NjsCase[], requests: number, quiet: boolean, marked = false): string {
  const forNjs = cases.map(({ kvs, event }) => {
    const { rawQueryString } = event.request;
    return {
      kvs,
      event: JSON.stringify(event),
      hasRaw: rawQueryString !== undefined,
      raw: rawQueryString?.(),
    };
  });
  return JSON.stringify({ cases: forNjs, requests, quiet, marked });
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
  return withFolder(code, specOf(cases, cases.length, false), (args, folder) => {
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
export function countInstructions(
  tools: { njs: string; valgrind: string },
  code: string,
  cases: readonly NjsCase[],
): number {
  const [few, many] = [100, 300];
  const count = (requests: number): number =>
    instructionsOf(tools.valgrind, tools.njs, code, specOf(cases, requests, true));
  return Math.round((count(many) - count(few)) / (many - few));
}

/** The cost and the result of one of many requests. */
export interface Counted {
  instructions: number;
  result: NjsResult;
}

/**
 * The number of machine instructions that njs takes for each request, in one process. The driver calls `access` before and
 * after the handler. Callgrind writes its counters there, so making the event does not count. The part of the driver is small
 * and the same for all. The first case runs twice, because a process has more work for its first request.
 *
 * @throws NjsRefused
 */
export function countEach(
  tools: { njs: string; valgrind: string },
  code: string,
  cases: readonly NjsCase[],
): Counted[] {
  const all = [...cases.slice(0, 1), ...cases];
  return withFolder(code, specOf(all, all.length, false, true), (args, folder) => {
    const file = join(folder, 'callgrind.out');
    const callgrind = ['--tool=callgrind', '--dump-before=access', `--callgrind-out-file=${file}`];
    run(tools.valgrind, [...callgrind, tools.njs, ...args], 600_000);
    const results = resultsIn(folder, all.length);
    // A request ends at each second mark. The loader may make further marks before our first one.
    const marks = readdirSync(folder).filter((name) => name.startsWith('callgrind.out.')).length;
    return results.slice(1).map((result, at) => ({
      instructions: instructionsIn(`${file}.${marks - 2 * (cases.length - 1 - at)}`),
      result,
    }));
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
    withFolder(code, specOf([one], requests, true), (args, folder) => {
      run(njs, args);
      return Number(readFileSync(join(folder, OUTCOMES), 'utf8'));
    });
  return Math.round((held(many) - held(few)) / (many - few));
}
