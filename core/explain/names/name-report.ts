import type { Problem } from '../../problem.ts';
import type { Hostname } from '../../wire/brands.ts';
import { findMend, type Mend, mendState } from './mend.ts';
import type { Nearest } from './nearest.ts';
import { belowDomain, findHindrances } from './wanting.ts';

/** The facts about a name that no app answers. */
export interface NameFacts {
  hostname: Hostname;
  /** Instances that want the name, or a problem of the name itself, each with the change that mends it. */
  hindrances: { problem: Problem; mend?: Mend }[];
  /** A change that serves the name, if no problem does. */
  mend?: Mend;
  /** A name that the person may have meant. */
  near?: Hostname;
}

/** The state of a name, and the instances of its entry. */
export interface Asked {
  hostname: Hostname;
  keys: readonly Hostname[];
  /** As `x-proxy-state` says it. */
  state: string;
  /** Of the entry. */
  instances: readonly string[];
}

/** The list of routes. */
export interface NameLists {
  baseDomain: string;
  routes: readonly { hostname: Hostname }[];
  problems: readonly Problem[];
}

/** States that a problem, a stopped instance or a missing one explains. */
export const REPORTED: ReadonlySet<string> = new Set([
  ...['unknown', 'asleep', 'starting', 'maintenance', 'conflict', 'expired', 'draining'],
]);

/** Finds the reasons why a name has no app, and the changes that mend it. */
export function reportName(
  { hostname, keys, state, instances }: Asked,
  { baseDomain, routes, problems }: NameLists,
  nearest: Nearest,
): NameFacts {
  const label = belowDomain(hostname, baseDomain);
  const found = findHindrances(hostname, keys, baseDomain, problems);
  const others = routes
    .map((route) => belowDomain(route.hostname, baseDomain))
    .filter((each) => each !== label);
  const near = state === 'unknown' ? nearest(label, others) : undefined;
  const mend = found.length === 0 ? mendState(state, instances, label) : undefined;
  return {
    hostname,
    hindrances: found.map((problem) => {
      const each = findMend(problem, label, nearest);
      return each === undefined ? { problem } : { problem, mend: each };
    }),
    ...(mend === undefined ? {} : { mend }),
    ...(near === undefined ? {} : { near: baseDomain === '' ? near : `${near}.${baseDomain}` }),
  };
}
