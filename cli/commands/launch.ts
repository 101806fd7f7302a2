import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { EXTERNAL_IMAGE } from '../../local/ec2/machines/instance-process.ts';
import { OWN_COMMAND } from '../../local/own-command.ts';
import { describeClosed, isOpen, PortInUse, waitUntilOpen } from '../../local/ports.ts';
import { systemScheduler } from '../../local/scheduler.ts';
import { connectEc2 } from '../cloud/ec2.ts';
import { isRouted, readPublished } from '../cloud/published.ts';
import { describeOutput, printReasons } from '../cloud/reasons.ts';
import {
  findRunningCloud,
  followChanges,
  formatState,
  resolveState,
  STATE,
  waitForUpdater,
} from '../cloud/running-cloud.ts';
import { listInstances } from '../cloud/targets.ts';
import { type Command, type ParsedArguments, type Terminal, UsageError } from '../command.ts';

/** Launches an instance of the local cloud: a command, something already running, or a demo app. */
export const launch: Command = {
  name: 'launch',
  summary: 'Launch an instance: COMMAND run as one, or what listens on --port already. Its route follows.',
  options: {
    host: { value: 'NAME', text: 'the name that it answers: shop is shop.localhost' },
    port: {
      value: 'N',
      text: 'where COMMAND, or what runs already, listens; COMMAND finds it in PORT',
      range: [1, 65_535],
    },
    tag: { value: 'KEY=VALUE', text: 'another proxy tag, such as group=web', many: true },
    wait: { value: 'SECONDS', text: 'how long to wait for the port', fallback: '30', range: [0, 3_600] },
    image: { value: 'IMAGE', text: 'a demo app: ami-hello, ami-chat or ami-clock' },
    ...STATE,
  },
  runsCommand: true,
  meant: suggestOptions,
  async run(given, terminal) {
    const launched = parseLaunched(given);
    const cloud = await findRunningCloud(given.text('state'));
    // It would take the requests, and the command would die of the port.
    if (launched.command.length > 0 && (await isOpen(Number(launched.port))))
      throw new PortInUse('127.0.0.1', Number(launched.port));
    const since = Date.now();
    const ec2 = connectEc2(cloud);
    const id = await runInstance(ec2, launched);
    terminal.out(`${id} launched`);
    if (!launched.tags.some(({ Key }) => Key.endsWith(':host'))) return 0;
    await followChanges(cloud, { ids: [id], since }, terminal);
    const state = resolveState(given);
    if (await isReachable(launched, { ec2, id, portal: cloud.portal, state }, terminal)) return 0;
    await waitForUpdater(cloud, terminal);
    const instances = (await listInstances(ec2)).filter((each) => each.id === id);
    const undo = `${OWN_COMMAND} terminate ${id}${formatState(given)}`;
    await printReasons({ ec2, portal: cloud.portal, state, instances, undo }, terminal);
    return 1;
  },
};

/** What a command line asks to launch. */
interface Launched {
  image: string | undefined;
  command: readonly string[];
  port: string | undefined;
  tags: readonly { Key: string; Value: string }[];
  wait: Milliseconds;
}

function parseLaunched(given: ParsedArguments): Launched {
  const { command } = given;
  const [port, image] = [given.text('port'), given.text('image')];
  if (command.length > 0 && port === undefined)
    throw new UsageError('a command needs --port: where does it listen?');
  if (command.length === 0 && port === undefined && image === undefined) {
    throw new UsageError('say what to launch: --port of something running, -- COMMAND, or --image ami-hello');
  }
  return {
    image,
    command,
    port,
    tags: buildTags(given.text('host'), port, given.list('tag')),
    wait: 1_000 * given.number('wait'),
  };
}

/** The id of the instance. */
async function runInstance(ec2: EC2Client, { image, command, tags }: Launched): Promise<string> {
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image ?? EXTERNAL_IMAGE,
      MinCount: 1,
      MaxCount: 1,
      ...(tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags: [...tags] }] } : {}),
      ...(command.length > 0 ? { UserData: encodeUserData(command) } : {}),
    }),
  );
  return instance?.InstanceId ?? '';
}

/** An instance that has just been launched, and where to look for it. */
interface Started {
  ec2: EC2Client;
  id: string;
  portal: string;
  /** The cloud's folder. */
  state: string;
}

/** True when the instance has its route and listens; says so when it does not. */
async function isReachable(
  { image, command, port, wait }: Launched,
  { ec2, id, portal, state }: Started,
  terminal: Terminal,
): Promise<boolean> {
  const { routes } = await readPublished(portal);
  const found = (await listInstances(ec2)).find((each) => each.id === id);
  if (found?.state !== 'running' || !isRouted(id, routes)) {
    terminal.err(`  ${id} is not live`);
    return false;
  }
  const isDemo = image !== undefined && command.length === 0;
  if (isDemo || port === undefined) return true;
  return waitUntilListening({ ec2, id, port: Number(port), wait, state }, terminal);
}

interface Listener {
  ec2: EC2Client;
  id: string;
  port: number;
  wait: Milliseconds;
  /** The cloud's folder. */
  state: string;
}

/** Waits until something listens where the route leads; says so when the command has ended or the patience is over. */
async function waitUntilListening(
  { ec2, id, port, wait, state }: Listener,
  { out, err }: Terminal,
): Promise<boolean> {
  if (await isOpen(port)) return true;
  if (wait > 0) out(`  waiting until something listens on port ${port}, at most ${wait / 1000} s …`);
  const isOver = async () =>
    (await listInstances(ec2)).some((each) => each.id === id && each.state !== 'running');
  if (await waitUntilOpen(port, { patienceMs: wait, scheduler: systemScheduler, isOver })) return true;
  if (await isOver()) return false;
  err(`  gave up after ${wait / 1000} s: ${await describeClosed(port)}`);
  for (const line of describeOutput(state, id)) err(`  ${line}`);
  return false;
}

/** A first word is the name, or the beginning of the command. */
function suggestOptions(stray: readonly string[], given: ParsedArguments): string {
  const [first = ''] = stray;
  if (stray.length === 1 && given.text('host') === undefined) return `--host ${first}`;
  return `--host NAME --port N -- ${stray.join(' ')}`;
}

function buildTags(host: string | undefined, port: string | undefined, others: readonly string[]) {
  const own = { host, port };
  const named = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [{ Key: `${TAG_PREFIX}${name}`, Value: value }],
  );
  return [...named, ...others.map(parseTag)];
}

/** `proxy:group=web` → a tag; the prefix may be left out. */
export function parseTag(text: string): { Key: string; Value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`"${text}" is no tag; write KEY=VALUE, such as group=web`);
  const key = text.slice(0, equals);
  return { Key: key.startsWith(TAG_PREFIX) ? key : `${TAG_PREFIX}${key}`, Value: text.slice(equals + 1) };
}

/** The command as an instance's boot script, run where the person stands. */
function encodeUserData(command: readonly string[]): string {
  const quoted = [process.cwd(), ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return Buffer.from(`cd ${quoted[0]} && exec ${quoted.slice(1).join(' ')}\n`).toString('base64');
}
