import { isSameAccess } from '../../core/entry/access.ts';
import { type Entry, isServing } from '../../core/entry/entry.ts';
import type { Instance } from '../../core/instance.ts';
import { decodeContent } from '../../core/plan/decoded.ts';
import { type Entries, nextSequence, ownedEntries, plan } from '../../core/plan/plan.ts';
import { type Doubt, findDoubt } from '../../core/plan/policies/keep-unseen.ts';
import type { Problem } from '../../core/problem.ts';
import { findClaimEnd, holdsIn } from '../../core/routes/hold.ts';
import { buildRoutes, incumbentsOf } from '../../core/routes/route.ts';
import { listProblems } from '../../core/routes/route-problems.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Hostname, Seconds } from '../../core/wire/brands.ts';

/** The facts that a reconcile decides on. */
export interface PlanInputs {
  settings: Settings;
  /** The whole store. */
  current: Entries;
  fleet: readonly Instance[];
  now: Seconds;
}

/** A change that a reconcile would make to one hostname, with its reasons. */
export interface Difference {
  hostname: Hostname;
  before?: Entry;
  after?: Entry;
  reasons: string[];
}

/** The changes of a reconcile. */
export interface Differences {
  changes: Difference[];
  /** Entries that stay as they are. */
  unchanged: number;
  /** Names that another deployment or a person has in the store. */
  occupied: Hostname[];
  /** Removals would wait, for this reason. */
  doubt?: Doubt;
  problems: Problem[];
}

/** Computes what a reconcile would change. Pure. Tokens stay as they are, and a change that comes too often is not held back. */
export function findDifferences({ settings, current, fleet, now }: PlanInputs): Differences {
  const { deployment } = settings;
  const decoded = decodeContent(current, deployment);
  const { owned } = decoded;
  const holds = holdsIn(owned);
  const desired = buildRoutes(fleet, {
    ...{ settings, now, incumbents: incumbentsOf(owned) },
    claimEndOf: (hostname, instance) => findClaimEnd(owned.get(hostname), instance, holds, now),
    tokenOf: (hostname) => tokenOf(owned.get(hostname)),
    accessOf: (hostname) => owned.get(hostname)?.access,
  });
  const sequence = nextSequence([{ sequence: decoded.lastSequence }], 0, now);
  const { changes, occupied } = plan(current, desired.entries, deployment, sequence, decoded);
  const seen = new Map(fleet.map((instance) => [instance.id, instance]));
  const problems = listProblems(desired.problems);
  const after = ownedEntries(changes.puts, deployment);
  const hostnames = [...changes.puts.keys(), ...changes.deletes].sort();
  const doubt = findDoubt({
    ...{ owned, seen, reportedDead: new Set(), failures: 0, confirmed: false },
    unreadable: [...changes.deletes].filter((hostname) => !owned.has(hostname)).length,
  });
  return {
    changes: hostnames.map((hostname) =>
      differenceOf(hostname, [owned.get(hostname), after.get(hostname)], seen, problems),
    ),
    unchanged: owned.size - hostnames.filter((hostname) => owned.has(hostname)).length,
    occupied: occupied.map(({ hostname }) => hostname),
    ...(doubt === undefined ? {} : { doubt }),
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
  const own = problems.filter(
    ({ hostnames, instance }) => hostnames?.includes(hostname) ?? (was?.has(instance) || is?.has(instance)),
  );
  const reasons = [
    ...joined.map((id) => `${id} (${stateOf(id, seen)}) asks for it`),
    ...left.map((id) => describeLeft(id, seen)),
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
