import type { InstanceSummary } from '../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import type { Hostname, InstanceId } from '../../core/wire/brands.ts';

/** An instance, as far as the list knows it. */
export type InstanceFacts = Pick<InstanceSummary, 'id'> & Partial<InstanceSummary>;

/** Finds the instances of a list by their ids. */
export type FindInstance = (id: InstanceId) => InstanceFacts;

export function instanceFinder({ instances }: Pick<RoutesFile, 'instances'>): FindInstance {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  return (id) => byId.get(id) ?? { id };
}

/** Whether a name has a route, or a wildcard above it, and is not in conflict. */
export function isServed(
  routes: readonly Pick<RouteSummary, 'hostname' | 'state'>[],
  name: Hostname,
): boolean {
  const own = routes.filter(({ hostname }) => hostname === name);
  const above = ({ hostname }: Pick<RouteSummary, 'hostname'>) =>
    hostname.startsWith('*.') && name.endsWith(hostname.slice(1));
  return (own.length > 0 ? own : routes.filter(above)).some(({ state }) => state !== 'conflict');
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
