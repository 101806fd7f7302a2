/** What the journal holds: one line of JSON an object, as Athena reads it. Keys are in journal-key.ts. */
import type { Entry } from '../entry/entry.ts';
import { type EntryState, entryState } from '../entry/rule.ts';
import type { FleetEvent } from '../events/fleet-event.ts';
import { recordedEvent } from '../events/recorded-event.ts';
import { type Problem, problem } from '../problem.ts';
import {
  anyText,
  count,
  type Fault,
  instant,
  listOf,
  number,
  objectWith,
  oneOf,
  optional,
  parseDocument,
  text,
} from '../schema.ts';
import { toMilliseconds } from '../time.ts';
import type { DeploymentId, Hostname, InstanceId } from '../wire/brands.ts';
import type { Arrival } from './journal-key.ts';

/**
 * An event as received, in one line. Between the tokens of JSON a line break is a blank like any other, and within
 * a string it can't stand: nothing that the event says changes, and no other byte.
 *
 * @param json valid JSON
 */
export function rawLine(json: string): string {
  return `${json.replace(/[\r\n]/g, ' ').trim()}\n`;
}

/** What no parser could read, whole and as text: it may be anything, JSON or not, and the table has one shape. */
export function quarantineLine(body: string, { hash, receivedAt }: Arrival, reason: string): string {
  return `${JSON.stringify({ receivedAt: new Date(receivedAt).toISOString(), hash, reason, body })}\n`;
}

export type Outcome = 'applied' | 'unchanged' | 'conflict' | 'failed';

/** What the store says of one hostname. Neither address nor token. */
export interface WrittenRoute {
  hostname: Hostname;
  state: EntryState;
  instances: readonly InstanceId[];
  /** ISO 8601, UTC: from when on it routes nobody, by its lease. */
  expiresAt?: string;
}

/** What one run of the updater did and why. Holds no address, token, access key or header. */
export interface DecisionRecord {
  version: 1;
  /** ISO 8601, UTC: when the run began. */
  at: string;
  /** ISO 8601, UTC: when the store had accepted its changes; absent when there were none. Edges follow later. */
  acceptedAt?: string;
  deployment: DeploymentId;
  requestId: string;
  attempt: number;
  /** The events that were looked at, ignored ones too. */
  causes: readonly FleetEvent[];
  outcome: Outcome;
  puts: readonly WrittenRoute[];
  deletes: readonly Hostname[];
  /** What stood there before, of the hostnames in `puts` and `deletes` that had an entry of ours. */
  before?: readonly WrittenRoute[];
  /** Entries of ours that no earlier run had told of: it ended too soon, or somebody else wrote them. */
  found?: readonly WrittenRoute[];
  /** Hostnames of ours that an earlier run had left there, and somebody else took away. */
  missing?: readonly Hostname[];
  problems: readonly Problem[];
  /** Milliseconds; absent what was not reached. */
  durations: { list?: number; write?: number; total: number };
  /** The store as the run left it; absent when it was not reached. */
  store?: { etag: string; items: number; bytes: number };
  /** Name and message of what ended a failed run, or of why sources could not be listed. */
  error?: string;
}

/** The members of a record: what is not named here does not get into the journal. */
const MEMBERS = [
  ...['version', 'at', 'acceptedAt', 'deployment', 'requestId', 'attempt', 'outcome', 'error'],
  ...['causes', 'verdict', 'kind', 'name', 'scope', 'ids', 'failed', 'death', 'confirms', 'reason'],
  ...['uid', 'time', 'account', 'region', 'actor', 'replay'],
  ...['puts', 'deletes', 'before', 'found', 'missing', 'hostname', 'state', 'instances', 'expiresAt'],
  ...['problems', 'code', 'instance', 'tag', 'hostnames', 'found', 'remedy', 'message'],
  ...['durations', 'list', 'write', 'total'],
  ...['store', 'etag', 'items', 'bytes'],
];

/** One line of JSON with its newline. An object with more members than the type loses them. */
export function printRecord(record: DecisionRecord): string {
  return `${JSON.stringify(record, MEMBERS)}\n`;
}

const WRITTEN = objectWith<WrittenRoute>({
  hostname: text,
  state: entryState,
  instances: listOf(text),
  expiresAt: optional(instant),
});

const RECORD = objectWith<DecisionRecord>({
  version: oneOf(1),
  at: instant,
  acceptedAt: optional(instant),
  deployment: text,
  requestId: text,
  attempt: count,
  causes: listOf(recordedEvent),
  outcome: oneOf('applied', 'unchanged', 'conflict', 'failed'),
  puts: listOf(WRITTEN),
  deletes: listOf(text),
  before: optional(listOf(WRITTEN)),
  found: optional(listOf(WRITTEN)),
  missing: optional(listOf(text)),
  problems: listOf(problem),
  durations: objectWith<DecisionRecord['durations']>({
    list: optional(number),
    write: optional(number),
    total: number,
  }),
  store: optional(
    objectWith<NonNullable<DecisionRecord['store']>>({ etag: anyText, items: count, bytes: count }),
  ),
  error: optional(anyText),
});

/** The record in a line of the journal, and where a line differs from what `printRecord` of this version writes. */
export function parseRecord(line: string): DecisionRecord | Fault {
  return parseDocument(line, RECORD);
}

/** Entries as a record tells them: those of `hostnames`, in the alphabet's order. */
export function writtenRoutes(
  hostnames: Iterable<Hostname>,
  entries: ReadonlyMap<Hostname, Entry>,
): WrittenRoute[] {
  return [...new Set(hostnames)].sort().flatMap((hostname) => {
    const entry = entries.get(hostname);
    return entry ? [writtenRoute(hostname, entry)] : [];
  });
}

function writtenRoute(hostname: Hostname, { state, instances, expiresAt }: Entry): WrittenRoute {
  const lease =
    expiresAt === undefined ? {} : { expiresAt: new Date(toMilliseconds(expiresAt)).toISOString() };
  return { hostname, state, instances: instances.map((member) => member.id), ...lease };
}
