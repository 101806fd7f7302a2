import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { instancesOf } from '../core/described-instance.ts';
import { type Instance, isInstanceId } from '../core/instance.ts';
import { UsageError } from './command.ts';

/** Every instance of the local cloud, the youngest last. */
export async function allInstances(ec2: EC2Client): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return instancesOf(Reservations, 'us-east-1').sort((a, b) => a.launchedAt - b.launchedAt);
}

/** The instances that the words name: by id, or by one of their names (`shop`). Terminated ones are named by id only. */
export async function instancesNamed(ec2: EC2Client, words: readonly string[]): Promise<Instance[]> {
  if (words.length === 0) throw new UsageError('say which: an instance id, or a name such as shop');
  const all = await allInstances(ec2);
  return words.flatMap((word) => {
    const found = all.filter((instance) =>
      isInstanceId(word) ? instance.id === word : hasName(instance, word),
    );
    if (found.length === 0)
      throw new UsageError(`no instance is named "${word}"; \`edge-proxy list\` shows them`);
    return found;
  });
}

function hasName(instance: Instance, word: string): boolean {
  if (instance.state === 'terminated' || instance.state === 'shutting-down') return false;
  const names = Object.entries(instance.tags).filter(([key]) => key.endsWith(':host'));
  return names.some(([, value]) =>
    value.split(/\s+/).some((name) => name === word || name.split('.')[0] === word),
  );
}
