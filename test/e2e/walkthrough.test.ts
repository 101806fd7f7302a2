import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'bin/dynamic-edge-proxy.mjs');
const NPX = 'npx dynamic-edge-proxy ';
const PATIENCE = 120_000;

/** A command of the README, with the lines that it prints there. */
interface Step {
  command: string;
  printed: string[];
}

/** The commands in the fenced blocks of README's section "Try it", in their order. */
function stepsOf(readme: string): Step[] {
  const [, section = ''] = /\n## Try it\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const lines = [...section.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.trimEnd().split('\n'),
  );
  const steps: Step[] = [];
  for (const line of lines) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), printed: [] });
    else steps.at(-1)?.printed.push(line);
  }
  return steps;
}

/** The words that differ in each run: ids, addresses of this machine, times, numbers of writes. */
function withoutChance(text: string): string {
  return (
    text
      .replace(/i-[0-9a-f]{17}/g, 'i-ID')
      .replace(/localhost:\d+/g, 'localhost:PORT')
      .replace(/\d+ ms/g, 'N ms')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replace(/number \d+/g, 'number N')
      // The reader has one cloud, in its usual folder.
      .replace(/ \\\n +--state \S+/g, '')
  );
}

/** What a command must print: the lines of the README, where `…` stands for anything. */
function patternOf(printed: readonly string[]): RegExp {
  const lines = printed.map((line) =>
    line === '…'
      ? '(?:.*\\n)*?'
      : `${withoutChance(line)
          .split('…')
          .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
          .join('.*')}\\n`,
  );
  return new RegExp(`^${lines.join('')}$`);
}

/** A running cloud: the port of its edge, and its folder. */
interface Cloud {
  port: number;
  state: string;
}

/** Starts the cloud as `npm start` does, with a folder of its own. The end of the test ends it. */
async function startCloud(): Promise<Cloud> {
  const state = await temporaryFolder();
  const args = [BIN, 'local', '--port', '0', '--state', state];
  const local = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (local.exitCode !== null) return;
    local.kill();
    await once(local, 'exit');
  });
  return { port: await readPort(local.stdout), state };
}

/** The port in the greeting, which appears when the demo apps answer. It reads on, because the cloud ends with its reader. */
function readPort(output: Readable): Promise<number> {
  return new Promise((done, fail) => {
    let heard = '';
    output.on('data', (part) => {
      heard += part;
      const found = /http:\/\/hello\.localhost:(\d+)\//.exec(heard)?.[1];
      if (found !== undefined) done(Number(found));
    });
    output.on('end', () => fail(new Error(`the cloud ended: ${heard}`)));
  });
}

/** Runs a command as a reader of the README does. Some end with 1, because the name has a problem. */
function run(command: string, { port, state }: Cloud): Promise<string> {
  const [, host = '', path = ''] = /^curl -s http:\/\/([\w.]+):8080(\/\S*)$/.exec(command) ?? [];
  if (host !== '') return readPage(port, host, path);
  if (!command.startsWith(NPX)) throw new Error(`the test cannot run ${command}`);
  const args = [BIN, ...command.slice(NPX.length).split(' '), '--state', state];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, (error, out, err) => {
      if (error !== null && error.code !== 1) fail(error);
      else done(`${out}${err}`);
    });
  });
}

/** What curl prints. It resolves `*.localhost` by itself, and Node does not. */
async function readPage(port: number, host: string, path: string): Promise<string> {
  const call = request({ host: '127.0.0.1', port, path, headers: { host: `${host}:${port}` } }).end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return text(response);
}

const steps = stepsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));

test('README launches, looks, explains, breaks and repairs', () => {
  expect(steps.map(({ command }) => command.replace(NPX, '').split(' ')[0])).toEqual([
    ...['launch', 'curl', 'explain', 'tag', 'explain', 'tag', 'stop', 'start', 'terminate'],
  ]);
});

test('each command of README prints what README says', { timeout: PATIENCE }, async () => {
  const cloud = await startCloud();
  for (const { command, printed } of steps) {
    const out = withoutChance(await run(command, cloud)).trimEnd();
    expect(`${out}\n`, command).toMatch(patternOf(printed));
  }
});
