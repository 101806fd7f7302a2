import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { processorTimeOf } from '../figures/processor-time.ts';
import { median, type Spread, spreadOf } from '../figures/spread.ts';
import { thousands } from '../report.ts';
import { withFolder } from '../with-folder.ts';
import {
  type Bench,
  HOST,
  OTHER_CORE,
  type Running,
  startCaddy,
  startLocalEdge,
  startNginx,
  startOrigin,
  stop,
} from './proxies.ts';

/** The result of one proxy in one round. */
export interface Load {
  /** Requests a second. */
  rate: number;
  /** Microseconds of processor time for one request. */
  processor: number;
}

/** One proxy in all rounds. */
export interface ProxyFigures {
  name: string;
  rate: Spread;
  processor: Spread;
  /** The local edge's processor time to this one's, the median of the rounds' ratios; 1 for the local edge. */
  ratio: number;
}

export interface LocalEdgeFigures {
  rounds: number;
  /** The local edge first. */
  proxies: readonly ProxyFigures[];
  /** Proxies that are not installed. */
  missing: readonly string[];
}

interface Proxy {
  name: string;
  program: string;
  version: string;
  start(bench: Bench, origin: string): Promise<Running>;
}

const EDGE: Proxy = {
  name: 'local edge',
  program: process.execPath,
  version: '--version',
  start: startLocalEdge,
};
const OTHERS: readonly Proxy[] = [
  { name: 'Caddy', program: 'caddy', version: 'version', start: startCaddy },
  { name: 'nginx', program: 'nginx', version: '-v', start: startNginx },
];
/** `util-linux` and `wrk` of Debian. */
const TOOLS = ['taskset', 'wrk'] as const;
const ROUNDS = 7;
const SECONDS = 3;
const WARM_UP_SECONDS = 3;

const run = promisify(execFile);

/**
 * Loads the proxies in turn, so that other work on the machine affects all of them. Undefined, with a reason on standard error,
 * if a tool or a core is missing.
 */
export async function benchLocalEdge(): Promise<LocalEdgeFigures | undefined> {
  const absent = TOOLS.filter((tool) => !isInstalled(tool, '--version'));
  if (absent.length > 0 || availableParallelism() < 2) {
    console.error(`local edge not measured: it needs two cores, and ${TOOLS.join(' and ')} installed`);
    return undefined;
  }
  const others = OTHERS.filter(({ program, version }) => isInstalled(program, version));
  const missing = OTHERS.filter((each) => !others.includes(each)).map(({ name }) => name);
  for (const name of missing) console.error(`${name} not measured: it is not installed`);
  const loads = await withFolder((folder) => measureAll(folder, [EDGE, ...others]));
  return { rounds: ROUNDS, proxies: figuresOf(loads), missing };
}

function isInstalled(program: string, version: string): boolean {
  return spawnSync(program, [version]).error === undefined;
}

async function measureAll(folder: string, proxies: readonly Proxy[]): Promise<Map<string, Load[]>> {
  const bench: Bench = { folder, children: [] };
  try {
    const origin = await startOrigin(bench);
    const running: [string, Running][] = [];
    for (const { name, start } of proxies) running.push([name, await start(bench, origin)]);
    for (const [, each] of running) await load(each, WARM_UP_SECONDS);
    const loads = new Map<string, Load[]>(running.map(([name]) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, each] of running) loads.get(name)?.push(await load(each, SECONDS));
    }
    return loads;
  } finally {
    await Promise.all(bench.children.map(stop));
  }
}

/** The figures of each proxy; the first is the one that the others are compared with. */
export function figuresOf(loads: ReadonlyMap<string, readonly Load[]>): ProxyFigures[] {
  const [first = []] = loads.values();
  return Array.from(loads, ([name, rounds]) => ({
    name,
    rate: spreadOf(rounds.map(({ rate }) => rate)),
    processor: spreadOf(rounds.map(({ processor }) => processor)),
    // Round by round, because a slow moment of the machine affects both.
    ratio: median(rounds.map(({ processor }, at) => (first[at]?.processor ?? Number.NaN) / processor)),
  }));
}

/** Load over 32 connections. Throws when an answer was not a success. */
async function load({ port, pid }: Running, seconds: number): Promise<Load> {
  const url = `http://127.0.0.1:${port}/`;
  const before = processorTimeOf(pid);
  const wrk = ['wrk', '-t1', '-c32', `-d${seconds}s`, '-H', `Host: ${HOST}`, url];
  const { stdout } = await run('taskset', ['-c', OTHER_CORE, ...wrk]);
  const { rate, requests } = parseWrk(stdout);
  return { rate, processor: ((processorTimeOf(pid) - before) * 1_000) / requests };
}

/** @throws Error for failed requests, or output without figures */
export function parseWrk(output: string): { rate: number; requests: number } {
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(`wrk saw errors:\n${output}`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
  const requests = /(\d+) requests in/.exec(output)?.[1];
  if (rate === undefined || requests === undefined) throw new Error(`wrk printed no rate:\n${output}`);
  return { rate: Number(rate), requests: Number(requests) };
}

export function localEdgePart({ rounds, proxies, missing }: LocalEdgeFigures): string {
  const micro = ({ min, median, max }: Spread) =>
    [min, median, max].map((value) => value.toFixed(1)).join(' / ');
  const rates = ({ min, median, max }: Spread) => [min, median, max].map(thousands).join(' / ');
  const compared = proxies.slice(1).map(({ name, ratio }) => `**${ratio.toFixed(2)}** times ${name}'s`);
  return [
    'The local edge as `npm start` runs it: the built router in its realm, the local store, and the log line of each request. Other reverse proxies beside it do',
    'much less for a request: no store, no function, no log. One core for the proxy, 1 KB bodies, keep-alive, 32 connections, the same loopback origin;',
    `minimum / median / maximum of ${rounds} rounds of ${SECONDS} s, in turn. On a shared machine the processor time is the reliable figure.`,
    '',
    '| | µs of processor time a request | requests a second |',
    '| --- | ---: | ---: |',
    ...proxies.map(({ name, processor, rate }) => `| ${name} | ${micro(processor)} | ${rates(rate)} |`),
    ...(compared.length > 0
      ? ['', `The local edge takes ${compared.join(' and ')} processor time (medians of the rounds' ratios).`]
      : []),
    ...(missing.length > 0 ? ['', `Not installed and not measured: ${missing.join(', ')}.`] : []),
  ].join('\n');
}
