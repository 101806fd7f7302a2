import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './median.ts';

/** The result of one proxy in one round. */
export interface Load {
  /** Requests a second. */
  rate: number;
  /** Microseconds of processor time for one request. Other tenants of the machine hardly change it. */
  cpu: number;
}

/** The local edge and Caddy, each on one core before the same origin, with bodies of 1 KB. */
export interface EdgeProxyFigures {
  /** Medians of the rounds. */
  edge: Load;
  caddy: Load;
  /** Throughput of the edge divided by that of Caddy: the median of the ratios of all rounds. */
  ratio: number;
  rounds: { edge: Load; caddy: Load }[];
}

const TOOLS = ['taskset', 'wrk', 'caddy'] as const;
const ROLE = fileURLToPath(new URL('./edge-proxy-role.ts', import.meta.url));
/** The proxy under test has this core to itself; load generator and origin share the other core. */
const [PROXY_CORE, OTHER_CORE] = ['0', '1'];

const run = promisify(execFile);

/**
 * Measures both proxies in turn, so that other work on the machine affects both. Takes about `2 × rounds × seconds`. Returns
 * `undefined`, and passes the reason to `explain`, if a tool or a core is missing.
 */
export async function benchEdgeProxy(
  { rounds = 7, seconds = 3 }: { rounds?: number; seconds?: number } = {},
  explain: (reason: string) => void = console.error,
): Promise<EdgeProxyFigures | undefined> {
  const missing = whatIsMissing();
  if (missing !== undefined) {
    explain(`edge proxy not measured: ${missing}`);
    return undefined;
  }
  const children: ChildProcess[] = [];
  try {
    const { port: origin } = await startRole(children, OTHER_CORE, 'origin');
    const edge = await startRole(children, PROXY_CORE, 'edge', origin);
    const caddy = await startCaddy(children, origin);
    await Promise.all([warmUp(edge), warmUp(caddy)]);
    const measured: EdgeProxyFigures['rounds'] = [];
    for (let i = 0; i < rounds; i++) {
      measured.push({ edge: await load(edge, seconds), caddy: await load(caddy, seconds) });
    }
    return figuresOf(measured);
  } finally {
    await Promise.all(children.map(stop));
  }
}

function whatIsMissing(): string | undefined {
  if (availableParallelism() < 2) return 'it takes two cores';
  const absent = TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return absent.length === 0 ? undefined : `${absent.join(', ')} not installed`;
}

function figuresOf(rounds: EdgeProxyFigures['rounds']): EdgeProxyFigures {
  const edge = medians(rounds.map((round) => round.edge));
  const caddy = medians(rounds.map((round) => round.caddy));
  // The ratio is computed for each round, because a slowdown of the machine then affects both proxies.
  return {
    edge,
    caddy,
    ratio: median(rounds.map(({ edge: mine, caddy: other }) => mine.rate / other.rate)),
    rounds,
  };
}

function medians(loads: readonly Load[]): Load {
  return { rate: median(loads.map(({ rate }) => rate)), cpu: median(loads.map(({ cpu }) => cpu)) };
}

interface Running {
  port: string;
  pid: number;
}

/** Starts one side of the bench, pinned to a core; its first line of output is its port. */
async function startRole(children: ChildProcess[], core: string, ...args: string[]): Promise<Running> {
  const command = ['-c', core, process.execPath, '--import', 'tsx', ROLE, ...args];
  const child = spawn('taskset', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [port] = await once(createInterface(child.stdout), 'line');
  // taskset replaces itself with the command, so the process id stays the same.
  return { port: String(port), pid: child.pid ?? 0 };
}

async function startCaddy(children: ChildProcess[], origin: string): Promise<Running> {
  const port = await freePort();
  const settings = `{
    admin off
    auto_https off
  }
  http://127.0.0.1:${port} {
    reverse_proxy 127.0.0.1:${origin}
  }`;
  const child = spawn(
    'taskset',
    ['-c', PROXY_CORE, 'caddy', 'run', '--adapter', 'caddyfile', '--config', '-'],
    {
      env: { ...process.env, GOMAXPROCS: '1' },
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  children.push(child);
  child.stdin.end(settings);
  for await (const line of createInterface(child.stderr)) {
    if (line.includes('serving initial configuration')) break;
  }
  child.stderr.resume();
  return { port, pid: child.pid ?? 0 };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? `${address.port}` : '';
}

function warmUp(proxy: Running): Promise<Load> {
  return load(proxy, 1);
}

/** Generates load over 32 connections. Throws if an answer was not a success. */
async function load({ port, pid }: Running, seconds: number): Promise<Load> {
  const url = `http://127.0.0.1:${port}/`;
  const before = processorTime(pid);
  const { stdout } = await run('taskset', ['-c', OTHER_CORE, 'wrk', '-t1', '-c32', `-d${seconds}s`, url]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk on ${url} saw errors:\n${stdout}`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  const requests = /(\d+) requests in/.exec(stdout)?.[1];
  if (rate === undefined || requests === undefined)
    throw new Error(`wrk on ${url} printed no rate:\n${stdout}`);
  return { rate: Number(rate), cpu: (processorTime(pid) - before) / Number(requests) };
}

/** Microseconds that a process has used in user and system mode: fields 14 and 15 of proc(5), in hundredths of a second. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
