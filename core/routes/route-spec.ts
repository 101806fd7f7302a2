import type { Access } from '../entry/access.ts';
import type { Condition } from '../entry/rule.ts';
import type { Instance } from '../instance.ts';
import { makeProblem, mergeEqual, type Problem, tagProblem, withHostnames } from '../problem.ts';
import type { Settings } from '../settings/settings.ts';
import { accessOf, mayAdmit } from '../tags/access-tag.ts';
import { MOST_NAMES, type Names, parseHostTag, wantedHostnames } from '../tags/host-tag.ts';
import { type BadKey, groupTags, hostKey, type RouteTags } from '../tags/route-tags.ts';
import { TAGS, type Terms } from '../tags/tags.ts';
import { findSchemeQuestion, parseTerms } from '../tags/terms.ts';
import type { Hostname, Seconds } from '../wire/brands.ts';

/** An instance that asks for a name, alone or as a member of a group. */
export interface Claimant {
  instance: Instance;
  hostname: Hostname;
  group?: string;
  /** The key of the tag that asks for the name; absent for `proxy:host`. */
  tag?: string;
}

/** One valid route from the tags of an instance. Whether it gets its name is decided later. */
export interface RouteSpec extends Claimant {
  /** Prefix or `=` and an exact path. */
  path: string;
  strip: boolean;
  conditions: readonly Condition[];
  port: number;
  certName?: string;
  sticky?: string;
  /** Absent for the usual 60. */
  timeout?: Seconds;
  weight: number;
  maintenance: boolean;
  /** Without its number. */
  access: Access;
  expiresAt?: Seconds;
}

/** True if viewers can be sent to it now. */
export function isLive({ instance, maintenance }: RouteSpec): boolean {
  return instance.state === 'running' && instance.address !== undefined && !maintenance;
}

export interface ParsedTags {
  specs: RouteSpec[];
  /** The names of routes that are not made because their tags are wrong. */
  faulty: FaultyClaim[];
  problems: Problem[];
}

/** A name that an instance asks for with wrong tags. Without a hostname: the name itself is wrong, so it may be any. */
export type FaultyClaim = Omit<Claimant, 'hostname'> & { hostname?: Hostname };

/** One route of an instance, before anything but its names is read. */
interface NamedRoute {
  /** The middle of its keys; `''` for the unnamed one. */
  name: string;
  tags: RouteTags;
  names: Names;
}

/** Reads all `proxy:*` tags of an instance. A problem in one named route does not affect the others. */
export function parseTags(instance: Instance, settings: Settings): ParsedTags {
  const { routes, badKeys } = groupTags(instance);
  const named = routes.map(([name, tags]): NamedRoute => {
    const names = parseHostTag(instance, tags.get('host') ?? { key: hostKey(name), value: '' }, settings);
    return { name, tags, names };
  });
  const stopped = new Set(badKeys.map(({ route }) => route));
  const specs: RouteSpec[] = [];
  const faulty: FaultyClaim[] = [];
  const problems = badKeys.map((badKey) => badKeyProblem(instance, badKey, named, settings));
  for (const route of named) {
    const isStopped = stopped.has('') || stopped.has(route.name);
    const parsed = isStopped ? stoppedRoute(instance, route) : parseRoute(instance, route, specs, settings);
    specs.push(...parsed.specs);
    faulty.push(...parsed.faulty);
    problems.push(...parsed.problems);
  }
  // Every route repeats the problem of a shared tag.
  return { specs, faulty, problems: mergeEqual(problems) };
}

/** A bad key closes the names of its route, or of all routes. */
function badKeyProblem(
  instance: Instance,
  { route, key, value, code, reason }: BadKey,
  named: readonly NamedRoute[],
  settings: Settings,
): Problem {
  const closed = named
    .filter(({ name }) => route === '' || name === route)
    .flatMap(({ names }) => names.hostnames);
  const misspelt = key.toLowerCase().endsWith(':host') ? wantedHostnames(value, settings) : [];
  return withHostnames([...closed, ...misspelt], tagProblem(code, instance.id, { key, value }, reason));
}

const stoppedRoute = (instance: Instance, route: NamedRoute): ParsedTags => ({
  specs: [],
  faulty: faultyClaims(instance, route),
  problems: [],
});

/**
 * A route with a fault in its tags is not made, and all its faults are listed. A refused name does not affect the others.
 *
 * @param earlier specs of the routes before it: it may not repeat one, nor add more names than an instance may have
 */
function parseRoute(
  instance: Instance,
  route: NamedRoute,
  earlier: readonly RouteSpec[],
  settings: Settings,
): ParsedTags {
  const { terms, problems } = parseTerms(instance, route.tags, settings);
  const isFaulty = problems.length > 0;
  const all = isFaulty ? [] : specsOf(instance, route, terms, settings);
  const closed = all.filter(({ hostname }) => !mayAdmit(terms.access, hostname, instance, settings));
  const specs = all.filter((spec) => !closed.includes(spec));
  const question = specs.length > 0 ? findSchemeQuestion(instance, route.tags) : undefined;
  const faults = [...problems, ...(question ? [question] : [])];
  const told = [
    ...route.names.problems,
    ...faults.map((each) => withHostnames(route.names.hostnames, each)),
    ...notPublic(instance, route, closed),
  ];
  const count = new Set([...earlier, ...specs].map(({ hostname }) => hostname)).size;
  if (isFaulty) return { specs, faulty: faultyClaims(instance, route), problems: told };
  if (count > MOST_NAMES.instance)
    return {
      specs: [],
      faulty: faultyClaims(instance, route),
      problems: [...told, tooManyNames(instance, route, count)],
    };
  const claimant = claimantOf(instance, route);
  const taken = new Set(earlier.map(requestsOf));
  const repeats = specs.filter((spec) => taken.has(requestsOf(spec)));
  return {
    specs: specs.filter((spec) => !repeats.includes(spec)),
    faulty: [...misspeltClaim(instance, route), ...closed.map(({ hostname }) => ({ ...claimant, hostname }))],
    problems: [...told, ...repeats.map((spec) => repeatProblem(spec, hostKey(route.name)))],
  };
}

/** The problem of names that the deployment does not open to viewers who are not signed in. */
function notPublic(instance: Instance, { tags }: NamedRoute, closed: readonly RouteSpec[]): Problem[] {
  const tag = tags.get('access');
  if (tag === undefined || closed.length === 0) return [];
  const hostnames = closed.map(({ hostname }) => hostname);
  const reason = `which no claim rule with "access": "public" allows for ${hostnames.join(' and ')}`;
  return [withHostnames(hostnames, tagProblem('access-not-allowed', instance.id, tag, reason))];
}

function specsOf(
  instance: Instance,
  { name, names: { hostnames } }: NamedRoute,
  terms: Terms,
  settings: Settings,
): RouteSpec[] {
  const { group, sticky, timeout, ttl } = terms;
  const certName = terms['cert-name'];
  return hostnames.map((hostname) => ({
    instance,
    hostname,
    path: terms.path,
    strip: terms['strip-path'],
    conditions: terms.match ?? [],
    port: terms.port,
    weight: terms.weight,
    maintenance: terms.maintenance,
    access: accessOf(terms.access, settings),
    ...(certName === undefined ? {} : { certName }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(timeout === USUAL_TIMEOUT ? {} : { timeout }),
    ...(group === undefined ? {} : { group }),
    ...(name === '' ? {} : { tag: hostKey(name) }),
    ...(ttl === undefined ? {} : { expiresAt: instance.launchedAt + ttl }),
  }));
}

/** CloudFront waits this many seconds unless the entry says otherwise. */
const USUAL_TIMEOUT = TAGS.timeout.parse(TAGS.timeout.fallback);

/** The names that a route asks for and does not get, because its tags are wrong. */
function faultyClaims(instance: Instance, route: NamedRoute): FaultyClaim[] {
  const claimant = claimantOf(instance, route);
  const named = route.names.hostnames.map((hostname) => ({ ...claimant, hostname }));
  return [...named, ...misspeltClaim(instance, route)];
}

function misspeltClaim(instance: Instance, route: NamedRoute): FaultyClaim[] {
  return route.names.isMisspelt ? [claimantOf(instance, route)] : [];
}

function claimantOf(instance: Instance, { tags }: NamedRoute): FaultyClaim {
  const group = TAGS.group.parse(tags.get('group')?.value ?? '');
  return { instance, ...(group === undefined ? {} : { group }) };
}

function tooManyNames(instance: Instance, { name, tags, names }: NamedRoute, count: number): Problem {
  const tag = tags.get('host') ?? { key: hostKey(name), value: '' };
  const reason = `which would give the instance ${count} names; an instance may have ${MOST_NAMES.instance}`;
  return withHostnames(names.hostnames, tagProblem('too-many-names', instance.id, tag, reason));
}

/** The requests of a route. Of two routes of one instance with the same requests, the first gets them. */
function requestsOf({ hostname, path, conditions }: RouteSpec): string {
  return JSON.stringify([hostname, path, conditions]);
}

function repeatProblem({ instance, hostname, path }: RouteSpec, tag: string): Problem {
  return makeProblem({
    ...{ code: 'duplicate-route', instance: instance.id, tag, hostnames: [hostname] },
    what: `${instance.id}: \`${tag}\` asks for ${hostname}${path.replace('=', '')}, which another route of the same instance already has`,
    remedy: 'give one of them another name, path or match',
  });
}
