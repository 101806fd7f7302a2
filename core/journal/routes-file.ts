import { type Access, isGated } from '../entry/access.ts';
import { type Entry, isServing } from '../entry/entry.ts';
import { printWriteTime } from '../entry/mark.ts';
import { type Backend, type ClosedState, type Condition, closedState, type Rule } from '../entry/rule.ts';
import type { LayeredMap } from '../layered-map.ts';
import { type Problem, problem } from '../problem.ts';
import {
  anyText,
  count,
  type Fault,
  flag,
  instant,
  listOf,
  objectWith,
  oneOf,
  optional,
  parseDocument,
  type Schema,
  text,
  variantOf,
} from '../schema.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
import { CAUSE, type Cause } from './cause.ts';
import { INSTANCE, type InstanceSummary } from './instance-summary.ts';

/** How much a list says: `names` has hostnames and their states alone, because everybody may read it. */
export const DETAILS = ['full', 'names'] as const;

export type Detail = (typeof DETAILS)[number];

/** `_proxy/routes.json`: the present routes, for the portal and the CLI. It holds no token and no address. */
export interface RoutesFile {
  version: 2;
  /** The deployment id. */
  deployment: string;
  /** `''` in bare mode. */
  baseDomain: string;
  /** True if viewers sign in. */
  signIn?: boolean;
  detail: Detail;
  /** ISO 8601, UTC: when the list was written. */
  updatedAt: string;
  /** Sorted by hostname. */
  routes: RouteSummary[];
  /** The instances of the routes and of the problems, each once, sorted by id. */
  instances: InstanceSummary[];
  problems: Problem[];
}

/** One hostname, for people. */
export interface RouteSummary {
  hostname: Hostname;
  /** An `EntryState`. In a document of another version it may be a state that this version does not know. */
  state: string;
  /** ISO 8601, UTC: when it got this state; where that is not known, when its entry was last written. */
  since?: string;
  /** The event that changed its entry last. Absent if no event is known. */
  cause?: Cause;
  instances: InstanceId[];
  /** In the order in which they are tried; empty unless the name is served. */
  rules: RuleSummary[];
  /** ISO 8601, UTC; absent without a lease. */
  expiresAt?: string;
  /**
   * `open`: viewers need not sign in, although the deployment has sign-in. `named`: an access rule names the people who may open it.
   * Absent: every viewer of the deployment may.
   */
  access?: 'open' | 'named';
}

/** One rule of a hostname. The first that matches a request decides. */
export interface RuleSummary {
  /** A prefix, or `=` and an exact path. */
  path: string;
  /** Where requests go, or why they go nowhere. */
  to: Backend[] | ClosedState;
  /** All of them must hold; absent if there are none. */
  conditions?: Condition[];
  /** True if the prefix is removed before the request reaches the app. */
  strip?: boolean;
  /** The name on the app's certificate; absent if the edge speaks http with it. */
  certName?: string;
  /** The app's cookie that keeps a viewer on one instance. */
  sticky?: string;
  /** Seconds that the edge waits for the app; absent for 60. */
  timeout?: number;
}

const BACKENDS = listOf(objectWith<Backend>({ instance: count, port: count, weight: count }));

/** A list of backends, or a state. */
const destination: Schema<Backend[] | ClosedState> = (json) =>
  Array.isArray(json) ? BACKENDS(json) : closedState(json);

const named = { name: anyText, value: anyText };
const CONDITION = variantOf<Condition, Condition['on']>('on', {
  method: objectWith<Extract<Condition, { on: 'method' }>>({ on: oneOf('method'), value: anyText }),
  header: objectWith<Extract<Condition, { on: 'header' }>>({ on: oneOf('header'), ...named }),
  query: objectWith<Extract<Condition, { on: 'query' }>>({ on: oneOf('query'), ...named }),
});

const RULE = objectWith<RuleSummary>({
  path: anyText,
  to: destination,
  conditions: optional(listOf(CONDITION)),
  strip: optional(flag),
  certName: optional(anyText),
  sticky: optional(anyText),
  timeout: optional(count),
});

/** A route in a document that is read back. */
export const ROUTE = objectWith<RouteSummary>({
  hostname: anyText,
  state: text,
  since: optional(instant),
  cause: optional(CAUSE),
  instances: listOf(anyText),
  rules: listOf(RULE),
  expiresAt: optional(instant),
  access: optional(oneOf('open', 'named')),
});

const FILE = objectWith<RoutesFile>({
  version: oneOf(2),
  deployment: anyText,
  baseDomain: anyText,
  signIn: optional(flag),
  detail: oneOf(...DETAILS),
  updatedAt: instant,
  routes: listOf(ROUTE),
  instances: listOf(INSTANCE),
  problems: listOf(problem),
});

/** Parses the file, or says where it differs from the output of `buildRoutesFile`. */
export function parseRoutesFile(text: string): RoutesFile | Fault {
  return parseDocument(text, FILE);
}

/** Facts about a hostname that its entry lacks. */
export interface Mark {
  /** See RouteSummary. */
  since?: string;
  cause?: Cause;
}

/** All that one reconcile knows for people. Its maps never change. */
export interface Listed {
  entries: LayeredMap<Hostname, Entry>;
  marks: LayeredMap<Hostname, Mark>;
  /** Those of the entries and of the problems, and perhaps others. */
  instances: LayeredMap<InstanceId, InstanceSummary>;
  problems: readonly Problem[];
}

/** The head of a list. */
export type ListFacts = Pick<RoutesFile, 'deployment' | 'baseDomain' | 'signIn' | 'detail' | 'updatedAt'>;

/** Describes the result of one reconcile for people. */
export function buildRoutesFile(facts: ListFacts, listed: Listed): RoutesFile {
  const { detail } = facts;
  const routes = [...listed.entries].map(([hostname, entry]) =>
    summarize(hostname, entry, listed.marks.get(hostname), detail),
  );
  routes.sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const problems = detail === 'full' ? [...listed.problems] : [];
  return {
    version: 2,
    ...facts,
    routes,
    instances: findInstances(routes, problems, listed.instances),
    problems,
  };
}

/** The instances that routes and problems name, as far as they are known, sorted by id. */
export function findInstances(
  routes: readonly Pick<RouteSummary, 'instances'>[],
  problems: readonly Pick<Problem, 'instance'>[],
  known: Pick<ReadonlyMap<InstanceId, InstanceSummary>, 'get'>,
): InstanceSummary[] {
  const ids = new Set(problems.map(({ instance }) => instance));
  for (const { instances } of routes) for (const id of instances) ids.add(id);
  const found = [...ids].flatMap((id) => known.get(id) ?? []);
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Describes one entry for people. */
export function summarize(
  hostname: Hostname,
  entry: Entry,
  { since = printWriteTime(entry.sequence), cause }: Mark = {},
  detail: Detail = 'full',
): RouteSummary {
  if (detail === 'names') return { hostname, state: entry.state, instances: [], rules: [] };
  const access = describeAccess(entry.access);
  return {
    hostname,
    state: entry.state,
    ...(since === undefined ? {} : { since }),
    ...(cause === undefined ? {} : { cause }),
    instances: entry.instances.map((member) => member.id),
    rules: isServing(entry) ? entry.rules.map(summarizeRule) : [],
    ...(entry.expiresAt === undefined ? {} : { expiresAt: new Date(entry.expiresAt * 1000).toISOString() }),
    ...(access === undefined ? {} : { access }),
  };
}

function describeAccess(access: Access): RouteSummary['access'] {
  if (!isGated(access)) return access === 'open' ? 'open' : undefined;
  return access.rule === undefined ? undefined : 'named';
}

function summarizeRule({ path, to, conditions, strip, certName, sticky, timeout }: Rule): RuleSummary {
  return {
    path,
    to: typeof to === 'string' ? to : [...to],
    ...(conditions.length === 0 ? {} : { conditions: [...conditions] }),
    ...(strip ? { strip } : {}),
    ...(certName === undefined ? {} : { certName }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}
