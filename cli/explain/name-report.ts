import { belowDomain, findHindrances } from '../../core/explain/names/wanting.ts';
import { buildHistory, type Moment } from '../../core/journal/history.ts';
import type { Problem } from '../../core/problem.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { readDecisions } from '../journal/journal.ts';
import { nearest } from '../nearest.ts';
import type { NameSource } from './deployed.ts';
import { findMend, type Mend } from './mend.ts';

/** The facts about a name that no app answers. */
export interface NameReport {
  hostname: Hostname;
  /** Instances that want the name, or a problem of the name itself, each with the change that mends it. */
  hindrances: { problem: Problem; mend?: Mend }[];
  /** The last change of the name. */
  last?: Moment;
  /** How far back the journal was read. */
  days: number;
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

/** States that a problem, a stopped instance or a missing one explains. */
export const REPORTED: ReadonlySet<string> = new Set([
  ...['unknown', 'asleep', 'starting', 'maintenance', 'conflict', 'expired', 'draining'],
]);

/** Collects the facts about a name. */
export async function reportName(
  { hostname, keys, state, instances }: Asked,
  { baseDomain, days, readLists, journal }: NameSource,
  now: number,
): Promise<NameReport> {
  const { routes, problems } = await readLists();
  const label = belowDomain(hostname, baseDomain);
  const found = findHindrances(hostname, keys, baseDomain, problems);
  const { records } = await readDecisions(journal, now - days * 86_400_000, now);
  const last = buildHistory(records, hostname).at(-1);
  const near = nearest(
    label,
    routes.map((route) => belowDomain(route.hostname, baseDomain)).filter((each) => each !== label),
  );
  const mend = found.length === 0 ? mendState(state, instances, label) : undefined;
  return {
    ...{ hostname, days },
    hindrances: found.map((problem) => {
      const each = findMend(problem, label);
      return each === undefined ? { problem } : { problem, mend: each };
    }),
    ...(last === undefined ? {} : { last }),
    ...(mend === undefined ? {} : { mend }),
    ...(near === undefined || state !== 'unknown'
      ? {}
      : { near: baseDomain === '' ? near : `${near}.${baseDomain}` }),
  };
}

function mendState(state: string, [instance]: readonly string[], label: string): Mend | undefined {
  if (state === 'unknown') return { launch: label };
  if (instance === undefined) return undefined;
  if (state === 'asleep') return { instance, start: true };
  if (state === 'maintenance') return { instance, remove: 'proxy:maintenance' };
  if (state === 'draining') return { instance, remove: 'proxy:weight' };
  return state === 'expired' ? { instance, remove: 'proxy:ttl' } : undefined;
}
