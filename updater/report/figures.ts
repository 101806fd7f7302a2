import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { Instance } from '../../core/instance.ts';
import { type Figures, METRICS, type MetricDefinition, type MetricName } from '../../core/metrics.ts';
import { TAGS } from '../../core/tags/tags.ts';
import type { Hostname, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import { type FinishedRun, isSweep } from './record.ts';

/** Number of documents that could not be written. */
export interface Failures {
  journal: number;
  publish: number;
}

/** Builds a run's figures for CloudWatch. Event counts of zero are omitted. */
export function buildFigures(run: FinishedRun, failures: Failures): Figures {
  const { result, received, calls } = run;
  const events = received.map(({ event }) => event);
  const changes = (result?.puts.length ?? 0) + (result?.deletes.length ?? 0);
  const figures: Figures = {
    Runs: [1],
    FailedRuns: [Number(result?.unwritten === true)],
    FailedListings: [calls.failedListings],
    EventAge: agesOf(run),
    ApplyTime: calls.acceptedAt === undefined || changes === 0 ? [] : [calls.acceptedAt - run.startedAt],
    Changes: [changes],
    Drift: [findDrifted(run).length],
    Conflicts: [result?.conflicts ?? 0],
    GuardTrips: [result?.withheld.length ?? 0],
    StoreCalls: [calls.store],
    ...eventCounts(events),
    QuarantinedEvents: [events.filter(({ verdict }) => verdict === 'quarantined').length],
    JournalFailures: [failures.journal],
    PublishFailures: [failures.publish],
    ...(result?.entries ? { Problems: [result.problems.length], OwnedEntries: [result.entries.size] } : {}),
    ...(result?.entries && result.store ? { StoreBytes: [result.store.bytes] } : {}),
  };
  return omitSilent(figures);
}

/** Reports both counts or neither, because the alarm on a missing trail compares them. Replays do not count. */
function eventCounts(events: readonly FleetEvent[]): Figures {
  const live = events.filter(({ replay }) => replay === undefined);
  const calls = live.filter(({ kind }) => kind === 'api-call').length;
  const states = live.filter(({ kind }) => kind === 'state-change').length;
  return calls + states === 0 ? {} : { ApiCallEvents: [calls], StateChangeEvents: [states] };
}

/**
 * Hostnames that a sweep had to change, because an event was missed. No event reports the end of a lease, or of the time for which an
 * instance with wrong tags keeps its name, so these changes do not count.
 */
export function findDrifted({ received, result, startedAt }: FinishedRun): Hostname[] {
  if (result === undefined || !isSweep(received.map(({ event }) => event))) return [];
  const { puts, deletes, before, written, instances = [] } = result;
  const now = startedAt / 1_000;
  const leased = new Set(instances.filter((each) => hasEndedLease(each, now)).map(({ id }) => id));
  return [...puts, ...deletes].filter((hostname) => {
    const entry = before?.get(hostname);
    if (entry === undefined) return true;
    const { expiresAt, claimEndsAt } = { claimEndsAt: undefined, ...entry };
    const left = new Set(entry.instances.map(({ id }) => id));
    for (const { id } of written.get(hostname)?.instances ?? []) left.delete(id);
    return !isPast(expiresAt, now) && !isPast(claimEndsAt, now) && ![...left].some((id) => leased.has(id));
  });
}

const isPast = (end: Seconds | undefined, now: Seconds) => end !== undefined && end <= now;

function hasEndedLease({ tags, launchedAt }: Instance, now: Seconds): boolean {
  return Object.entries(tags).some(([key, value]) => {
    const ttl = /^proxy:(?:[^:]*:)?ttl$/.test(key) ? TAGS.ttl.parse(value.trim()) : undefined;
    return ttl !== undefined && launchedAt + ttl <= now;
  });
}

/** Time from each hint to the run. Replays and sweeps have no meaningful age. */
function agesOf({ received, startedAt }: FinishedRun): Milliseconds[] {
  return received.flatMap(({ event: { verdict, kind, replay, time } }) =>
    verdict === 'hint' && kind !== 'schedule' && replay === undefined && time !== undefined
      ? [Math.max(0, startedAt - Date.parse(time))]
      : [],
  );
}

function omitSilent(figures: Figures): Figures {
  const speaks = ([name, values]: [string, readonly number[]]) => {
    const { sent, unit }: MetricDefinition = METRICS[name as MetricName];
    return values.length > 0 && (sent !== 'event' || unit !== 'Count' || values.some((value) => value > 0));
  };
  return Object.fromEntries(Object.entries(figures).filter(speaks));
}
