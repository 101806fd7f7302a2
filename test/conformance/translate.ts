import type { Instance } from '../../core/instance.ts';
import { parseConditions, parsePath } from '../../core/tags/tag-values.ts';
import { instance, publicNameOf } from '../support/values/instances.ts';
import type {
  BackendRef,
  Filter,
  Gateway,
  GatewayObject,
  HttpMatch,
  HttpRoute,
  HttpRule,
  NamedValue,
} from './gateway-api.ts';
import { hostnamesOf, placed } from './hostnames.ts';

/** A fleet with tags that express HTTPRoutes. */
export interface Translation {
  fleet: readonly Instance[];
  /** Public name of an instance → its backend. */
  backendOf: ReadonlyMap<string, string>;
  /** Descriptions of the parts without a tag. */
  untold: readonly string[];
}

/** One match of one rule for one hostname, as a named route of an instance. */
interface TaggedMatch {
  tags: Readonly<Record<string, string>>;
  /** Equal for two matches with the same meaning. */
  meaning: string;
  /** Equal for two matches if only their age decides which comes first. */
  rank: string;
  backends: readonly BackendRef[];
}

interface Untold {
  untold: string;
}

/**
 * `few`: an instance carries as many matches of its backend as the order allows. `apart`: every match has its own instances, so
 * a few matches exceed a name's 1 KB.
 */
export type Launching = 'few' | 'apart';

/**
 * Translates mechanically: each backend of each match becomes a named route on an instance of that backend. All instances form
 * one group, and are launched in the order of creation.
 *
 * Of two equal matches the Gateway API gives all requests to the older one, while instances with equal tags share the viewers.
 * So this function omits the younger match, which no request can reach in the Gateway API.
 */
export function translate(objects: readonly GatewayObject[], launching: Launching = 'few'): Translation {
  const gateways = objects.filter((object): object is Gateway => object.kind === 'Gateway');
  const routes = objects.filter((object): object is HttpRoute => object.kind === 'HTTPRoute');
  const said = routes.flatMap((route) => saidBy(route, gateways));
  const matches = said.filter((each): each is TaggedMatch => !('untold' in each));
  const untold = said.flatMap((each) => ('untold' in each ? [each.untold] : []));
  const oldest = new Map([...matches].reverse().map((match) => [match.meaning, match]));
  const launches = launchesFor(
    matches.filter((match) => oldest.get(match.meaning) === match),
    launching,
  );
  return {
    fleet: launches.map(({ tags }, index) => instance({ id: index + 1, tags })),
    backendOf: new Map(launches.map(({ backend }, index) => [publicNameOf(index + 1), backend])),
    untold,
  };
}

function saidBy(route: HttpRoute, gateways: readonly Gateway[]): (TaggedMatch | Untold)[] {
  const hostnames = hostnamesOf(route, gateways);
  return (route.spec.rules ?? []).flatMap((rule, index) => {
    const where = `${route.name}, rule ${index + 1}`;
    const { matches = [], backendRefs = [] } = rule;
    const left = filtersOf(rule).filter((filter) => !isStripping(filter));
    const untold = left.map(({ type }) => ({ untold: `${where}: filter ${type}` }));
    if (backendRefs.length === 0) return [...untold, { untold: `${where}: no backend` }];
    const all = matches.length > 0 ? matches : [{}];
    const said = all.flatMap((match) => hostnames.map((hostname) => tagged(where, hostname, match, rule)));
    return [...untold, ...said];
  });
}

function filtersOf({ filters = [], backendRefs = [] }: HttpRule): Filter[] {
  return [...filters, ...backendRefs.flatMap((ref) => ref.filters ?? [])];
}

/** The only rewrite that our tags can express: removal of the prefix. */
function isStripping({ urlRewrite }: Filter): boolean {
  const path = urlRewrite?.path;
  return path?.type === 'ReplacePrefixMatch' && path.replacePrefixMatch === '/' && !urlRewrite?.hostname;
}

function tagged(where: string, hostname: string, match: HttpMatch, rule: HttpRule): TaggedMatch | Untold {
  const { path = {}, method, headers = [], queryParams = [] } = match;
  if ([path, ...headers, ...queryParams].some(({ type }) => type === 'RegularExpression'))
    return { untold: `${where}: a regular expression` };
  const pathTag = (path.type === 'Exact' ? '=' : '') + (path.value ?? '/');
  const header = firsts(headers.map(lowerCased));
  const query = firsts(queryParams);
  const conditions = termsOf(method, header, query).join(' ');
  const place = [placed(hostname).toLowerCase(), parsePath(pathTag) ?? pathTag];
  return {
    tags: {
      host: placed(hostname),
      ...(pathTag === '/' ? {} : { path: pathTag }),
      ...(conditions === '' ? {} : { match: conditions }),
      ...(rule.filters?.some(isStripping) ? { 'strip-path': 'on' } : {}),
    },
    meaning: JSON.stringify([...place, parseConditions(conditions) ?? conditions]),
    rank: JSON.stringify([...place, method === undefined, header.length, query.length]),
    backends: rule.backendRefs ?? [],
  };
}

function termsOf(method: string | undefined, headers: readonly NamedValue[], queries: readonly NamedValue[]) {
  const term = ({ name, value }: NamedValue) => `${name}=${encodeURIComponent(value)}`;
  return [
    ...(method === undefined ? [] : [`method=${method}`]),
    ...headers.map((header) => `header:${term(header)}`),
    ...queries.map((query) => `query:${term(query)}`),
  ];
}

const lowerCased = (header: NamedValue) => ({ ...header, name: header.name.toLowerCase() });

/** Only the first of several entries with one name counts (HTTPRouteMatch, `headers` and `queryParams`). */
function firsts(values: readonly NamedValue[]): NamedValue[] {
  return values.filter(({ name }, index) => values.findIndex((each) => each.name === name) === index);
}

interface Launch {
  backend: string;
  tags: Record<string, string>;
  /** The ranks of the matches for which this is the oldest instance. */
  ranks: Set<string>;
}

/** EC2 User Guide, "Tag restrictions". */
const MAX_TAGS = 50;

/** The most tags of one match: host, path, match, strip-path, port, weight. */
const MATCH_TAGS = 6;

/** The instances in the order of their launch. */
function launchesFor(matches: readonly TaggedMatch[], launching: Launching): Launch[] {
  const launches: Launch[] = [];
  matches.forEach((match, index) => {
    const members = match.backends.map((backend) => {
      const before = launching === 'few' ? reusable(launches, backend.name, match) : undefined;
      const launch = before ?? newLaunch(backend.name);
      if (launch !== before) launches.push(launch);
      Object.assign(launch.tags, tagsOf(match, backend, index));
      return launch;
    });
    launches.find((launch) => members.includes(launch))?.ranks.add(match.rank);
  });
  return launches;
}

function newLaunch(backend: string): Launch {
  return { backend, tags: { 'proxy:group': 'gateway' }, ranks: new Set() };
}

/** The backend's last instance, unless it would put the match before an older one with the same rank. */
function reusable(launches: readonly Launch[], backend: string, { rank }: TaggedMatch): Launch | undefined {
  const last = launches.findLastIndex((launch) => launch.backend === backend);
  const launch = launches[last];
  const isInOrder = launches.slice(last + 1).every(({ ranks }) => !ranks.has(rank));
  return launch && isInOrder && Object.keys(launch.tags).length + MATCH_TAGS <= MAX_TAGS ? launch : undefined;
}

/** Names the routes in the order of their matches, because of routes with one rank the first name wins. */
function tagsOf({ tags }: TaggedMatch, { port, weight }: BackendRef, index: number): Record<string, string> {
  const all = {
    ...tags,
    ...(port === undefined ? {} : { port: `${port}` }),
    ...(weight === undefined ? {} : { weight: `${weight}` }),
  };
  const name = `m${`${index}`.padStart(3, '0')}`;
  return Object.fromEntries(Object.entries(all).map(([tag, value]) => [`proxy:${name}:${tag}`, value]));
}
