import { isSameAccess } from '../../core/entry/access.ts';
import { type Entry, isServing } from '../../core/entry/entry.ts';
import { holdsIn } from '../../core/entry/hold.ts';
import { NO_FACTS } from '../../core/events/fleet-facts.ts';
import type { Instance } from '../../core/instance.ts';
import { decodeContent } from '../../core/plan/decoded.ts';
import { type Entries, ownedEntries } from '../../core/plan/plan.ts';
import type { Problem } from '../../core/problem.ts';
import { listProblems } from '../../core/routes/route-problems.ts';
import { parseTags } from '../../core/routes/route-spec.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Hostname, Seconds } from '../../core/wire/brands.ts';
import type { FailedSource } from '../../updater/ports.ts';
import { decide } from '../../updater/run/decide.ts';

/** The facts that a reconcile decides on. */
export interface PlanInputs {
  settings: Settings;
  /** The whole store. */
  current: Entries;
  fleet: readonly Instance[];
  /** Parts of the fleet that were not listed. */
  failures?: readonly FailedSource[];
  now: Seconds;
}

/** A change of one hostname that a reconcile would make, or would hold back, with its reasons. */
export interface Difference {
  hostname: Hostname;
  before?: Entry;
  after?: Entry;
  /** A safety feature of the updater holds the change back, or a part of it. */
  withheld?: true;
  reasons: string[];
}

/** The changes of a reconcile. */
export interface Differences {
  changes: Difference[];
  /** Entries that stay as they are. */
  unchanged: number;
  /** Parts of the fleet that were not listed. */
  failures: readonly FailedSource[];
  problems: Problem[];
}

/**
 * Computes what a reconcile would change, with the decision of the updater itself. Tokens stay as they are, and each IPv6 name counts as
 * found in DNS. Facts that only the updater has are left out: paces of names, announced deaths.
 */
export function findDifferences({ settings, current, fleet, failures = [], now }: PlanInputs): Differences {
  const decoded = decodeContent(current, settings.deployment);
  const { owned } = decoded;
  const decision = decide({
    ...{ settings, decoded, now, mode: 'sync', capacity: undefined, confirmed: false, lastSequence: 0 },
    bytes: [...current].reduce((sum, [key, value]) => sum + key.length + value.length, 0),
    view: { instances: fleet, failures, reportedDead: new Set() },
    tokenOf: (hostname) => tokenOf(owned.get(hostname)),
    nameStateOf: () => 'resolved',
    refusals: new Map(),
    facts: { ...NO_FACTS, holds: holdsIn(decoded.held) },
    parse: (instance) => parseTags(instance, settings),
  });
  const { puts, deletes } = decision.changes;
  const seen = new Map(fleet.map((instance) => [instance.id, instance]));
  const problems = listProblems(decision.problems);
  const withheld = new Set(decision.withheld);
  const after = ownedEntries(puts, settings.deployment);
  const hostnames = [...new Set([...puts.keys(), ...deletes, ...withheld])].sort();
  return {
    changes: hostnames.map((hostname) => {
      const before = owned.get(hostname);
      const isChanged = puts.has(hostname) || deletes.has(hostname);
      const entries = [before, isChanged ? after.get(hostname) : before] as const;
      const difference = differenceOf(hostname, entries, seen, problems);
      return withheld.has(hostname) ? { ...difference, withheld: true } : difference;
    }),
    unchanged: [...owned.keys()].filter((hostname) => !hostnames.includes(hostname)).length,
    failures,
    problems,
  };
}

function tokenOf(entry: Entry | undefined): string {
  return entry !== undefined && isServing(entry) ? entry.token : '';
}

function differenceOf(
  hostname: Hostname,
  [before, after]: readonly [Entry | undefined, Entry | undefined],
  seen: ReadonlyMap<string, Instance>,
  problems: readonly Problem[],
): Difference {
  const [was, is] = [before, after].map((entry) => new Set(entry?.instances.map(({ id }) => id)));
  const joined = [...(is ?? [])].filter((id) => !was?.has(id));
  const left = [...(was ?? [])].filter((id) => !is?.has(id));
  const unlisted = [...(is ?? [])].filter((id) => was?.has(id) && !seen.has(id));
  const own = problems.filter(
    ({ hostnames, instance }) => hostnames?.includes(hostname) ?? (was?.has(instance) || is?.has(instance)),
  );
  const reasons = [
    ...joined.map((id) => `${id} (${stateOf(id, seen)}) asks for it`),
    ...left.map((id) => describeLeft(id, seen)),
    ...unlisted.map((id) => `${id} is not listed`),
    ...(before && after ? describeChange(before, after, seen) : []),
    ...own.map(({ message }) => message),
  ];
  return { hostname, ...(before ? { before } : {}), ...(after ? { after } : {}), reasons };
}

const stateOf = (id: string, seen: ReadonlyMap<string, Instance>) => seen.get(id)?.state ?? 'not listed';

function describeLeft(id: string, seen: ReadonlyMap<string, Instance>): string {
  const instance = seen.get(id);
  if (instance === undefined) return `${id} is not listed`;
  const isGone = instance.state === 'terminated' || instance.state === 'shutting-down';
  return isGone
    ? `${id} is ${instance.state}`
    : `${id} (${instance.state}) does not ask for it, or may not have it`;
}

/** The parts of an entry that differ, besides its instances. */
function describeChange(before: Entry, after: Entry, seen: ReadonlyMap<string, Instance>): string[] {
  const both = isServing(before) && isServing(after);
  const states = after.instances.map(({ id }) => `${id} is ${stateOf(id, seen)}`);
  return [
    ...(before.state === after.state ? [] : states),
    ...(isSameAccess(before.access, after.access) ? [] : ['the access differs']),
    ...(before.expiresAt === after.expiresAt ? [] : ['the end of the lease differs']),
    ...(both && !isEqual(before.rules, after.rules)
      ? ['the rules differ: port, path, weight or conditions']
      : []),
    ...(both && !isEqual(before.instances, after.instances)
      ? ['an address, a start or the order differs']
      : []),
  ];
}

const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
