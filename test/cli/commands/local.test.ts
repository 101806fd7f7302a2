import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildChanged } from '../../../build/functions.ts';
import { buildUpdater } from '../../../build/updater.ts';
import { ask, startTcpOrigin } from '../../local/edge/edge-stand.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { until } from '../../support/until.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BIN = join(ROOT, 'bin/dynamic-edge-proxy.mjs');

/** `npm start` as a child process, which is killed after the test. */
interface Session {
  process: ChildProcess;
  /** Everything printed so far, on both outputs. */
  text(): string;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  /** Resolves with the edge's port when the greeting is there. */
  ready(): Promise<number>;
}

const BUILT = mkdtempSync(join(tmpdir(), 'edge-proxy-built-'));
beforeAll(() => buildChanged({ [join(BUILT, 'updater')]: buildUpdater }));
afterAll(() => rmSync(BUILT, { recursive: true }));

/** A state folder that an earlier session has left: it holds the built updater. */
async function builtState(): Promise<string> {
  const state = await temporaryFolder();
  cpSync(BUILT, state, { recursive: true });
  return state;
}

/** Starts `dynamic-edge-proxy local` from a folder outside of the repository. */
async function session(...args: string[]): Promise<Session> {
  const { NODE_NO_WARNINGS: _, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: __, ...env } = process.env;
  const options = { cwd: await temporaryFolder(), env, detached: true };
  const child = spawn(process.execPath, [BIN, 'local', ...args], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const ready = async () => {
    await Promise.race([
      until('the greeting', () => text.includes('Press Ctrl-C to stop')),
      ended.then((how) => Promise.reject(new Error(`It ended with ${how}: ${text}`))),
    ]);
    return Number(/portal +http:\/\/(?:dev\.)?localhost:(\d+)/.exec(text)?.[1]);
  };
  return { process: child, text: () => text, ended, ready };
}

/** The end of a session after a signal: its exit code, or the signal that killed it. */
function end({ process: child, ended }: Session, signal: NodeJS.Signals) {
  child.kill(signal);
  return ended;
}

/** The expected end after Ctrl-C. */
const WELL = 0;

/** True if a port of this machine is free. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const taken = once(server, 'error').then(() => false);
  const listening = once(server, 'listening').then(() => true);
  server.listen(port, '127.0.0.1');
  const free = await Promise.race([taken, listening]);
  server.close();
  return free;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('npm start', () => {
  test('greets with three live apps and commands to try, and Ctrl-C ends everything', async () => {
    const state = await builtState();
    const started = await session('--port', '0', '--state', state);
    const port = await started.ready();
    for (const app of ['hello', 'chat', 'clock']) {
      expect(started.text()).toContain(`http://${app}.localhost:${port}/`);
      expect(await ask({ port }, '/', { headers: { host: `${app}.localhost` } })).toMatchObject({
        status: 200,
      });
    }
    expect(started.text()).not.toMatch(/warning|node:internal|\n!/i);
    expect(started.text()).toContain(
      `npx dynamic-edge-proxy launch --host shop --image ami-hello --state ${state}\n`,
    );
    expect(started.text()).toContain(`\n  node ${BIN} launch --host mine --port 3000 --state ${state} -- `);
    await until('a line for each request', () => /GET {3}clock\.localhost\/ {2}200 /.test(started.text()));
    expect(await end(started, 'SIGINT')).toBe(WELL);
    expect(await isFree(port)).toBe(true);
  });

  test('ends the processes of its instances at a Ctrl-C that npm forwards a second time', async () => {
    const state = await builtState();
    const started = await session('--port', '0', '--state', state, '--no-demo');
    await started.ready();
    const [port, pidFile] = [await freePort(), join(state, 'pid')];
    const server = `process.on('SIGTERM', () => setTimeout(() => process.exit(), 300));
      require('http').createServer((q, r) => r.end()).listen(process.env.PORT, '127.0.0.1');
      require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`;
    const launch = ['launch', '--host', 'mine', '--port', `${port}`, '--state', state];
    expect(await cli(...launch, '--', process.execPath, '-e', server)).toMatchObject({ code: 0 });
    const pid = await until('the app', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8'));
    expect(isAlive(Number(pid))).toBe(true);
    started.process.kill('SIGINT');
    await until('the end to begin', () => started.text().includes('stopping …'));
    expect(await end(started, 'SIGINT')).toBe(WELL);
    expect(isAlive(Number(pid))).toBe(false);
    expect(await isFree(port)).toBe(true);
  });

  test('ends quietly at a Ctrl-C during the build, which also ends the compiler', async () => {
    const state = await temporaryFolder();
    const started = await session('--port', '0', '--state', state, '--no-demo');
    await until('the build', () => existsSync(join(state, 'updater')));
    process.kill(-(started.process.pid ?? 0), 'SIGINT');
    expect(await started.ended).toBe(WELL);
    expect(started.text()).toBe('\nstopping …\n');
    expect(existsSync(join(state, 'lock'))).toBe(false);
  });

  test('ends at a SIGTERM during the start', async () => {
    const state = await builtState();
    const started = await session('--port', '0', '--state', state);
    await until('the cloud to be found', () => existsSync(join(state, 'cloud.json')));
    expect(await end(started, 'SIGTERM')).toBe(WELL);
    expect(existsSync(join(state, 'cloud.json'))).toBe(false);
  });
});

describe('npm start -- --sign-in', () => {
  test('greets with its apps, its people and the provider, in lines of 80 characters', async () => {
    const claims = '[{"names":["docs"],"access":"public"}]';
    const state = await builtState();
    const started = await session('--sign-in', '--port', '0', '--state', state, '--claims', claims);
    const port = await started.ready();
    const lines = started.text().split('\n');
    for (const app of ['hello', 'chat', 'clock', 'vault'])
      expect(lines).toContain(`  ${app.padEnd(7)}  http://${app}.dev.localhost:${port}/`);
    const [asks = '', ...people] = lines.slice(lines.findIndex((line) => line.includes('sign in')));
    expect([asks, ...people.slice(0, 3)]).toEqual([
      'All of them ask you to sign in, and no password is needed:',
      '  alice    is in the group devs, and may open vault',
      '  bob      is in no group, and may not',
      expect.stringMatching(/^ {2}The provider runs at http:\/\/127\.0\.0\.1:\d+$/),
    ]);
    // Commands have the path of the state folder.
    expect(lines.filter((line) => line.length > 80 && !line.includes(state))).toEqual([]);
    const page = await ask({ port }, '/', { headers: { host: `vault.dev.localhost:${port}` } });
    expect(page).toMatchObject({ status: 401, headers: { 'x-proxy-state': 'not signed in' } });
    const launched = await cli(
      ...['launch', '--host', 'docs', '--image', 'ami-hello', '--tag', 'access=public', '--state', state],
    );
    expect(launched).toMatchObject({ code: 0 });
    await until('the public app', async () => {
      const { status } = await ask({ port }, '/', { headers: { host: `docs.dev.localhost:${port}` } });
      return status === 200;
    });
    expect(await end(started, 'SIGINT')).toBe(WELL);
  });

  test.each([
    [
      ['--sign-in', '--bare'],
      '--sign-in and --bare exclude each other: without a base domain one session would open all apps; leave one of them out',
    ],
    [
      ['--sign-in', '--claims', '{"names":"docs"}'],
      '--claims: expected a list of rules, such as [{"names":"shop*","accounts":["444455556666"]}]',
    ],
    [
      ['--claims', '[{"names":"docs","access":"all"}]'],
      '--claims, rule 1: "access" is "all", expected "public"',
    ],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await cli('local', '--state', await temporaryFolder(), ...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});

describe('npm start beside others', () => {
  test('locks its state folder from the beginning', async () => {
    const state = await builtState();
    const sessions = await Promise.all(
      [0, 1].map(() => session('--port', '0', '--state', state, '--no-demo')),
    );
    const refused = await Promise.race(sessions.map(async (each) => ({ code: await each.ended, each })));
    expect(refused.code).toBe(1);
    expect(refused.each.text()).toMatch(
      /^dynamic-edge-proxy local: a local cloud is already running with .*\n$/,
    );
    const other = sessions.find((each) => each !== refused.each);
    await other?.ready();
    expect(await cli('list', '--state', state)).toMatchObject({ code: 0 });
    expect(other && (await end(other, 'SIGINT'))).toBe(WELL);
    expect(readdirSync(state).sort()).toEqual(['logs', 's3', 'updater', 'updater.manifest.json']);
  });

  test('starts again at once after a kill', async () => {
    const state = await builtState();
    const first = await session('--port', '0', '--state', state, '--no-demo');
    await first.ready();
    expect(await end(first, 'SIGKILL')).toBe('SIGKILL');
    const second = await session('--port', '0', '--state', state, '--no-demo');
    await second.ready();
    expect(await end(second, 'SIGINT')).toBe(WELL);
  });

  test('ends cleanly when its reader exits, as with `| head`', async () => {
    const state = await builtState();
    const started = await session('--port', '0', '--state', state);
    started.process.stdout?.destroy();
    expect(await started.ended).toBe(WELL);
    expect(started.text()).toBe('');
    expect(existsSync(join(state, 'cloud.json'))).toBe(false);
  });

  test('builds into its state folder, so that a running cloud keeps its files', async () => {
    const state = await temporaryFolder();
    const built = statSync(join(ROOT, 'dist/updater'), { throwIfNoEntry: false })?.mtimeMs;
    const started = await session('--port', '0', '--state', state, '--no-demo');
    await started.ready();
    expect(existsSync(join(state, 'updater/index.mjs'))).toBe(true);
    expect(statSync(join(ROOT, 'dist/updater'), { throwIfNoEntry: false })?.mtimeMs).toBe(built);
    expect(await end(started, 'SIGINT')).toBe(WELL);
  });
});

describe('npm start that fails', () => {
  test('names the port in use and ends', async () => {
    const port = await startTcpOrigin(() => {});
    const started = await session('--port', `${port}`, '--state', await builtState());
    expect(await started.ended).toBe(1);
    expect(started.text()).toBe(
      `dynamic-edge-proxy local: port ${port} on 127.0.0.1 is in use; stop the program that listens there or choose another port with --port N\n`,
    );
  });
});
