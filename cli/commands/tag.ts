import { quoteWord } from '../../core/explain/names/quote-word.ts';
import type { Problem } from '../../core/problem.ts';
import { listInstances } from '../../local/cloud-client.ts';
import type { ListedInstance } from '../../local/ec2/listed-instance.ts';
import { OWN_COMMAND } from '../../local/own-command.ts';
import { callEc2 } from '../cloud/ec2.ts';
import { isRouted, readPublished } from '../cloud/published.ts';
import { printReasons } from '../cloud/reasons.ts';
import {
  findRunningCloud,
  followChanges,
  formatState,
  resolveState,
  STATE,
  waitForUpdater,
} from '../cloud/running-cloud.ts';
import { describeOthers, findKey, parseTag } from '../cloud/tag-argument.ts';
import { asksForName, findInstances } from '../cloud/targets.ts';
import { type Command, UsageError } from '../command.ts';

/** Sets or removes tags of an instance of the local cloud. */
export const tag: Command = {
  name: 'tag',
  summary:
    'Set or remove tags of an instance. The keys of the proxy need no "proxy:"; others stay as they are.',
  words: { usage: 'INSTANCE|NAME KEY=VALUE…', missing: 'the instance and its tags are missing' },
  options: { remove: { value: 'KEY', text: 'remove this tag', many: true }, ...STATE },
  async run(given, terminal) {
    const [name = '', ...pairs] = given.words;
    const removed = given.list('remove');
    if (pairs.length + removed.length === 0)
      throw new UsageError(`no tag given for ${name}; add KEY=VALUE or --remove KEY`);
    const tags = pairs.map(parseTag);
    const cloud = await findRunningCloud(given.text('state'));
    await waitForUpdater(cloud, terminal);
    const before = await findInstances(cloud, [name], terminal);
    const ids = before.map((instance) => instance.id);
    for (const line of describeOthers(tags)) terminal.err(line);
    const since = Date.now();
    const gone = removed.map((key) => ({ Key: findKey(key, before) }));
    await callEc2(cloud, async (ec2, { CreateTagsCommand, DeleteTagsCommand }) => {
      if (tags.length > 0) await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: tags }));
      if (gone.length > 0) await ec2.send(new DeleteTagsCommand({ Resources: ids, Tags: gone }));
    });
    const changes = await followChanges(cloud, { ids, since }, terminal);
    const instances = (await listInstances(cloud.api)).filter(({ id }) => ids.includes(id));
    const { routes, problems } = await readPublished(cloud);
    const lost = instances.filter((each) => asksForName(each) && !isRouted(each.id, routes));
    if (lost.length > 0) {
      const keys = [...tags, ...gone].map(({ Key }) => Key);
      const undo = lost.map((each) => undoCommand(each.id, keys, before) + formatState(given)).join(' && ');
      const state = resolveState(given);
      await printReasons({ api: cloud.api, state, instances: lost, undo }, terminal);
      return 1;
    }
    if (changes.length === 0) {
      const names = routes.filter((route) => route.instances.some((id) => ids.includes(id)));
      const reasons = problems.filter(isOfNames(names.map(({ hostname }) => hostname)));
      for (const { message } of reasons) terminal.err(`! ${message}`);
      terminal.out('  no route changed; `dynamic-edge-proxy list` shows any problems');
    }
    return 0;
  },
};

/** True for a problem of one of the names, not of one instance: a change that waits or was refused. */
function isOfNames(names: readonly string[]) {
  return ({ instance, hostnames = [] }: Problem) =>
    instance === '' && hostnames.some((each) => names.includes(each));
}

/** The command that restores the former tags of an instance. */
function undoCommand(id: string, keys: readonly string[], before: readonly ListedInstance[]): string {
  const tags = before.find((instance) => instance.id === id)?.tags;
  const words = keys.map((key) => {
    const value = tags?.get(key);
    return value === undefined ? `--remove ${quoteWord(key)}` : quoteWord(`${key}=${value}`);
  });
  return `${OWN_COMMAND} tag ${id} ${words.join(' ')}`;
}
