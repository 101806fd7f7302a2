import type { CloudFile } from '../../local/state/state-folder.ts';
import { callEc2 } from '../cloud/ec2.ts';
import { findRunningCloud, followChanges, STATE, waitForUpdater } from '../cloud/running-cloud.ts';
import { findInstances } from '../cloud/targets.ts';
import type { Command } from '../command.ts';

interface StateVerb {
  name: string;
  summary: string;
  /** Asks EC2. */
  send: (cloud: CloudFile, ids: string[]) => Promise<unknown>;
}

function stateCommand({ name, summary, send }: StateVerb): Command {
  return {
    name,
    summary,
    words: {
      usage: 'INSTANCE|NAME…',
      missing: 'the instance is missing; give its id or a name such as shop',
    },
    options: STATE,
    async run(given, terminal) {
      const cloud = await findRunningCloud(given.text('state'));
      await waitForUpdater(cloud, terminal);
      const ids = (await findInstances(cloud, given.words, terminal)).map((instance) => instance.id);
      const since = Date.now();
      await send(cloud, ids);
      for (const id of ids) terminal.out(`${id}: ${name} requested`);
      await followChanges(cloud, { ids, since }, terminal);
      return 0;
    },
  };
}

export const stop = stateCommand({
  name: 'stop',
  summary: 'Stop instances. Their names show a page that says the app is asleep.',
  send: (cloud, InstanceIds) =>
    callEc2(cloud, (ec2, { StopInstancesCommand }) => ec2.send(new StopInstancesCommand({ InstanceIds }))),
});

export const start = stateCommand({
  name: 'start',
  summary: 'Start stopped instances. Their names follow to the new addresses.',
  send: (cloud, InstanceIds) =>
    callEc2(cloud, (ec2, { StartInstancesCommand }) => ec2.send(new StartInstancesCommand({ InstanceIds }))),
});

export const terminate = stateCommand({
  name: 'terminate',
  summary: 'Terminate instances. Their names are removed.',
  send: (cloud, InstanceIds) =>
    callEc2(cloud, (ec2, { TerminateInstancesCommand }) =>
      ec2.send(new TerminateInstancesCommand({ InstanceIds })),
    ),
});
