import { groupBy } from '../../core/group-by.ts';
import { ownerOf } from '../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import type { LastRequests } from '../../core/traffic/last-requests.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { describeName, type NameView } from '../address/address.ts';
import { appHref, type Place } from '../words/links.ts';
import { describeLease, describeSince } from '../words/spans.ts';
import { describeState, type StateWords, stateNow } from '../words/states.ts';
import { type FindInstance, type InstanceFacts, instanceFinder, searchWords } from './facts.ts';

/** A time, and its distance from now in words. */
export interface Instant {
  /** ISO 8601. */
  at: string;
  words: string;
}

/** A route as the list shows it. */
export interface App extends NameView, StateWords {
  /** Absent if no link can lead there. */
  href?: string;
  /** The present state. */
  state: string;
  /** When it got this state. */
  since?: Instant;
  /** The tag `owner` of an instance, or else the person who launched it. */
  owner?: string;
  instances: readonly Pick<InstanceFacts, 'id' | 'name'>[];
  /** In words; empty if the app has the path / alone. */
  paths: readonly string[];
  /** True if viewers need not sign in, although the deployment has sign-in. */
  isOpen: boolean;
  lease?: Instant;
  /** The last request; absent without access logs. */
  last?: Instant;
  /** The number of problems that concern the name. */
  problems: number;
  /** All that a search finds, in lower case. */
  text: string;
}

/** Everything that a list is shown with, except for the list itself. */
export interface Surroundings {
  lastRequests: LastRequests;
  now: Milliseconds;
  place: Place;
}

/** The apps of a list, in its order. */
export function describeApps(
  list: RoutesFile,
  lastRequests: LastRequests,
  now: Milliseconds,
  place: Place,
): App[] {
  const around = { lastRequests, now, place };
  const find = instanceFinder(list);
  const problems = problemsByName(list.problems);
  return list.routes.map((route) => describeApp(route, list.baseDomain, around, { find, problems }));
}

interface Lookup {
  find: FindInstance;
  problems: ReadonlyMap<string, readonly Problem[]>;
}

function problemsByName(problems: readonly Problem[]): Map<string, Problem[]> {
  const pairs = problems.flatMap((problem) => (problem.hostnames ?? []).map((name) => ({ name, problem })));
  const groups = groupBy(pairs, ({ name }) => name);
  return new Map([...groups].map(([name, group]) => [name, group.map(({ problem }) => problem)]));
}

function describeApp(
  route: RouteSummary,
  baseDomain: string,
  { lastRequests, now, place }: Surroundings,
  { find, problems }: Lookup,
): App {
  const { hostname, rules, since, cause, expiresAt, access } = route;
  const paths = rules.map(({ path }) => path);
  const state = stateNow(route, now);
  const words = describeState(state);
  const href = appHref(hostname, baseDomain, paths, place);
  const last = lastRequests.get(hostname);
  const instances = route.instances.map(find);
  const owner = ownerOf(instances);
  const own = problems.get(hostname) ?? [];
  return {
    ...describeName(hostname, baseDomain),
    ...{ state, isOpen: access === 'open', problems: own.length },
    ...words,
    ...(href === undefined ? {} : { href }),
    ...(since === undefined ? {} : { since: instant(Date.parse(since), now) }),
    ...(owner === undefined ? {} : { owner }),
    instances: instances.map(({ id, name }) => ({ id, ...(name === undefined ? {} : { name }) })),
    paths: paths.every((path) => path === '/') ? [] : [...new Set(paths)].map(describePath),
    ...(expiresAt === undefined ? {} : { lease: { at: expiresAt, words: describeLease(expiresAt, now) } }),
    ...(last === undefined ? {} : { last: instant(last, now) }),
    text: searchText([hostname, words.words, ...paths, access ?? '', cause?.by ?? ''], instances, own),
  };
}

function instant(time: Milliseconds, now: Milliseconds): Instant {
  return { at: new Date(time).toISOString(), words: describeSince(time, now) };
}

function describePath(path: string): string {
  return path.replace(/^=(.*)$/, '$1 (exactly)');
}

/** Everything that a search finds, in lower case: one text a line. */
export function searchText(
  words: readonly string[],
  instances: readonly InstanceFacts[],
  problems: readonly Problem[],
): string {
  const ofProblems = problems.flatMap(({ code, tag, found = '', message }) => [code, tag, found, message]);
  return [...words, ...instances.flatMap(searchWords), ...ofProblems].join('\n').toLowerCase();
}
