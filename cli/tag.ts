import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { argumentsOf, type Command, UsageError } from './command.ts';
import { tagOf } from './launch.ts';
import { changesSince, describe, ec2Of, runningCloud } from './running-cloud.ts';
import { instancesNamed } from './targets.ts';

/** Milliseconds in which a change of tags shows at the local edge, if it changes a route at all. */
const SETTLE_MS = 700;

/** Sets or removes tags of an instance of the local cloud. */
export const tag: Command = {
  name: 'tag',
  usage: 'INSTANCE|NAME KEY=VALUE… [--remove KEY]…',
  summary: 'Set or remove proxy tags (the prefix may be left out), as `aws ec2 create-tags` does.',
  async run(args, terminal) {
    const given = argumentsOf(args, {
      remove: { type: 'string', multiple: true },
      state: { type: 'string' },
    });
    const [name, ...pairs] = given.names;
    const removed = given.list('remove');
    if (name === undefined || pairs.length + removed.length === 0)
      throw new UsageError('say which instance and which tags');
    const tags = pairs.map(tagOf);
    const cloud = runningCloud(given.text('state'));
    const ec2 = ec2Of(cloud);
    const ids = (await instancesNamed(ec2, [name])).map((instance) => instance.id);
    const since = Date.now();
    if (tags.length > 0) await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: tags }));
    const gone = removed.map((key) => ({ Key: tagOf(`${key}=`).Key }));
    if (gone.length > 0) await ec2.send(new DeleteTagsCommand({ Resources: ids, Tags: gone }));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const changes = (await changesSince(cloud, since)).filter((each) =>
      each.instances.some((id) => ids.includes(id)),
    );
    for (const change of changes) terminal.out(describe(change));
    if (changes.length === 0)
      terminal.out('  no route changed; `edge-proxy list` shows problems, if there are any');
    return 0;
  },
};
