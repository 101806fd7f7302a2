import { type Address, WAYS } from '../address.ts';
import { type Entry, isServing } from '../entry/entry.ts';
import { type Problem, problem } from '../problem.ts';
import {
  anyText,
  type Fault,
  flag,
  instant,
  listOf,
  objectWith,
  oneOf,
  optional,
  parseDocument,
  text,
} from '../schema.ts';

/** `_proxy/routes.json`: the present routes, for the portal and the CLI. It holds no token and no address. */
export interface RoutesFile {
  version: 1;
  /** The deployment id. */
  deployment: string;
  /** `''` in bare mode. */
  baseDomain: string;
  /** True if viewers sign in. */
  signIn?: boolean;
  /** ISO 8601, UTC. */
  updatedAt: string;
  routes: RouteSummary[];
  problems: Problem[];
}

export interface RouteSummary {
  hostname: string;
  /** An `EntryState`. In a document of another version it may be a state that this version does not know. */
  state: string;
  instances: string[];
  /** The kinds of address that the edge uses; absent unless the name is served. */
  via?: Address['via'][];
  /** In the order in which they are tried; empty unless the name is served. */
  paths: string[];
  /** ISO 8601, UTC; absent without a lease. */
  expiresAt?: string;
  /** `open` if viewers need not sign in, although the deployment has sign-in. */
  access?: 'open';
}

/** A route in a document that is read back. */
export const ROUTE = objectWith<RouteSummary>({
  hostname: anyText,
  state: text,
  instances: listOf(anyText),
  via: optional(listOf(oneOf(...WAYS))),
  paths: listOf(anyText),
  expiresAt: optional(instant),
  access: optional(oneOf('open')),
});

const FILE = objectWith<RoutesFile>({
  version: oneOf(1),
  deployment: anyText,
  baseDomain: anyText,
  signIn: optional(flag),
  updatedAt: instant,
  routes: listOf(ROUTE),
  problems: listOf(problem),
});

/** Parses the file, or says where it differs from the output of `buildRoutesFile`. */
export function parseRoutesFile(text: string): RoutesFile | Fault {
  return parseDocument(text, FILE);
}

/** Describes the entries and problems of one reconcile for people. */
export function buildRoutesFile(
  facts: Pick<RoutesFile, 'deployment' | 'baseDomain' | 'signIn' | 'updatedAt'>,
  entries: ReadonlyMap<string, Entry>,
  problems: readonly Problem[],
): RoutesFile {
  const routes = [...entries].map(([hostname, entry]) => summarize(hostname, entry));
  routes.sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  return { version: 1, ...facts, routes, problems: [...problems] };
}

/** Describes one entry for people. */
export function summarize(hostname: string, entry: Entry): RouteSummary {
  return {
    hostname,
    state: entry.state,
    instances: entry.instances.map((member) => member.id),
    ...(isServing(entry) ? { via: [...new Set(entry.instances.map(({ address }) => address.via))] } : {}),
    paths: isServing(entry) ? entry.rules.map((rule) => rule.path) : [],
    ...(entry.expiresAt === undefined ? {} : { expiresAt: new Date(entry.expiresAt * 1000).toISOString() }),
    ...(entry.access === 'open' ? { access: 'open' } : {}),
  };
}
