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
