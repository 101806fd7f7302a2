import { groupBy } from '../group-by.ts';
import { limitPerInstance, type Problem } from '../problem.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
import { addressProblem } from './address-problems.ts';
import type { ParsedTags, RouteSpec } from './route-spec.ts';

/** Problems by their subject, so that a decision on some hostnames can replace theirs and keep the others. */
export interface ProblemsBySubject {
  /** Problems of tags; older instances first. */
  byInstance: ReadonlyMap<InstanceId, readonly Problem[]>;
  /** Problems of claims, in the order of the hostnames. */
  byHostname: ReadonlyMap<Hostname, readonly Problem[]>;
}

/** All problems, with a limited number for each instance. */
export function listProblems({ byInstance, byHostname }: ProblemsBySubject): Problem[] {
  return limitPerInstance([...byInstance.values(), ...byHostname.values()].flat());
}

/**
 * The problems of the tags of each instance.
 *
 * @param specs all valid routes of these instances
 */
export function tagProblems(
  parsed: readonly (ParsedTags & { id: InstanceId })[],
  specs: readonly RouteSpec[],
): Map<InstanceId, readonly Problem[]> {
  const nameless = groupBy(
    specs.filter(({ instance }) => instance.state === 'running' && instance.address === undefined),
    ({ instance }) => instance.id,
  );
  const byInstance = new Map<InstanceId, readonly Problem[]>();
  for (const { id, problems } of parsed) {
    const own = nameless.get(id);
    const all = own === undefined ? problems : [...problems, ...unreachable(own)];
    if (all.length > 0) byInstance.set(id, all);
  }
  return byInstance;
}

/** @param own the routes of one instance */
function unreachable(own: readonly RouteSpec[]): Problem[] {
  const hostnames = [...new Set(own.map((spec) => spec.hostname))];
  return own.slice(0, 1).map(({ instance }) => addressProblem(instance, hostnames));
}
