import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { TAG_PREFIX } from '../core/tags.ts';
import { EXTERNAL_IMAGE } from '../local/ec2/instance-process.ts';
import { argumentsOf, type Command, UsageError } from './command.ts';
import { ec2Of } from './ec2.ts';
import { follow, runningCloud } from './running-cloud.ts';

/** Launches an instance of the local cloud: a command, something already running, or a demo app. */
export const launch: Command = {
  name: 'launch',
  usage: '--host NAME [--port N] [--tag KEY=VALUE]… [--image ami-hello|ami-chat|ami-clock] [-- COMMAND…]',
  summary: 'Launch an instance: COMMAND run as one, or what listens on --port already. Its route follows.',
  async run(args, terminal) {
    const given = argumentsOf(args, {
      host: { type: 'string' },
      port: { type: 'string' },
      tag: { type: 'string', multiple: true },
      image: { type: 'string' },
      state: { type: 'string' },
    });
    const port = given.text('port');
    if (given.rest.length > 0 && port === undefined)
      throw new UsageError('a command needs --port: where does it listen?');
    if (given.rest.length === 0 && port === undefined && given.text('image') === undefined) {
      throw new UsageError(
        'say what to launch: --port of something running, -- COMMAND, or --image ami-hello',
      );
    }
    const tags = tagsOf(given.text('host'), port, given.list('tag'));
    const cloud = await runningCloud(given.text('state'));
    const since = Date.now();
    const command = new RunInstancesCommand({
      ImageId: given.text('image') ?? EXTERNAL_IMAGE,
      MinCount: 1,
      MaxCount: 1,
      ...(tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] } : {}),
      ...(given.rest.length > 0 ? { UserData: userDataOf(given.rest) } : {}),
    });
    const { Instances: [launched] = [] } = await ec2Of(cloud).send(command);
    const id = launched?.InstanceId ?? '';
    terminal.out(`${id} launched`);
    if (!tags.some(({ Key }) => Key.endsWith(':host'))) return 0;
    const changes = await follow(cloud, { ids: [id], since }, terminal);
    if (changes.at(-1)?.state === 'live') return 0;
    terminal.err(
      `  it is not live; \`dynamic-edge-proxy list\` shows the problems, the cloud's folder logs/ what it printed`,
    );
    return 1;
  },
};

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
