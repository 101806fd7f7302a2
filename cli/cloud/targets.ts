import { isInstanceId } from '../../core/instance.ts';
import { listInstances } from '../../local/cloud-client.ts';
import type { ListedInstance } from '../../local/ec2/listed-instance.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { type Terminal, UsageError } from '../command.ts';
import { readPublished } from './published.ts';

/**
 * Finds instances by id or by name, with or without the base domain (`shop`, `shop.localhost`). A name means the instances that
 * hold it; others that claim it are skipped with a note. A name without holder means its only claimant. Terminated instances
 * are found by id only.
 */
export async function findInstances(
  { api, baseDomain }: CloudFile,
  words: readonly string[],
  { err }: Terminal,
): Promise<ListedInstance[]> {
  const all = await listInstances(api);
  const { routes } = words.every(isInstanceId) ? { routes: [] } : await readPublished({ api });
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

function requireFound(word: string, found: ListedInstance[]): ListedInstance[] {
  if (found.length > 0) return found;
  throw new UsageError(`no instance found for "${word}"; \`dynamic-edge-proxy list\` shows all instances`);
}

function requireOne(word: string, claimants: ListedInstance[]): ListedInstance[] {
  if (claimants.length < 2) return requireFound(word, claimants);
  const ids = claimants.map(({ id }) => id).join(', ');
  throw new UsageError(`no instance holds "${word}", but ${ids} claim it; give the id of one of them`);
}

/** True if an instance claims a name. */
export function asksForName(instance: ListedInstance): boolean {
  return claimedNames(instance).some((name) => name !== '');
}

/** The names that an instance claims, as its tags spell them: `shop` or `shop.localhost`. */
function claimedNames({ state, tags }: ListedInstance): string[] {
  if (state === 'terminated' || state === 'shutting-down') return [];
  const hosts = [...tags].filter(([key]) => key.endsWith(':host'));
  return hosts.flatMap(([, value]) => value.split(/\s+/));
}

function withoutDomain(name: string, baseDomain: string): string {
  const suffix = `.${baseDomain}`;
  return baseDomain !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}
