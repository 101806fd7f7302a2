import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import { EXTERNAL_IMAGE } from '../../local/ec2/machines/instance-process.ts';
import { OWN_COMMAND } from '../../local/own-command.ts';
import { isOpen, opened, PortInUse, whyClosed } from '../../local/ports.ts';
import { systemScheduler } from '../../local/scheduler.ts';
import { ec2Of } from '../cloud/ec2.ts';
import { isRouted, published } from '../cloud/published.ts';
import { printedBy, tellWhy } from '../cloud/reasons.ts';
import { follow, runningCloud, STATE, settle, spelledState, stateOf } from '../cloud/running-cloud.ts';
import { allInstances } from '../cloud/targets.ts';
import { type Command, type Given, type Terminal, UsageError, wholeNumber } from '../command.ts';

/** Launches an instance of the local cloud: a command, something already running, or a demo app. */
export const launch: Command = {
  name: 'launch',
  summary: 'Launch an instance: COMMAND run as one, or what listens on --port already. Its route follows.',
  options: {
    host: { value: 'NAME', text: 'the name that it answers: shop is shop.localhost' },
    port: { value: 'N', text: 'where COMMAND, or what runs already, listens; COMMAND finds it in PORT' },
    tag: { value: 'KEY=VALUE', text: 'another proxy tag, such as group=web', many: true },
    wait: { value: 'SECONDS', text: 'how long to wait for the port; 30 unless told' },
    image: { value: 'IMAGE', text: 'a demo app: ami-hello, ami-chat or ami-clock' },
    ...STATE,
  },
  runsCommand: true,
  meant,
  async run(given, terminal) {
    const port = given.text('port');
    if (given.command.length > 0 && port === undefined)
      throw new UsageError('a command needs --port: where does it listen?');
    if (given.command.length === 0 && port === undefined && given.text('image') === undefined) {
      throw new UsageError(
        'say what to launch: --port of something running, -- COMMAND, or --image ami-hello',
      );
    }
    const wait = waitOf(given);
    const tags = tagsOf(given.text('host'), port, given.list('tag'));
    const cloud = await runningCloud(given.text('state'));
    // It would take the requests, and the command would die of the port.
    if (given.command.length > 0 && (await isOpen(Number(port))))
      throw new PortInUse('127.0.0.1', Number(port));
    const since = Date.now();
    const command = new RunInstancesCommand({
      ImageId: given.text('image') ?? EXTERNAL_IMAGE,
      MinCount: 1,
      MaxCount: 1,
      ...(tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] } : {}),
      ...(given.command.length > 0 ? { UserData: userDataOf(given.command) } : {}),
    });
    const ec2 = ec2Of(cloud);
    const { Instances: [launched] = [] } = await ec2.send(command);
    const id = launched?.InstanceId ?? '';
    terminal.out(`${id} launched`);
    if (!tags.some(({ Key }) => Key.endsWith(':host'))) return 0;
    await follow(cloud, { ids: [id], since }, terminal);
    const { routes } = await published(cloud.portal);
    const found = (await allInstances(ec2)).find((each) => each.id === id);
    const isLive = found?.state === 'running' && isRouted(id, routes);
    const isDemo = given.text('image') !== undefined && given.command.length === 0;
    if (isLive && (isDemo || port === undefined)) return 0;
    if (isLive && (await listens({ ec2, id, port: Number(port), wait, state: stateOf(given) }, terminal)))
      return 0;
    if (!isLive) terminal.err(`  ${id} is not live`);
    await settle(cloud, terminal);
    const instances = (await allInstances(ec2)).filter((each) => each.id === id);
    const undo = `${OWN_COMMAND} terminate ${id}${spelledState(given)}`;
    await tellWhy({ ec2, portal: cloud.portal, state: stateOf(given), instances, undo }, terminal);
    return 1;
  },
};

interface Listener {
  ec2: EC2Client;
  id: string;
  port: number;
  /** Milliseconds. */
  wait: number;
  /** The cloud's folder. */
  state: string;
}

/** Waits until something listens where the route leads; says so when the command has ended or the patience is over. */
async function listens({ ec2, id, port, wait, state }: Listener, { out, err }: Terminal): Promise<boolean> {
  if (await isOpen(port)) return true;
  if (wait > 0) out(`  waiting until something listens on port ${port}, at most ${wait / 1000} s …`);
  const isOver = async () =>
    (await allInstances(ec2)).some((each) => each.id === id && each.state !== 'running');
  if (await opened(port, { patienceMs: wait, scheduler: systemScheduler, isOver })) return true;
  if (await isOver()) return false;
  err(`  gave up after ${wait / 1000} s: ${await whyClosed(port)}`);
  for (const line of printedBy(state, id)) err(`  ${line}`);
  return false;
}

/** Milliseconds. */
function waitOf(given: Given): number {
  return 1_000 * wholeNumber(given, 'wait', { fallback: 30, most: 3_600 });
}

/** A first word is the name, or the beginning of the command. */
function meant(stray: readonly string[], given: Given): string {
  const [first = ''] = stray;
  if (stray.length === 1 && given.text('host') === undefined) return `--host ${first}`;
  return `--host NAME --port N -- ${stray.join(' ')}`;
}

function tagsOf(host: string | undefined, port: string | undefined, others: readonly string[]) {
  const own = { host, port };
  const named = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [{ Key: `${TAG_PREFIX}${name}`, Value: value }],
  );
  return [...named, ...others.map(tagOf)];
}

/** `proxy:group=web` → a tag; the prefix may be left out. */
export function tagOf(text: string): { Key: string; Value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`"${text}" is no tag; write KEY=VALUE, such as group=web`);
  const key = text.slice(0, equals);
  return { Key: key.startsWith(TAG_PREFIX) ? key : `${TAG_PREFIX}${key}`, Value: text.slice(equals + 1) };
}

/** The command as an instance's boot script, run where the person stands. */
function userDataOf(command: readonly string[]): string {
  const quoted = [process.cwd(), ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return Buffer.from(`cd ${quoted[0]} && exec ${quoted.slice(1).join(' ')}\n`).toString('base64');
}
