import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { argumentsOf, type Command, UsageError } from './command.ts';
import { ec2Of } from './ec2.ts';
import { tagOf } from './launch.ts';
import { follow, runningCloud } from './running-cloud.ts';
import { instancesNamed } from './targets.ts';

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
    const cloud = await runningCloud(given.text('state'));
    const ec2 = ec2Of(cloud);
    const ids = (await instancesNamed(ec2, cloud.baseDomain, [name])).map((instance) => instance.id);
    const since = Date.now();
    if (tags.length > 0) await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: tags }));
    const gone = removed.map((key) => ({ Key: tagOf(`${key}=`).Key }));
    if (gone.length > 0) await ec2.send(new DeleteTagsCommand({ Resources: ids, Tags: gone }));
    const changes = await follow(cloud, { ids, since }, terminal);
    if (changes.length === 0)
      terminal.out('  no route changed; `dynamic-edge-proxy list` shows problems, if there are any');
    return 0;
  },
};
