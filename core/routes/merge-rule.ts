import type { Backend, ClosedState, Condition, Rule } from '../entry/rule.ts';
import { makeProblem, type Problem } from '../problem.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
import { isLive, type RouteSpec } from './route-spec.ts';

/** Routes with the same path and conditions share one rule. */
export function ruleKey(spec: RouteSpec): string {
  return JSON.stringify([spec.path, spec.conditions]);
}

/** The settings of the first member count for the whole rule. Members that differ get a problem. */
export function mergeRule(
  hostname: Hostname,
  members: readonly [RouteSpec, ...RouteSpec[]],
  index: ReadonlyMap<InstanceId, number>,
  leaving: ReadonlySet<InstanceId>,
): { rule: Rule; problems: Problem[] } {
  const [first] = members;
  const settings = (spec: RouteSpec) =>
    JSON.stringify([spec.strip, spec.certName, spec.sticky, spec.timeout]);
  const differing = members.filter((spec) => settings(spec) !== settings(first));
  const live = members.filter(isLive);
  // A member is drained only if another takes over. The last one serves until it stops.
  const drained = live.some((spec) => spec.weight > 0 && !leaving.has(spec.instance.id))
    ? leaving
    : new Set();
  const backends = live.map(
    (spec): Backend => ({
      instance: index.get(spec.instance.id) ?? 0,
      port: spec.port,
      weight: drained.has(spec.instance.id) ? 0 : spec.weight,
    }),
  );
  const rule: Rule = {
    path: first.path,
    to: backends.length > 0 ? backends : closedBecause(members),
    conditions: first.conditions,
    strip: first.strip,
    ...(first.certName === undefined ? {} : { certName: first.certName }),
    ...(first.sticky === undefined ? {} : { sticky: first.sticky }),
    ...(first.timeout === undefined ? {} : { timeout: first.timeout }),
  };
  const problems = differing.map((spec) => differenceProblem(hostname, spec, first));
  return { rule, problems };
}

function differenceProblem(hostname: Hostname, { instance, path }: RouteSpec, first: RouteSpec): Problem {
  return makeProblem({
    ...{ code: 'settings-differ', instance: instance.id, hostnames: [hostname], found: first.instance.id },
    what: `${instance.id} and ${first.instance.id} set strip-path, cert-name, sticky or timeout of ${hostname}${path.replace('=', '')} differently, and the settings of ${first.instance.id} are used`,
    remedy: 'make them equal',
  });
}

function closedBecause(members: readonly RouteSpec[]): ClosedState {
  if (members.some((spec) => spec.maintenance)) return 'maintenance';
  const waiting = members.some(
    ({ instance }) => instance.state === 'pending' || instance.state === 'running',
  );
  return waiting ? 'starting' : 'asleep';
}

/** Gateway API HTTPRoute precedence: exact path, longest path, method, most headers, most queries, then the older instance. */
export function byPrecedence(a: Rule, b: Rule): number {
  const count = (rule: Rule, on: Condition['on']) => rule.conditions.filter((each) => each.on === on).length;
  return (
    Number(b.path.startsWith('=')) - Number(a.path.startsWith('=')) ||
    b.path.length - a.path.length ||
    // Different paths of one length never both match; the rules of one path stand together.
    (a.path < b.path ? -1 : Number(a.path > b.path)) ||
    count(b, 'method') - count(a, 'method') ||
    count(b, 'header') - count(a, 'header') ||
    count(b, 'query') - count(a, 'query')
  );
}
