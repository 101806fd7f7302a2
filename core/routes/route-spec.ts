import type { Condition } from '../entry/rule.ts';
import type { Instance } from '../instance.ts';
import { mergeEqual, type Problem, tagProblem, withHostnames } from '../problem.ts';
import type { Settings } from '../settings/settings.ts';
import { MOST_NAMES, type Names, parseHostTag, type Tag, wantedHostnames } from '../tags/host-tag.ts';
import { findAdvice } from '../tags/tag-advice.ts';
import {
  accessOf,
  conditionsOf,
  dnsNameOf,
  groupOf,
  pathOf,
  portOf,
  schemeOf,
  secondsOf,
  stickyOf,
  switchOf,
  timeoutOf,
  weightOf,
} from '../tags/tag-values.ts';
import { type Attribute, isAttribute, isLater, isShared, TAG_PREFIX, TAGS } from '../tags/tags.ts';
import type { Hostname, Seconds } from '../wire/brands.ts';

/** An instance asks for a name, alone or with others of a group. */
export interface Claimant {
  instance: Instance;
  hostname: Hostname;
  group?: string;
}

/** One route that an instance's tags ask for, valid in itself; whether it gets its name is settled later. */
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
  expiresAt?: Seconds;
}

/** Whether viewers can be sent to it now. */
export function isLive({ instance, maintenance }: RouteSpec): boolean {
  return instance.state === 'running' && instance.publicName !== undefined && !maintenance;
}

export interface ParsedTags {
  specs: RouteSpec[];
  /** Names asked for by routes that are not made because their tags are wrong. */
  faulty: FaultyClaim[];
  problems: Problem[];
}

/** A name that an instance asks for in tags that are wrong. Without a hostname: a name is wrong, so it may be any. */
export type FaultyClaim = Omit<Claimant, 'hostname'> & { hostname?: Hostname };

/** What one route's tags say. */
type Said = ReadonlyMap<Attribute, Tag>;

/** Reads all `proxy:*` tags of an instance. A problem in one named route leaves the instance's others alone. */
export function parseTags(instance: Instance, settings: Settings): ParsedTags {
  const { routes, faults, broken } = routesSaid(instance);
  const names = new Map(routes.map(([name, said]) => [name, readNames(instance, name, said, settings)]));
  const problems = faults.map(({ name, key, value, reason }) => {
    const misspelt = key.toLowerCase().endsWith(':host') ? wantedHostnames(value, settings) : [];
    return withHostnames(
      [...namesBehind(name, names), ...misspelt],
      tagProblem(instance.id, key, value, reason),
    );
  });
  const asked = new Map<string, RouteSpec>();
  const faulty: FaultyClaim[] = [];
  let had: ReadonlySet<string> = new Set();
  for (const [name, said] of routes) {
    const own = names.get(name);
    if (own === undefined) continue;
    if (broken.has('') || broken.has(name)) {
      faulty.push(...faultyClaims(instance, own, said));
      continue;
    }
    const parsed = parseRoute(instance, own, said);
    problems.push(...parsed.problems);
    faulty.push(...parsed.faulty);
    const more = new Set([...had, ...parsed.specs.map(({ hostname }) => hostname)]);
    if (more.size > MOST_NAMES.instance) {
      const host = said.get('host') ?? { key: hostKey(name), value: '' };
      problems.push(withHostnames(own.hostnames, tooMany(instance, host, more.size)));
      faulty.push(...faultyClaims(instance, own, said));
      continue;
    }
    had = more;
    for (const spec of parsed.specs) {
      const what = JSON.stringify([spec.hostname, spec.path, spec.conditions]);
      if (asked.has(what)) problems.push(repeated(spec, hostKey(name)));
      else asked.set(what, spec);
    }
  }
  // What is wrong with a shared tag is wrong with every route of the instance, and said once.
  return { specs: [...asked.values()], faulty, problems: mergeEqual(problems) };
}

const hostKey = (name: string) => (name === '' ? `${TAG_PREFIX}host` : `${TAG_PREFIX}${name}:host`);

function tooMany(instance: Instance, { key, value }: Tag, count: number): Problem {
  const reason = `with which the instance would have ${count} names; the most is ${MOST_NAMES.instance}`;
  return tagProblem(instance.id, key, value, reason);
}

/** Requests can't be for two routes of one instance: the first keeps them. */
function repeated({ instance, hostname, path }: RouteSpec, tag: string): Problem {
  const message = `${instance.id}: \`${tag}\` asks for ${hostname}${path.replace('=', '')}, which another route of the same instance takes; give one of them another name, path or match`;
  return { instance: instance.id, tag, hostnames: [hostname], message };
}

/** Sorts tags by route name. `broken` holds the names that carry a key we can't honour; `''` breaks all. */
function routesSaid(instance: Instance) {
  const named = new Map<string, Map<Attribute, Tag>>();
  const faults: (Tag & { name: string; reason: string })[] = [];
  const broken = new Set<string>();
  for (const [key, value] of Object.entries(instance.tags).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isOurs(key)) continue;
    const { name, attribute, reason } = parseKey(key);
    if (reason !== undefined) {
      // A name in the wrong case means the route that has it in the right one.
      const meant = name.toLowerCase();
      faults.push({ name: meant, key, value, reason });
      broken.add(meant);
    } else {
      const said = named.get(name) ?? new Map();
      named.set(name, said.set(attribute, { key, value: value.trim() }));
    }
  }
  const shared = [...(named.get('') ?? [])].filter(([attribute]) => isShared(attribute));
  const routes = [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, said]): [string, Said] => [name, new Map([...shared, ...said])])
    .filter(
      ([name, said]) => name !== '' || said.has('host') || [...said.keys()].some((key) => !isShared(key)),
    );
  return { routes, faults, broken };
}

/** Keys in any case belong to us: `Proxy:Host` is a misspelling to report, not somebody else's tag. */
function isOurs(key: string): boolean {
  return key.toLowerCase().startsWith(TAG_PREFIX);
}

type Key =
  | { name: string; attribute: Attribute; reason?: undefined }
  | { name: string; attribute?: undefined; reason: string };

function parseKey(key: string): Key {
  const parts = key.split(':').slice(1);
  const attribute = parts.at(-1) ?? '';
  const name = parts.length === 2 ? (parts[0] ?? '') : '';
  if (!key.startsWith(TAG_PREFIX) || parts.length > 2 || !isAttribute(attribute)) {
    return {
      name,
      reason: `but there is no such tag; the tags are ${Object.keys(TAGS)
        .map((each) => TAG_PREFIX + each)
        .join(', ')}`,
    };
  }
  if (parts.length === 2 && !/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) {
    return { name, reason: 'but a route name is 1–32 lower-case letters, digits and hyphens' };
  }
  if (isLater(attribute))
    return { name, reason: 'which this version does not honour yet, so it makes no route' };
  return { name, attribute };
}

/** A route whose tags have any fault is not made; all of its faults are told at once. A refused name costs only itself. */
function parseRoute(instance: Instance, names: Names, said: Said): ParsedTags {
  const { terms, problems } = readTerms(instance, said);
  const isFaulty = problems.length > 0;
  const specs = isFaulty ? [] : names.hostnames.map((hostname) => ({ instance, hostname, ...terms }));
  const faulty = faultyClaims(instance, isFaulty ? names : { ...names, hostnames: [] }, said);
  const question = specs.length > 0 ? schemeQuestion(instance, said) : undefined;
  const faults = [...problems, ...(question ? [question] : [])].map((each) =>
    withHostnames(names.hostnames, each),
  );
  return { specs, faulty, problems: [...names.problems, ...faults] };
}

function faultyClaims(instance: Instance, { hostnames, isMisspelt }: Names, said: Said): FaultyClaim[] {
  const group = groupOf(said.get('group')?.value ?? '');
  const claimant = { instance, ...(group === undefined ? {} : { group }) };
  const named = hostnames.map((hostname) => ({ ...claimant, hostname }));
  return isMisspelt ? [...named, claimant] : named;
}

function readNames(instance: Instance, name: string, said: Said, settings: Settings): Names {
  return parseHostTag(instance, said.get('host') ?? { key: hostKey(name), value: '' }, settings);
}

/** The names that a faulty key closes: those of its route, or of all routes. */
function namesBehind(name: string, names: ReadonlyMap<string, Names>): string[] {
  return [...names].flatMap(([each, { hostnames }]) => (name === '' || name === each ? hostnames : []));
}

/** Everything but the name. */
function readTerms(instance: Instance, said: Said) {
  const problems: Problem[] = [];
  const read = <T>(attribute: Attribute, fallback: T, parse: (value: string) => T | undefined): T => {
    const tag = said.get(attribute);
    const parsed = tag === undefined ? fallback : parse(tag.value);
    if (parsed !== undefined || tag === undefined) return parsed as T;
    const reason = findAdvice(attribute, tag.value) ?? `expected ${TAGS[attribute].value}`;
    problems.push(tagProblem(instance.id, tag.key, tag.value, reason));
    return fallback;
  };
  const scheme = read('scheme', 'http', schemeOf);
  const certName = read<string | undefined>('cert-name', undefined, dnsNameOf);
  const group = read<string | undefined>('group', undefined, groupOf);
  const sticky = read<string | undefined>('sticky', undefined, stickyOf);
  const timeout = read('timeout', 60, timeoutOf);
  const lease = read<number | undefined>('ttl', undefined, secondsOf);
  read('access', 'deployment', accessOf);
  const terms = {
    path: read('path', '/', pathOf),
    strip: read('strip-path', false, switchOf),
    conditions: read<readonly Condition[]>('match', [], conditionsOf),
    port: read('port', scheme === 'https' ? 443 : 80, portOf),
    weight: read('weight', 1, weightOf),
    maintenance: read('maintenance', false, switchOf),
    ...(certName === undefined ? {} : { certName }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(timeout === 60 ? {} : { timeout }),
    ...(group === undefined ? {} : { group }),
    ...(lease === undefined ? {} : { expiresAt: instance.launchedAt + lease }),
  };
  const pair = problems.length === 0 ? pairProblem(instance, said) : undefined;
  return { terms, problems: pair ? [pair] : problems };
}

/** `https` and the name on the origin's certificate come together or not at all. */
function pairProblem(instance: Instance, said: Said): Problem | undefined {
  const scheme = said.get('scheme');
  const certName = said.get('cert-name');
  if (scheme?.value === 'https' && !certName) {
    return tagProblem(instance.id, scheme.key, scheme.value, 'which needs `proxy:cert-name` as well');
  }
  if (certName && scheme?.value !== 'https') {
    return tagProblem(
      instance.id,
      certName.key,
      certName.value,
      'which needs `proxy:scheme` = "https" as well',
    );
  }
  return undefined;
}

/** Ports where servers speak TLS, unless somebody says otherwise. */
const TLS_PORTS = [443, 8443];

/** A port of TLS without a scheme may be meant, so the route is made; whoever says the scheme is not asked. */
function schemeQuestion(instance: Instance, said: Said): Problem | undefined {
  const port = said.get('port');
  if (port === undefined || said.has('scheme') || !TLS_PORTS.includes(Number(port.value))) return undefined;
  const reason =
    'to which CloudFront speaks plain http, though TLS is usual there; set `proxy:scheme` = "https" and `proxy:cert-name`, or `proxy:scheme` = "http" if plain http is meant';
  return tagProblem(instance.id, port.key, port.value, reason);
}
