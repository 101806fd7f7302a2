import { type Claim, claimOf } from './claim.ts';
import { claimRefusal } from './claims.ts';
import type { Instance } from './instance.ts';
import { type Problem, tagProblem } from './problem.ts';
import type { Condition } from './rule.ts';
import type { Settings } from './settings.ts';
import { adviceOn } from './tag-advice.ts';
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
  weightOf,
} from './tag-values.ts';
import { type Attribute, isAttribute, isLater, isShared, TAG_PREFIX, TAGS } from './tags.ts';

/** One route that an instance's tags ask for, valid in itself; whether it gets its name is settled later. */
export interface RouteSpec {
  instance: Instance;
  hostname: string;
  /** Prefix or `=` and an exact path. */
  path: string;
  strip: boolean;
  conditions: readonly Condition[];
  port: number;
  certName?: string;
  sticky?: string;
  weight: number;
  group?: string;
  maintenance: boolean;
  /** Epoch seconds. */
  expiresAt?: number;
}

/** Whether viewers can be sent to it now. */
export function isLive({ instance, maintenance }: RouteSpec): boolean {
  return instance.state === 'running' && instance.publicName !== undefined && !maintenance;
}

export interface ParsedTags {
  specs: RouteSpec[];
  problems: Problem[];
}

interface Tag {
  key: string;
  value: string;
}

/** What one route's tags say. */
type Said = ReadonlyMap<Attribute, Tag>;

/** Reads all `proxy:*` tags of an instance. A problem in one named route leaves the instance's others alone. */
export function parseTags(instance: Instance, settings: Settings): ParsedTags {
  const { routes, problems, broken } = routesSaid(instance);
  const asked = new Map<string, RouteSpec>();
  let names: ReadonlySet<string> = new Set();
  for (const [name, said] of routes) {
    if (broken.has('') || broken.has(name)) continue;
    const parsed = parseRoute(instance, name, said, settings);
    problems.push(...parsed.problems);
    const more = new Set([...names, ...parsed.specs.map(({ hostname }) => hostname)]);
    if (more.size > MOST_NAMES.instance) {
      problems.push(tooMany(instance, said.get('host') ?? { key: hostKey(name), value: '' }, more.size));
      continue;
    }
    names = more;
    for (const spec of parsed.specs) {
      const what = JSON.stringify([spec.hostname, spec.path, spec.conditions]);
      if (asked.has(what)) problems.push(repeated(spec, hostKey(name)));
      else asked.set(what, spec);
    }
  }
  // What is wrong with a shared tag is wrong with every route of the instance, and said once.
  const once = new Map(problems.map((problem) => [problem.message, problem]));
  return { specs: [...asked.values()], problems: [...once.values()] };
}

const hostKey = (name: string) => (name === '' ? `${TAG_PREFIX}host` : `${TAG_PREFIX}${name}:host`);

/** Names that one tag and one instance may have: each is an entry, which every start and stop writes anew. */
const MOST_NAMES = { tag: 10, instance: 50 } as const;

function tooMany(instance: Instance, { key, value }: Tag, count: number): Problem {
  const reason = `with which the instance would have ${count} names; the most is ${MOST_NAMES.instance}`;
  return tagProblem(instance.id, key, value, reason);
}

/** Requests can't be for two routes of one instance: the first keeps them. */
function repeated({ instance, hostname, path }: RouteSpec, tag: string): Problem {
  const message = `${instance.id}: \`${tag}\` asks for ${hostname}${path.replace('=', '')}, which another route of the same instance takes; give one of them another name, path or match`;
  return { instance: instance.id, tag, hostname, message };
}

/** Sorts tags by route name. `broken` holds the names that carry a key we can't honour; `''` breaks all. */
function routesSaid(instance: Instance) {
  const named = new Map<string, Map<Attribute, Tag>>();
  const problems: Problem[] = [];
  const broken = new Set<string>();
  for (const [key, value] of Object.entries(instance.tags).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isOurs(key)) continue;
    const { name, attribute, reason } = keyOf(key);
    if (reason !== undefined) {
      problems.push(tagProblem(instance.id, key, value, reason));
      // A name in the wrong case means the route that has it in the right one.
      broken.add(name.toLowerCase());
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
  return { routes, problems, broken };
}

/** Keys in any case belong to us: `Proxy:Host` is a misspelling to report, not somebody else's tag. */
function isOurs(key: string): boolean {
  return key.toLowerCase().startsWith(TAG_PREFIX);
}

type Key =
  | { name: string; attribute: Attribute; reason?: undefined }
  | { name: string; attribute?: undefined; reason: string };

function keyOf(key: string): Key {
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
function parseRoute(instance: Instance, name: string, said: Said, settings: Settings): ParsedTags {
  const names = hostnamesOf(instance, said.get('host') ?? { key: hostKey(name), value: '' }, settings);
  const { terms, problems } = termsOf(instance, said);
  const specs =
    problems.length > 0 ? [] : names.hostnames.map((hostname) => ({ instance, hostname, ...terms }));
  const question = specs.length > 0 ? schemeQuestion(instance, said) : undefined;
  return { specs, problems: [...names.problems, ...problems, ...(question ? [question] : [])] };
}

function hostnamesOf(instance: Instance, { key, value }: Tag, settings: Settings) {
  const words = [...new Set(value.split(/\s+/).filter((word) => word !== ''))];
  const refuse = (text: string, reason: string) => tagProblem(instance.id, key, text, reason);
  if (words.length === 0)
    return { hostnames: [], problems: [refuse(value, 'but a route needs a name such as "shop"')] };
  if (words.length > MOST_NAMES.tag) {
    return {
      hostnames: [],
      problems: [refuse(value, `which is ${words.length} names; the most is ${MOST_NAMES.tag}`)],
    };
  }
  const claims = words.map((word) => ({
    word,
    claim: permitted(claimOf(word, settings), instance, settings),
  }));
  const hostnames = claims.flatMap(({ claim }) => ('hostname' in claim ? [claim.hostname] : []));
  const problems = claims.flatMap(({ word, claim }) =>
    'refused' in claim ? [refuse(word, claim.refused)] : [],
  );
  return { hostnames: [...new Set(hostnames)], problems };
}

/** A name that may be had, if this instance may have it. */
function permitted(claim: Claim, instance: Instance, { baseDomain, claims = [] }: Settings): Claim {
  if ('refused' in claim || claims.length === 0) return claim;
  const below = baseDomain === '' ? claim.hostname : claim.hostname.slice(0, -baseDomain.length - 1);
  const refused = claimRefusal(below, instance, claims);
  return refused === undefined ? claim : { refused };
}

/** Everything but the name. */
function termsOf(instance: Instance, said: Said) {
  const problems: Problem[] = [];
  const read = <T>(attribute: Attribute, fallback: T, parse: (value: string) => T | undefined): T => {
    const tag = said.get(attribute);
    const parsed = tag === undefined ? fallback : parse(tag.value);
    if (parsed !== undefined || tag === undefined) return parsed as T;
    const reason = adviceOn(attribute, tag.value) ?? `expected ${TAGS[attribute].value}`;
    problems.push(tagProblem(instance.id, tag.key, tag.value, reason));
    return fallback;
  };
  const scheme = read('scheme', 'http', schemeOf);
  const certName = read<string | undefined>('cert-name', undefined, dnsNameOf);
  const group = read<string | undefined>('group', undefined, groupOf);
  const sticky = read<string | undefined>('sticky', undefined, stickyOf);
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
