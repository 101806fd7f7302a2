import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The proxy under test has this core to itself; load and origin share the other one. */
export const [PROXY_CORE, OTHER_CORE] = ['0', '1'] as const;

/** The name that all requests ask for. */
export const HOST = 'shop.localhost';

/** A server that accepts requests. */
export interface Running {
  port: string;
  pid: number;
}

/** The surroundings of a start: the folder for files, and the list of processes that are to be ended. */
export interface Bench {
  folder: string;
  children: ChildProcess[];
}

const ORIGIN = fileURLToPath(new URL('./origin.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../../bin/dynamic-edge-proxy.mjs', import.meta.url));
/** Milliseconds that a server may take to accept requests. */
const START = 60_000;

const run = promisify(execFile);

export async function startOrigin(bench: Bench): Promise<string> {
  const child = pinned(bench, OTHER_CORE, [process.execPath, ORIGIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('the origin has no output');
  const [port] = await once(createInterface(child.stdout), 'line');
  return String(port);
}

/**
 * Starts what `npm start` starts, and launches an instance whose server is the origin: the built router, the store, the log line
 * of each request (here to /dev/null). Its updater is another process.
 */
export async function startLocalEdge(bench: Bench, origin: string): Promise<Running> {
  const port = await freePort();
  const state = ['--state', join(bench.folder, 'state')];
  const edge = pinned(bench, PROXY_CORE, [
    process.execPath,
    PROGRAM,
    'local',
    '--no-demo',
    '--port',
    port,
    ...state,
  ]);
  await untilAnswered(port, () => true);
  await run(process.execPath, [PROGRAM, 'launch', '--host', 'shop', '--port', origin, ...state]);
  return untilServed(edge, port);
}

export async function startCaddy(bench: Bench, origin: string): Promise<Running> {
  const port = await freePort();
  const file = join(bench.folder, 'Caddyfile');
  writeFileSync(
    file,
    `{\n admin off\n auto_https off\n}\nhttp://:${port} {\n bind 127.0.0.1\n reverse_proxy 127.0.0.1:${origin}\n}\n`,
  );
  const env = { ...process.env, GOMAXPROCS: '1' };
  const command = ['caddy', 'run', '--adapter', 'caddyfile', '--config', file];
  return untilServed(pinned(bench, PROXY_CORE, command, { env, stdio: 'ignore' }), port);
}

export async function startNginx(bench: Bench, origin: string): Promise<Running> {
  const port = await freePort();
  const file = join(bench.folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${bench.folder}/${kind};`)
    .join(' ');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${bench.folder}/nginx.pid; events {}
http { access_log off; ${temporary}
  upstream origin { server 127.0.0.1:${origin}; keepalive 32; }
  server { listen 127.0.0.1:${port}; keepalive_requests 1000000000;
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; } } }\n`,
  );
  const command = ['nginx', '-e', 'stderr', '-p', bench.folder, '-c', file];
  return untilServed(pinned(bench, PROXY_CORE, command), port);
}

/** taskset becomes the program that it starts, so the process id is the program's. */
function pinned({ children }: Bench, core: string, command: readonly string[], options: SpawnOptions = {}) {
  const child = spawn('taskset', ['-c', core, ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    ...options,
  });
  children.push(child);
  return child;
}

/** A port that no server uses now. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? `${address.port}` : '';
}

async function untilServed({ pid = 0 }: ChildProcess, port: string): Promise<Running> {
  await untilAnswered(port, (status) => status === 200);
  return { port, pid };
}

/** @throws Error after a minute */
async function untilAnswered(port: string, isEnough: (status: number) => boolean): Promise<void> {
  const until = Date.now() + START;
  for (;;) {
    const status = await statusOf({ port, host: HOST, path: '/' });
    if (status !== undefined && isEnough(status)) return;
    if (Date.now() > until) throw new Error(`port ${port} answers ${status ?? 'nothing'} after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The status of a page. Undefined while nothing listens. */
export function statusOf({
  port,
  host,
  path,
}: {
  port: string;
  host: string;
  path: string;
}): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, headers: { host }, agent: false };
    const asked = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
