import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { instancesOf } from '../core/described-instance.ts';
import { type Instance, isInstanceId } from '../core/instance.ts';
import { UsageError } from './command.ts';

/** Every instance of the local cloud, the youngest last. */
export async function allInstances(ec2: EC2Client): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return instancesOf(Reservations, 'us-east-1').sort((a, b) => a.launchedAt - b.launchedAt);
}

/**
 * The instances that the words name: by id, or by one of their names, with or without the base domain (`shop`,
 * `shop.localhost`). Terminated ones are named by id only.
 */
export async function instancesNamed(
  ec2: EC2Client,
  baseDomain: string,
  words: readonly string[],
): Promise<Instance[]> {
  const all = await allInstances(ec2);
  return words.flatMap((word) => {
    const name = withoutDomain(word, baseDomain);
    const found = isInstanceId(word)
      ? all.filter((instance) => instance.id === word)
      : all.filter((instance) => namesOf(instance).some((each) => withoutDomain(each, baseDomain) === name));
    if (found.length === 0)
      throw new UsageError(`no instance is named "${word}"; \`dynamic-edge-proxy list\` shows them`);
    return found;
  });
}

/** The names that an instance claims, each as the tag says it: `shop` or `shop.localhost`. */
function namesOf({ state, tags }: Instance): string[] {
  if (state === 'terminated' || state === 'shutting-down') return [];
  const hosts = Object.entries(tags).filter(([key]) => key.endsWith(':host'));
  return hosts.flatMap(([, value]) => value.split(/\s+/));
}

function withoutDomain(name: string, baseDomain: string): string {
  const suffix = `.${baseDomain}`;
  return baseDomain !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}
