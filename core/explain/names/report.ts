import type { Problem } from '../../problem.ts';
import { RESERVED_LABELS } from '../../settings/settings.ts';
import { LABEL } from '../../tags/label.ts';
import type { Hostname, InstanceId } from '../../wire/brands.ts';
import { findMend, type KnownInstances, locate, type Mend } from './mend.ts';
import { type Distance, nearestWord } from './nearest.ts';
import { belowDomain, findHindrances } from './wanting.ts';

/** The reasons why no app answers a name. */
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
export interface AskedName {
  hostname: Hostname;
  /** The keys of the store that would serve the hostname, wildcards included. */
  keys: readonly Hostname[];
  /** As `x-proxy-state` says it. */
  state: string;
  /** Of the entry. */
  instances: readonly string[];
}

/** The names of a deployment, as its list has them. */
export interface KnownNames {
  baseDomain: string;
  hostnames: readonly Hostname[];
  problems: readonly Problem[];
  instances: KnownInstances;
  distance: Distance;
}

/** States that a problem, a stopped instance or a missing one explains. */
const REPORTED: ReadonlySet<string> = new Set([
  ...['unknown', 'unknown path', 'asleep', 'starting', 'maintenance', 'conflict', 'expired', 'draining'],
]);

/** Whether a name is that of an app, and has none. */
export function isReported(
  { hostname, state }: Pick<AskedName, 'hostname' | 'state'>,
  baseDomain: string,
): boolean {
  return REPORTED.has(state) && hostname !== '' && (baseDomain === '' || hostname.endsWith(`.${baseDomain}`));
}

/** Collects the reasons why no app answers a name. */
export function reportName(
  { hostname, keys, state, instances }: AskedName,
  { baseDomain, hostnames, problems, distance, instances: known }: KnownNames,
): NameFacts {
  const label = belowDomain(hostname, baseDomain);
  const found = findHindrances(hostname, keys, baseDomain, problems);
  // An unknown name is served when its problem is mended.
  const mend =
    state === 'unknown' && found.length > 0 ? undefined : mendState(state, label, instances, known);
  const others = state === 'unknown' ? hostnames.map((each) => belowDomain(each, baseDomain)) : [];
  const near = nearestWord(
    label,
    others.filter((each) => each !== label),
    distance,
  );
  return {
    hostname,
    hindrances: found.map((problem) => {
      const each = findMend(problem, known);
      return each === undefined ? { problem } : { problem, mend: each };
    }),
    ...(mend === undefined ? {} : { mend }),
    ...(near === undefined ? {} : { near: baseDomain === '' ? near : `${near}.${baseDomain}` }),
  };
}

/** Whether an instance may have the name in every deployment. */
function isUsual(label: string): boolean {
  return LABEL_ONLY.test(label) && !RESERVED_LABELS.some((each) => each === label);
}

const LABEL_ONLY = new RegExp(`^${LABEL}$`);

/** The tags that close a name, by its state. */
const CLOSED_BY: Readonly<Record<string, string>> = {
  maintenance: 'maintenance',
  draining: 'weight',
  expired: 'ttl',
};

function mendState(
  state: string,
  label: string,
  [id]: readonly InstanceId[],
  known: KnownInstances,
): Mend | undefined {
  if (state === 'unknown') return isUsual(label) ? { launch: label } : undefined;
  if (id === undefined) return undefined;
  if (state === 'asleep') return { ...locate(id, known), start: true };
  const attribute = Object.hasOwn(CLOSED_BY, state) ? CLOSED_BY[state] : undefined;
  if (attribute === undefined) return undefined;
  const closing = known.find((each) => each.id === id)?.closing ?? [`proxy:${attribute}`];
  const [key, ...more] = closing.filter((each) => each.endsWith(`:${attribute}`));
  // Of several tags only one belongs to the route of this name.
  return key === undefined || more.length > 0 ? undefined : { ...locate(id, known), remove: key };
}
