import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import type { LastRequests } from '../../core/traffic/last-requests.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { appHref, type Place, splitHostname } from '../words/links.ts';
import { describeAge, describeLease } from '../words/spans.ts';
import { describeState, type StateWords, stateNow } from '../words/states.ts';

/** A time, and its distance from now in words. */
export interface Instant {
  /** ISO 8601. */
  at: string;
  words: string;
}

/** A route as the list shows it. */
export interface App extends StateWords {
  hostname: string;
  /** The hostname without the base domain. */
  label: string;
  /** The base domain with its dot; empty if the name is not below it. */
  suffix: string;
  /** Absent if no link can lead there. */
  href?: string;
  /** The present state. */
  state: string;
  instances: readonly string[];
  /** In words; empty if the app has the path / alone. */
  paths: readonly string[];
  /** True if viewers need not sign in, although the deployment has sign-in. */
  isOpen: boolean;
  lease?: Instant;
  /** The last request; absent without access logs. */
  last?: Instant;
}

/** What the list needs beside the list itself. */
export interface Surroundings {
  lastRequests: LastRequests;
  now: Milliseconds;
  place: Place;
}

export function describeApps({ routes, baseDomain }: RoutesFile, around: Surroundings): App[] {
  return routes.map((route) => describeApp(route, baseDomain, around));
}

function describeApp(
  route: RouteSummary,
  baseDomain: string,
  { lastRequests, now, place }: Surroundings,
): App {
  const { hostname, instances, rules, expiresAt, access } = route;
  const paths = rules.map(({ path }) => path);
  const state = stateNow(route, now);
  const href = appHref(hostname, baseDomain, paths, place);
  const last = lastRequests.get(hostname);
  return {
    ...{ hostname, state, instances, isOpen: access === 'open' },
    ...splitHostname(hostname, baseDomain),
    ...describeState(state),
    ...(href === undefined ? {} : { href }),
    paths: paths.every((path) => path === '/') ? [] : [...new Set(paths)].map(describePath),
    ...(expiresAt === undefined ? {} : { lease: { at: expiresAt, words: describeLease(expiresAt, now) } }),
    ...(last === undefined
      ? {}
      : { last: { at: new Date(last).toISOString(), words: describeAge(last, now) } }),
  };
}

function describePath(path: string): string {
  return path.replace(/^=(.*)$/, '$1 (exactly)');
}

/** Whether a text that the list shows for the app contains `wanted`. */
export function matches(app: App, wanted: string): boolean {
  const texts = [app.hostname, app.words, ...app.instances, ...app.paths];
  return texts.join('\n').toLowerCase().includes(wanted.trim().toLowerCase());
}
