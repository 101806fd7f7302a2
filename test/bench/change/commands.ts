import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startRemoteAws } from '../../support/stands/remote-aws.ts';
import { freePort, statusOf } from '../edge/proxies.ts';
import { median } from '../figures/spread.ts';
import { buildBundle, type Tree } from '../trees.ts';
import { startCold } from '../updater/cold.ts';
import { withFolder } from '../with-folder.ts';

/** One measured command; a figure for each build, in the order of the trees. */
export interface CommandRow {
  name: string;
  unit: 'ms' | 's';
  kind: 'processor' | 'wall';
  figures: readonly number[];
}

const COLD_STARTS = 15;
const ROUNDS = 3;
/** Milliseconds that `npm start` may take. */
const PATIENCE = 120_000;

/** Measures the commands of the trees in turn; medians. `tests` adds `npm test`, which takes minutes. */
export function benchCommands(trees: readonly Tree[], { tests }: { tests: boolean }): Promise<CommandRow[]> {
  return withFolder(async (folder) => [
    await coldStarts(trees, folder),
    ...(await sessions(trees, folder)),
    // The first one builds the functions.
    await inTurn('`npm run synth`, processor time', trees, ROUNDS + 1, (tree) =>
      processorSeconds(tree, ['npm', 'run', '--silent', 'synth', '--', '--output', join(folder, 'cdk.out')]),
    ),
    ...(tests
      ? [
          await inTurn('`npm test`, processor time', trees, 1, (tree) =>
            processorSeconds(tree, ['npm', 'test']),
          ),
        ]
      : []),
  ]);
}

async function coldStarts(trees: readonly Tree[], folder: string): Promise<CommandRow> {
  const bundles = new Map(trees.map((tree, n) => [tree, buildBundle(tree, join(folder, `bundle-${n}`))]));
  const aws = await startRemoteAws(join(folder, 'buckets'));
  try {
    const name = 'cold start to the end of the first sweep, processor time';
    const { figures } = await inTurn(name, trees, COLD_STARTS, async (tree) => {
      const { processor } = await startCold(bundles.get(tree) ?? '', aws);
      return processor;
    });
    return { name, unit: 'ms', kind: 'processor', figures };
  } finally {
    await aws.close();
  }
}

/** Takes the trees in turn. The figure of a tree is the median of its rounds, without the first one if there are others. */
export async function inTurn(
  name: string,
  trees: readonly Tree[],
  rounds: number,
  measure: (tree: Tree) => Promise<number>,
): Promise<CommandRow> {
  const found = trees.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, tree] of trees.entries()) found[n]?.push(await measure(tree));
  }
  return {
    name,
    unit: 's',
    kind: 'processor',
    figures: found.map((all) => median(all.length > 1 ? all.slice(1) : all)),
  };
}

/** Starts the local cloud several times, and lists its apps each time. */
async function sessions(trees: readonly Tree[], folder: string): Promise<CommandRow[]> {
  const figures = trees.map((): Session[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [n, tree] of trees.entries()) {
      figures[n]?.push(await session(tree, join(folder, `state-${n}-${round}`)));
    }
  }
  const row = (name: string, kind: CommandRow['kind'], figure: (each: Session) => number): CommandRow => ({
    ...{ name, unit: 's', kind },
    figures: figures.map((all) => median(all.slice(1).map(figure))),
  });
  return [
    row('`npm start` to the first page of the portal', 'wall', ({ portal }) => portal),
    row('`npm start` to the first page of an app', 'wall', ({ app }) => app),
    row('`list` on the command line, processor time', 'processor', ({ list }) => list),
  ];
}

/** Seconds. */
interface Session {
  portal: number;
  app: number;
  list: number;
}

async function session(tree: Tree, state: string): Promise<Session> {
  await mkdir(state, { recursive: true });
  const port = await freePort();
  const startedAt = performance.now();
  const args = ['start', '--silent', '--', '--port', port, '--state', state];
  // A group of its own, so that npm and its child end together.
  const child = spawn('npm', args, {
    cwd: tree.root,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  try {
    const secondsTo = async (host: string, path: string) => {
      await untilServed({ port, host, path }, child);
      return (performance.now() - startedAt) / 1_000;
    };
    const portal = await secondsTo('localhost', '/_proxy/');
    const app = await secondsTo('hello.localhost', '/');
    const list = await processorSeconds(tree, [process.execPath, tree.program, 'list', '--state', state]);
    return { portal, app, list };
  } finally {
    await end(child);
  }
}

async function untilServed(
  page: { port: string; host: string; path: string },
  child: ChildProcess,
): Promise<void> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    if ((await statusOf(page)) === 200) return;
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`npm start does not serve ${page.host}${page.path}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGTERM');
  await once(child, 'exit');
}

/** Runs a command in a tree. Returns the processor time of the command and of all its children. Throws if it fails. */
async function processorSeconds({ root }: Tree, command: readonly string[]): Promise<number> {
  const script = 'TIMEFORMAT="TIME %U %S"; time "$@" >/dev/null 2>&1';
  const child = spawn('bash', ['-c', script, 'bash', ...command], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (bytes) => {
    output += bytes;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command.join(' ')} in ${root} ended with ${code}`);
  return parseTime(output);
}

/** User and system time, in seconds, from the line of bash's `time`. */
export function parseTime(output: string): number {
  const [, user, system] = /^TIME ([\d.]+) ([\d.]+)$/m.exec(output) ?? [];
  if (user === undefined || system === undefined) throw new Error(`bash printed no time: ${output}`);
  return Number(user) + Number(system);
}
