import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { type DecisionRecord, writtenRoutes } from '../../core/journal/journal-record.ts';
import { type Figures, METRICS, type MetricDefinition, type MetricName } from '../../core/metrics.ts';
import type { Found } from '../../core/plan/found.ts';
import type { Calls } from '../meter.ts';
import type { ReceivedMessage } from '../read/messages.ts';
import type { Reconciled } from './reconcile.ts';

/** Everything that a run knows about itself when it is over. */
export interface FinishedRun {
  deployment: string;
  requestId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Epoch milliseconds. */
  endedAt: number;
  received: readonly ReceivedMessage[];
  /** Undefined when no event was a hint. */
  result: Reconciled | undefined;
  calls: Calls;
  /** What stood in the store although no run had told of it. */
  found: Found;
}

/** What the journal keeps of a run. */
export function buildRecord(ran: FinishedRun): DecisionRecord {
  const { result, received, calls } = ran;
  const { puts = [], deletes = [], before = new Map(), written = new Map() } = result ?? {};
  const { list, write, acceptedAt } = calls;
  return {
    version: 1,
    at: isoOf(ran.startedAt),
    ...(acceptedAt === undefined || puts.length + deletes.length === 0
      ? {}
      : { acceptedAt: isoOf(acceptedAt) }),
    deployment: ran.deployment,
    requestId: ran.requestId,
    attempt: Math.max(1, ...received.map(({ message }) => message.attempt)),
    causes: received.map(({ event }) => event),
    outcome: result?.outcome ?? 'unchanged',
    puts: writtenRoutes(puts, written),
    deletes,
    before: writtenRoutes([...puts, ...deletes], before),
    ...foundIn(ran, new Set([...puts, ...deletes])),
    problems: result?.problems ?? [],
    durations: {
      ...(list === undefined ? {} : { list }),
      ...(write === undefined ? {} : { write }),
      total: ran.endedAt - ran.startedAt,
    },
    ...(result?.store ? { store: result.store } : {}),
    ...(result?.reason === undefined ? {} : { error: result.reason }),
  };
}

/** After a lost race a run finds its own earlier batches, too: of what it tells itself only what was so from the start. */
function foundIn(ran: FinishedRun, told: ReadonlySet<string>): Pick<DecisionRecord, 'found' | 'missing'> {
  const { entries, missing } = ran.found;
  const before = ran.result?.before;
  const found = writtenRoutes(
    [...entries.keys()].filter((name) => !told.has(name)),
    entries,
  );
  const gone = missing.filter((name) => !told.has(name) || (before !== undefined && !before.has(name)));
  return { ...(found.length === 0 ? {} : { found }), ...(gone.length === 0 ? {} : { missing: gone }) };
}

const isoOf = (time: number) => new Date(time).toISOString();

/** A sweep that changed nothing is not kept; one that did means that an event was missed. */
export function isWorthKeeping({ outcome, causes, found, missing }: DecisionRecord): boolean {
  return outcome !== 'unchanged' || !isSweep(causes) || found !== undefined || missing !== undefined;
}

function isSweep(events: readonly { kind: string }[]): boolean {
  return events.every(({ kind }) => kind === 'schedule');
}

/** Names that one line of the log holds; the record in the journal holds all. */
const NAMES_LOGGED = 20;

/** What the log says of a run: counts of what came in, names of what was changed. Nothing of what an event holds. */
export function buildLogLine(record: DecisionRecord): Record<string, unknown> {
  const { requestId, attempt, outcome, causes, puts, deletes, problems, durations, store, error } = record;
  const changed = [
    ...puts.map(({ hostname, state }) => `${hostname} ${state}`),
    ...deletes.map((name) => `${name} gone`),
  ];
  return {
    level: levelOf(record),
    message: 'run',
    ...{ requestId, attempt, outcome, causes: causes.length, changes: changed.length },
    ...(changed.length === 0 ? {} : { changed: changed.slice(0, NAMES_LOGGED) }),
    ...{ problems: problems.length, durations },
    ...(store ? { store } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

function levelOf(record: DecisionRecord): 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' {
  if (record.outcome === 'failed' || record.outcome === 'conflict') return 'ERROR';
  if (record.error !== undefined) return 'WARN';
  return isWorthKeeping(record) ? 'INFO' : 'DEBUG';
}

/** The figures of a run for CloudWatch; what only counts when it happens is left out when it did not. */
export function buildFigures(ran: FinishedRun, failures: { journal: number; publish: number }): Figures {
  const { result, received, calls } = ran;
  const events = received.map(({ event }) => event);
  const changes = (result?.puts.length ?? 0) + (result?.deletes.length ?? 0);
  const figures: Figures = {
    Runs: [1],
    FailedRuns: [Number(result?.unwritten === true)],
    FailedListings: [calls.failedListings],
    EventAge: agesOf(ran),
    ApplyTime: calls.acceptedAt === undefined || changes === 0 ? [] : [calls.acceptedAt - ran.startedAt],
    Changes: [changes],
    Drift: [isSweep(events) ? changes - endedLeases(ran) : 0],
    Conflicts: [result?.conflicts ?? 0],
    GuardTrips: [result?.withheld.length ?? 0],
    StoreCalls: [calls.store],
    ...newsIn(events),
    QuarantinedEvents: [events.filter(({ verdict }) => verdict === 'quarantined').length],
    JournalFailures: [failures.journal],
    PublishFailures: [failures.publish],
    ...(result?.entries ? { Problems: [result.problems.length], OwnedEntries: [result.entries.size] } : {}),
    ...(result?.entries && result.store ? { StoreBytes: [result.store.bytes] } : {}),
  };
  return withoutSilence(figures);
}

/** Both or neither: calls that were not reported are told from the state changes that were. A replay proves no trail. */
function newsIn(events: readonly FleetEvent[]): Figures {
  const live = events.filter(({ replay }) => replay === undefined);
  const calls = live.filter(({ kind }) => kind === 'api-call').length;
  const states = live.filter(({ kind }) => kind === 'state-change').length;
  return calls + states === 0 ? {} : { ApiCallEvents: [calls], StateChangeEvents: [states] };
}

/** A sweep is what ends a lease: no event was missed. */
function endedLeases({ result, startedAt }: FinishedRun): number {
  const ends = (hostname: string) => result?.before?.get(hostname)?.expiresAt ?? Number.POSITIVE_INFINITY;
  return (result?.deletes ?? []).filter((hostname) => ends(hostname) * 1000 <= startedAt).length;
}

/** Milliseconds from each hint to the run. Replays are old on purpose, and a sweep has no age worth knowing. */
function agesOf({ received, startedAt }: FinishedRun): number[] {
  return received.flatMap(({ event: { verdict, kind, replay, time } }) =>
    verdict === 'hint' && kind !== 'schedule' && replay === undefined && time !== undefined
      ? [Math.max(0, startedAt - Date.parse(time))]
      : [],
  );
}

function withoutSilence(figures: Figures): Figures {
  const speaks = ([name, values]: [string, readonly number[]]) => {
    const { sent, unit }: MetricDefinition = METRICS[name as MetricName];
    return values.length > 0 && (sent !== 'event' || unit !== 'Count' || values.some((value) => value > 0));
  };
  return Object.fromEntries(Object.entries(figures).filter(speaks));
}
