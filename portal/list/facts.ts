import type { InstanceSummary } from '../../core/journal/instance-summary.ts';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { InstanceId } from '../../core/wire/brands.ts';

/** An instance, as far as the list knows it. */
export type InstanceFacts = Pick<InstanceSummary, 'id'> & Partial<InstanceSummary>;

/** Finds the instances of a list by their ids. */
export type FindInstance = (id: InstanceId) => InstanceFacts;

export function instanceFinder({ instances }: Pick<RoutesFile, 'instances'>): FindInstance {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  return (id) => byId.get(id) ?? { id };
}

/** The tag `owner` of an instance, if the deployment shows it, or else the person who launched it: the session of `Developer/ann`. */
export function ownerOf(instances: readonly InstanceFacts[]): string | undefined {
  const tagged = instances.map(ownerTag).find((tag) => tag !== undefined && tag !== '');
  const launcher = instances.find(({ launchedBy }) => launchedBy !== undefined)?.launchedBy;
  return tagged ?? launcher?.split('/').at(-1);
}

/** The deployment writes the key as its setting does: `Owner` is one, too. Addresses and lists have no spaces around a value. */
function ownerTag({ tags = {} }: InstanceFacts): string | undefined {
  const [, owner] = Object.entries(tags).find(([key]) => key.toLowerCase() === 'owner') ?? [];
  return owner?.replace(/\s+/g, ' ').trim();
}

/** Everything about an instance that a search finds. */
export function searchWords({
  id,
  name,
  tags = {},
  group,
  type,
  zone,
  region,
  account,
  launchedBy,
}: InstanceFacts): string[] {
  const ofTags = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return [id, name, group, type, zone ?? region, account, launchedBy, ...ofTags].filter(
    (word) => word !== undefined,
  );
}
