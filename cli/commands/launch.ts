import { quoteWord } from '../../core/explain/names/quote-word.ts';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { listInstances } from '../../local/cloud-client.ts';
import { IPV6_SUBNET } from '../../local/ec2/interfaces.ts';
import { EXTERNAL_IMAGE } from '../../local/ec2/machines/instance-process.ts';
import { OWN_COMMAND } from '../../local/own-command.ts';
import { describeClosed, isOpen, type Loopback, PortInUseError, waitUntilOpen } from '../../local/ports.ts';
import { systemScheduler } from '../../local/scheduler.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { callEc2 } from '../cloud/ec2.ts';
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
import { describeOthers, parseTag, type TagArgument } from '../cloud/tag-argument.ts';
import { type Command, type ParsedArguments, type Terminal, UsageError } from '../command.ts';

/** Launches an instance of the local cloud: a command, a running server, or a demo app. */
export const launch: Command = {
  name: 'launch',
  summary: 'Launch an instance that runs COMMAND, a server that already listens on --port, or a demo app.',
  options: {
    host: { value: 'NAME', text: 'hostname of the app; shop becomes shop.localhost' },
    port: {
      value: 'N',
      text: 'port that the app listens on; COMMAND finds it in PORT',
      range: [1, 65_535],
    },
    tag: { value: 'KEY=VALUE', text: 'a further tag, such as group=web or owner=ann', many: true },
    wait: {
      value: 'SECONDS',
      text: 'how long to wait until the app listens',
      fallback: '30',
      range: [0, 3_600],
    },
    address: {
      value: 'KIND',
      text: 'ipv6 for an instance without IPv4, or dual for one with both; the app then listens on ::',
      fallback: 'ipv4',
    },
    image: { value: 'IMAGE', text: 'a demo app: ami-hello, ami-chat or ami-clock' },
    ...STATE,
  },
  runsCommand: true,
  meant: suggestOptions,
  async run(given, terminal) {
    const launched = parseLaunched(given);
    const cloud = await findRunningCloud(given.text('state'));
    // The other program would receive the requests, and the command would fail to listen.
    const host = loopbackOf(launched);
    if (launched.command.length > 0 && (await isOpen(Number(launched.port), host)))
      throw new PortInUseError(host, Number(launched.port));
    for (const line of describeOthers(launched.tags)) terminal.err(line);
    const since = Date.now();
    const id = await runInstance(cloud, launched);
    terminal.out(`${id} launched`);
    if (!launched.tags.some(({ Key }) => Key.endsWith(':host'))) return 0;
    await followChanges(cloud, { ids: [id], since }, terminal);
    const state = resolveState(given);
    if (await isReachable(launched, { cloud, id, state }, terminal)) return 0;
    await waitForUpdater(cloud, terminal);
    const instances = (await listInstances(cloud.api)).filter((each) => each.id === id);
    const undo = `${OWN_COMMAND} terminate ${id}${formatState(given)}`;
    await printReasons({ api: cloud.api, state, instances, undo }, terminal);
    return 1;
  },
};

/** The launch that a command line asks for. */
interface Launched {
  image: string | undefined;
  address: AddressKind;
  command: readonly string[];
  port: string | undefined;
  tags: readonly TagArgument[];
  wait: Milliseconds;
}

/** The kinds of addresses of an instance, and the parameters of RunInstances for them. */
const ADDRESSES = {
  ipv4: {},
  ipv6: { SubnetId: IPV6_SUBNET },
  dual: { Ipv6AddressCount: 1 },
} as const;

type AddressKind = keyof typeof ADDRESSES;

function parseAddress(text: string): AddressKind {
  if (text === 'ipv4' || text === 'ipv6' || text === 'dual') return text;
  throw new UsageError(`--address is "${text}"; write ipv4, ipv6 or dual`);
}

/** The loopback address that stands for the instance. */
function loopbackOf({ address }: Launched): Loopback {
  return address === 'ipv6' ? '::1' : '127.0.0.1';
}

function parseLaunched(given: ParsedArguments): Launched {
  const { command } = given;
  const [port, image] = [given.text('port'), given.text('image')];
  if (command.length > 0 && port === undefined)
    throw new UsageError('--port is missing; name the port that the command listens on');
  if (command.length === 0 && port === undefined && image === undefined) {
    throw new UsageError(
      'nothing to launch; add --port N for a running server, -- COMMAND, or --image ami-hello',
    );
  }
  return {
    image,
    address: parseAddress(given.value('address')),
    command,
    port,
    tags: buildTags(given.text('host'), port, given.list('tag')),
    wait: 1_000 * given.number('wait'),
  };
}

/** Returns the id of the instance. */
async function runInstance(cloud: CloudFile, { image, address, command, tags }: Launched): Promise<string> {
  const input = {
    ...ADDRESSES[address],
    ImageId: image ?? EXTERNAL_IMAGE,
    MinCount: 1,
    MaxCount: 1,
    ...(tags.length > 0
      ? { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [...tags] }] }
      : {}),
    ...(command.length > 0 ? { UserData: encodeUserData(command) } : {}),
  };
  const { Instances: [instance] = [] } = await callEc2(cloud, (ec2, { RunInstancesCommand }) =>
    ec2.send(new RunInstancesCommand(input)),
  );
  return instance?.InstanceId ?? '';
}

/** An instance that was just launched. */
interface Started {
  cloud: CloudFile;
  id: string;
  /** The cloud's folder. */
  state: string;
}

/** Waits until the instance has its route and listens. Prints why if it does not. */
async function isReachable(
  launched: Launched,
  { cloud, id, state }: Started,
  terminal: Terminal,
): Promise<boolean> {
  const { image, command, port, wait } = launched;
  const { routes } = await readPublished(cloud);
  const found = (await listInstances(cloud.api)).find((each) => each.id === id);
  if (found?.state !== 'running' || !isRouted(id, routes)) {
    terminal.err(`  ${id} is not live`);
    return false;
  }
  const isDemo = image !== undefined && command.length === 0;
  if (isDemo || port === undefined) return true;
  return waitUntilListening(
    { cloud, id, port: Number(port), host: loopbackOf(launched), wait, state },
    terminal,
  );
}

interface Listener {
  cloud: CloudFile;
  id: string;
  port: number;
  host: Loopback;
  wait: Milliseconds;
  /** The cloud's folder. */
  state: string;
}

/** Waits until something listens on the route's port. Prints why if nothing does. */
async function waitUntilListening(
  { cloud, id, port, host, wait, state }: Listener,
  { out, err }: Terminal,
): Promise<boolean> {
  if (await isOpen(port, host)) return true;
  if (wait > 0) out(`  waiting up to ${wait / 1000} s until something listens on port ${port} …`);
  const isOver = async () =>
    (await listInstances(cloud.api)).some((each) => each.id === id && each.state !== 'running');
  if (await waitUntilOpen(port, { patienceMs: wait, scheduler: systemScheduler, isOver, host })) return true;
  if (await isOver()) return false;
  err(`  timed out after ${wait / 1000} s: ${await describeClosed(port, host)}`);
  for (const line of describeOutput(state, id)) err(`  ${line}`);
  return false;
}

/** A single argument was probably meant as the name, several as the command. */
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

/** The boot script that runs a command in the current folder. */
function encodeUserData(command: readonly string[]): string {
  const run = command.map(quoteWord).join(' ');
  return Buffer.from(`cd ${quoteWord(process.cwd())} && exec ${run}\n`).toString('base64');
}
