import { fileURLToPath } from 'node:url';
import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { buildUpdater } from '../infra/bundles/updater.ts';
import { type LocalCloud, startLocalCloud } from '../local/cloud.ts';
import { printRequest } from '../local/request-log.ts';
import type { Change } from '../local/timeline.ts';
import { argumentsOf, type Command, type Terminal, UsageError } from './command.ts';
import { DEFAULT_STATE, describe, ec2Of } from './running-cloud.ts';

const UPDATER_FOLDER = fileURLToPath(new URL('../dist/updater', import.meta.url));
const DEMOS = ['hello', 'chat', 'clock'] as const;

/** `npm start`: the whole system on this machine. */
export const local: Command = {
  name: 'local',
  usage: '[--port 8080] [--bare] [--propagation 200ms|30s] [--no-demo] [--state DIR]',
  summary: 'Run the whole system on this machine, with three demo apps.',
  async run(args, terminal) {
    const given = argumentsOf(args, {
      port: { type: 'string' },
      bare: { type: 'boolean' },
      propagation: { type: 'string' },
      'no-demo': { type: 'boolean' },
      state: { type: 'string' },
    });
    const ended = endOfSession();
    buildUpdater(UPDATER_FOLDER);
    const cloud = await startLocalCloud({
      updaterFile: `${UPDATER_FOLDER}/index.mjs`,
      stateFolder: given.text('state') ?? DEFAULT_STATE,
      port: portOf(given.text('port') ?? '8080'),
      baseDomain: given.flag('bare') ? '' : 'localhost',
      propagation: millisecondsOf(given.text('propagation') ?? '200ms'),
      onRequest: (record) => terminal.out(printRequest(record, terminal.colour)),
      onChange: (change) => terminal.out(describe(change)),
      onTrouble: (message) => terminal.err(`! ${message}`),
    });
    if (!given.flag('no-demo')) await launchDemos(cloud);
    greet(cloud, given.flag('no-demo'), terminal);
    await ended;
    terminal.out('\nstopping …');
    await cloud.dispose();
    return 0;
  },
};

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function endOfSession(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function launchDemos(cloud: LocalCloud): Promise<void> {
  const ec2 = ec2Of({ api: cloud.api.url, portal: '', pid: 0, baseDomain: cloud.baseDomain });
  const live = new Promise<void>((resolve) => {
    const waiting = new Set<string>(DEMOS);
    cloud.timeline.onChange(({ hostname, state }: Change) => {
      if (state === 'live') waiting.delete(hostname.split('.')[0] ?? '');
      if (waiting.size === 0) resolve();
    });
  });
  for (const demo of DEMOS) {
    const Tags = [{ Key: 'proxy:host', Value: demo }];
    await ec2.send(
      new RunInstancesCommand({
        ImageId: `ami-${demo}`,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      }),
    );
  }
  await live;
}

function greet({ url, port, baseDomain }: LocalCloud, quiet: boolean, { out, colour }: Terminal): void {
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const app = (name: string) =>
    baseDomain === '' ? `${url}/@${name}/` : `http://${name}.${baseDomain}:${port}/`;
  out('');
  out(`${bold('dynamic-edge-proxy')} is running on this machine. No AWS account is used.`);
  out(`  portal   ${bold(`${url}/`)}`);
  if (!quiet) for (const demo of DEMOS) out(`  ${demo.padEnd(7)}  ${app(demo)}`);
  out('Try in a second terminal:');
  out('  npx edge-proxy launch --host shop --port 3000 -- npx http-server -p 3000');
  out('  npx edge-proxy stop hello     npx edge-proxy start hello     npx edge-proxy terminate hello');
  out('Ctrl-C ends it. Each request below is one line.');
  out('');
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port is "${text}"; expected 0–65535`);
}

function millisecondsOf(text: string): number {
  const found = /^(\d{1,6})(ms|s)$/.exec(text);
  if (found) return Number(found[1]) * (found[2] === 's' ? 1000 : 1);
  throw new UsageError(`--propagation is "${text}"; expected a time such as 200ms or 30s`);
}
