import { type DecisionRecord, writtenRoutes } from '../../core/journal/journal-record.ts';
import type { Found } from '../../core/plan/found.ts';
import type { DeploymentId, Hostname, Milliseconds } from '../../core/wire/brands.ts';
import type { Calls } from '../meter.ts';
import type { ReceivedMessage } from '../read/messages.ts';
import type { Reconciled } from '../run/reconciled.ts';

/** Everything that is known about a run at its end. */
export interface FinishedRun {
  deployment: DeploymentId;
  requestId: string;
  startedAt: Milliseconds;
  endedAt: Milliseconds;
  received: readonly ReceivedMessage[];
  /** Undefined if no event was a new hint. */
  result: Reconciled | undefined;
  calls: Calls;
  /** Entries in the store that no record has reported yet. */
  found: Found;
}

/** Builds the journal's record of a run. */
export function buildRecord(run: FinishedRun): DecisionRecord {
  const { result, received, calls } = run;
  const { puts = [], deletes = [], before = new Map(), written = new Map() } = result ?? {};
  const { list, write, acceptedAt } = calls;
  return {
    version: 1,
    at: isoOf(run.startedAt),
    ...(acceptedAt === undefined || puts.length + deletes.length === 0
      ? {}
      : { acceptedAt: isoOf(acceptedAt) }),
    deployment: run.deployment,
    requestId: run.requestId,
    attempt: Math.max(1, ...received.map(({ attempt }) => attempt)),
    causes: received.map(({ event }) => event),
    outcome: result?.outcome ?? 'unchanged',
    puts: writtenRoutes(puts, written),
    deletes,
    before: writtenRoutes([...puts, ...deletes], before),
    ...foundIn(run, new Set([...puts, ...deletes])),
    problems: result?.problems ?? [],
    durations: {
      ...(list === undefined ? {} : { list }),
      ...(write === undefined ? {} : { write }),
      total: run.endedAt - run.startedAt,
    },
    ...(result?.store ? { store: result.store } : {}),
    ...(result?.reason === undefined ? {} : { error: result.reason }),
  };
}

/** After a lost race the re-read also shows this run's own writes. Report only hostnames that already differed when the run began. */
function foundIn(
  run: FinishedRun,
  written: ReadonlySet<Hostname>,
): Pick<DecisionRecord, 'found' | 'missing'> {
  const { entries, missing } = run.found;
  const before = run.result?.before;
  const found = writtenRoutes(
    [...entries.keys()].filter((name) => !written.has(name)),
    entries,
  );
  const gone = missing.filter((name) => !written.has(name) || (before !== undefined && !before.has(name)));
  return { ...(found.length === 0 ? {} : { found }), ...(gone.length === 0 ? {} : { missing: gone }) };
}

const isoOf = (time: Milliseconds) => new Date(time).toISOString();

/** A sweep that changed nothing is not recorded. One that did means that an event was missed. */
export function isWorthKeeping({ outcome, causes, found, missing }: DecisionRecord): boolean {
  return outcome !== 'unchanged' || !isSweep(causes) || found !== undefined || missing !== undefined;
}

export function isSweep(events: readonly { kind: string }[]): boolean {
  return events.every(({ kind }) => kind === 'schedule');
}
