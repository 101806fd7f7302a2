import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { parseReservations } from '../../core/described-instance.ts';
import { type Instance, isInstanceId } from '../../core/instance.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { type Terminal, UsageError } from '../command.ts';
import { readPublished } from './published.ts';

/** Lists every instance of the local cloud, oldest first. */
export async function listInstances(ec2: EC2Client): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return parseReservations(Reservations, 'us-east-1').sort((a, b) => a.launchedAt - b.launchedAt);
}

/**
 * Finds instances by id or by name, with or without the base domain (`shop`, `shop.localhost`). A name means the instances that
 * hold it; others that claim it are skipped with a note. A name without holder means its only claimant. Terminated instances
 * are found by id only.
 */
export async function findInstances(
  ec2: EC2Client,
  { baseDomain, portal }: Pick<CloudFile, 'baseDomain' | 'portal'>,
  words: readonly string[],
  { err }: Terminal,
): Promise<Instance[]> {
  const all = await listInstances(ec2);
  const { routes } = words.every(isInstanceId) ? { routes: [] } : await readPublished(portal);
  const found = words.flatMap((word) => {
    if (isInstanceId(word))
      return requireFound(
        word,
        all.filter((instance) => instance.id === word),
      );
    const name = withoutDomain(word.toLowerCase(), baseDomain);
    const isNamed = (each: string) => withoutDomain(each.toLowerCase(), baseDomain) === name;
    const holders = routes.find(({ hostname }) => isNamed(hostname))?.instances ?? [];
    const owners = all.filter(({ id }) => holders.includes(id));
    const others = all.filter((each) => claimedNames(each).some(isNamed) && !owners.includes(each));
    if (owners.length === 0) return requireOne(word, others);
    for (const { id } of others)
      err(`  note: ${id} also claims ${word}, but does not hold it; it is left unchanged`);
    return owners;
  });
  return [...new Set(found)];
}

function requireFound(word: string, found: Instance[]): Instance[] {
  if (found.length > 0) return found;
  throw new UsageError(`no instance found for "${word}"; \`dynamic-edge-proxy list\` shows all instances`);
}

function requireOne(word: string, claimants: Instance[]): Instance[] {
  if (claimants.length < 2) return requireFound(word, claimants);
  const ids = claimants.map(({ id }) => id).join(', ');
  throw new UsageError(`no instance holds "${word}", but ${ids} claim it; give the id of one of them`);
}

/** True if an instance claims a name. */
export function asksForName(instance: Instance): boolean {
  return claimedNames(instance).some((name) => name !== '');
}

/** The names that an instance claims, as its tags spell them: `shop` or `shop.localhost`. */
function claimedNames({ state, tags }: Instance): string[] {
  if (state === 'terminated' || state === 'shutting-down') return [];
  const hosts = Object.entries(tags).filter(([key]) => key.endsWith(':host'));
  return hosts.flatMap(([, value]) => value.split(/\s+/));
}

function withoutDomain(name: string, baseDomain: string): string {
  const suffix = `.${baseDomain}`;
  return baseDomain !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}
