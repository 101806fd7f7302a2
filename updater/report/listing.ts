import { distance } from 'fastest-levenshtein';
import type { Entry } from '../../core/entry/entry.ts';
import { printWriteTime } from '../../core/entry/mark.ts';
import type { Instance } from '../../core/instance.ts';
import { type Cause, describeCauses, findLaunchers } from '../../core/journal/cause.ts';
import { findCauses } from '../../core/journal/history.ts';
import { type InstanceSummary, summarizeInstance } from '../../core/journal/instance-summary.ts';
import type { PortalSettings } from '../../core/journal/portal-settings.ts';
import { type Listed, type Mark, summarize } from '../../core/journal/routes-file.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import { findClosingTags } from '../../core/mends/closing-tags.ts';
import { withMends } from '../../core/mends/mends.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { toMilliseconds } from '../../core/time.ts';
import type { Hostname, InstanceId, Milliseconds } from '../../core/wire/brands.ts';
import type { Reconciled } from '../run/reconciled.ts';
import type { FinishedRun } from './record.ts';

/** A launch and the start that EC2 lists may be this far apart, and still be the same. */
const LAUNCH_MS: Milliseconds = 600_000;

/** Instances that are known without a reading of this run. */
export interface KnownFleet {
  find(id: InstanceId): Instance | undefined;
}

/** The beginning of a process that finds no list. */
export const NOTHING_LISTED: Listed = {
  entries: LayeredMap.from<Hostname, Entry>(new Map()),
  marks: LayeredMap.from<Hostname, Mark>(new Map()),
  instances: LayeredMap.from<InstanceId, InstanceSummary>(new Map()),
  problems: [],
};

/** A run that knows the deployment's entries. */
export type ListedRun = FinishedRun & { result: Reconciled & Required<Pick<Reconciled, 'entries'>> };

/**
 * All that is known for people after a run: that of the runs before, and what this one has read and written.
 */
export function listRun(
  known: Listed,
  run: ListedRun,
  fleet: KnownFleet | undefined,
  portal: PortalSettings,
  settings: Settings,
): Listed {
  const entries = LayeredMap.from(run.result.entries);
  const read = new Map(run.result.instances?.map((instance) => [instance.id, instance]));
  const find = (id: InstanceId) => read.get(id) ?? fleet?.find(id);
  return {
    entries,
    marks: markChanges(known, entries, run, portal),
    instances: addInstances(known, entries, run, fleet, portal),
    problems:
      portal.detail === 'names' ? [] : withMends(run.result.problems, { settings, find, entries, distance }),
  };
}

/** Gives each entry that has changed its time and cause. */
function markChanges(
  { entries: before, marks }: Listed,
  after: LayeredMap<Hostname, Entry>,
  run: ListedRun,
  portal: PortalSettings,
): Listed['marks'] {
  const { result } = run;
  const written = new Set(result.puts);
  const puts = new Map<Hostname, Mark>();
  const deletes: Hostname[] = [...result.deletes];
  for (const hostname of result.puts) {
    const entry = after.get(hostname);
    if (entry) puts.set(hostname, markWrite(hostname, entry, marks.get(hostname), run, portal));
  }
  // Of entries that another writer changed, only the time in the entry is known.
  for (const hostname of before.size === 0 ? [] : LayeredMap.differingKeys(before, after)) {
    if (!written.has(hostname) && before.get(hostname)?.state !== after.get(hostname)?.state)
      deletes.push(hostname);
  }
  return puts.size + deletes.length === 0 ? marks : marks.with(puts, deletes);
}

function markWrite(
  hostname: Hostname,
  entry: Entry,
  mark: Mark | undefined,
  run: ListedRun,
  portal: PortalSettings,
): Mark {
  const { result, calls, endedAt } = run;
  const before = result.before?.get(hostname);
  const since =
    before?.state === entry.state
      ? (mark?.since ?? printWriteTime(before.sequence))
      : new Date(calls.acceptedAt ?? endedAt).toISOString();
  const isVisible =
    before === undefined ||
    JSON.stringify(summarize(hostname, before, NO_MARK)) !==
      JSON.stringify(summarize(hostname, entry, NO_MARK));
  const cause = isVisible ? causesOf(run, before, entry, portal)[0] : mark?.cause;
  return { ...(since === undefined ? {} : { since }), ...(cause === undefined ? {} : { cause }) };
}

/** Equal for all entries, so that only the entries are compared. */
const NO_MARK: Mark = { since: '' };

/** The causes of a change from one entry to another. */
export function causesOf(
  { received, startedAt }: Pick<FinishedRun, 'received' | 'startedAt'>,
  before: Entry | undefined,
  after: Entry | undefined,
  { principals }: Pick<PortalSettings, 'principals'>,
): Cause[] {
  const involved = new Set([before, after].flatMap((entry) => entry?.instances.map(({ id }) => id) ?? []));
  const events = received.map(({ event }) => event);
  return describeCauses(findCauses(events, involved), startedAt, principals);
}

/** Adds the instances that the run has read, and those that its entries and problems name for the first time. */
function addInstances(
  { instances }: Listed,
  entries: LayeredMap<Hostname, Entry>,
  { result, received }: ListedRun,
  fleet: KnownFleet | undefined,
  portal: PortalSettings,
): Listed['instances'] {
  const launchers = portal.principals ? findLaunchers(received.map(({ event }) => event)) : new Map();
  const puts = new Map<InstanceId, InstanceSummary>();
  const add = (instance: Instance | undefined) => {
    if (instance)
      puts.set(
        instance.id,
        describe(instance, instances.get(instance.id), launchers.get(instance.id), portal),
      );
  };
  for (const instance of result.instances ?? []) add(instance);
  const named = [
    ...result.puts.flatMap((hostname) => entries.get(hostname)?.instances.map(({ id }) => id) ?? []),
    ...result.problems.map(({ instance }) => instance),
    ...launchers.keys(),
  ];
  for (const id of named)
    if (!puts.has(id) && (launchers.has(id) || !instances.has(id))) add(fleet?.find(id));
  for (const [id, summary] of puts) {
    const before = instances.get(id);
    if (before && JSON.stringify(summary) === JSON.stringify(before)) puts.delete(id);
  }
  return puts.size === 0 ? instances : instances.with(puts, []);
}

function describe(
  instance: Instance,
  known: InstanceSummary | undefined,
  launcher: Cause | undefined,
  { tags }: PortalSettings,
): InstanceSummary {
  const closing = findClosingTags(instance);
  const summary = { ...summarizeInstance(instance, tags), ...(closing === undefined ? {} : { closing }) };
  const launchedAt = toMilliseconds(instance.launchedAt);
  const isSame = launcher !== undefined && Math.abs(Date.parse(launcher.at) - launchedAt) < LAUNCH_MS;
  const launchedBy = isSame
    ? launcher.by
    : known?.launchedAt === summary.launchedAt
      ? known.launchedBy
      : undefined;
  return launchedBy === undefined ? summary : { ...summary, launchedBy };
}
