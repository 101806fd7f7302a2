import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { type Command, UsageError } from './command.ts';
import { ec2Of } from './ec2.ts';
import { tagOf } from './launch.ts';
import { follow, runningCloud, STATE } from './running-cloud.ts';
import { instancesNamed } from './targets.ts';

/** Sets or removes tags of an instance of the local cloud. */
export const tag: Command = {
  name: 'tag',
  summary: 'Set or remove proxy tags (the prefix may be left out), as `aws ec2 create-tags` does.',
  words: { usage: 'INSTANCE|NAME KEY=VALUE…', missing: 'say which instance and which tags' },
  options: { remove: { value: 'KEY', text: 'remove this tag', many: true }, ...STATE },
  async run(given, terminal) {
    const [name = '', ...pairs] = given.words;
    const removed = given.list('remove');
    if (pairs.length + removed.length === 0)
      throw new UsageError(`say which tags of ${name}: KEY=VALUE, or --remove KEY`);
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
