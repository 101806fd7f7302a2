import { groupBy } from '../group-by.ts';
import { limitPerInstance, makeProblem, type Problem } from '../problem.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
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
    const all = own === undefined ? problems : [...problems, namelessProblem(id, own)];
    if (all.length > 0) byInstance.set(id, all);
  }
  return byInstance;
}

function namelessProblem(id: InstanceId, own: readonly RouteSpec[]): Problem {
  return makeProblem({
    ...{ code: 'no-public-name', instance: id, hostnames: [...new Set(own.map((spec) => spec.hostname))] },
    what: `${id} is running without a public DNS name, so CloudFront cannot reach it`,
    remedy: 'give it a public address in a VPC with DNS hostnames enabled',
  });
}
