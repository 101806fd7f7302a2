import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { type Figures, METRICS, type MetricDefinition, type MetricName } from '../../core/metrics.ts';
import { toMilliseconds } from '../../core/time.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
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

/** Hostnames that a sweep had to change, because an event was missed. Only sweeps end leases, so these deletions do not count. */
export function findDrifted({ received, result, startedAt }: FinishedRun): Hostname[] {
  if (!isSweep(received.map(({ event }) => event))) return [];
  const ends = (hostname: Hostname) => result?.before?.get(hostname)?.expiresAt ?? Number.POSITIVE_INFINITY;
  const lost = (result?.deletes ?? []).filter((hostname) => toMilliseconds(ends(hostname)) > startedAt);
  return [...(result?.puts ?? []), ...lost];
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
