/** The objects of the journal: each is one line of JSON for Athena. Keys are in journal-key.ts. */
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
 * An event as received, in one line. JSON allows raw line breaks only between tokens, so replacing them with spaces changes no
 * value.
 *
 * @param json valid JSON
 */
export function rawLine(json: string): string {
  return `${json.replace(/[\r\n]/g, ' ').trim()}\n`;
}

/** An unreadable message, whole and as text: it may not be JSON, and the table needs one shape. */
export function quarantineLine(body: string, { hash, receivedAt }: Arrival, reason: string): string {
  return `${JSON.stringify({ receivedAt: new Date(receivedAt).toISOString(), hash, reason, body })}\n`;
}

export type Outcome = 'applied' | 'unchanged' | 'conflict' | 'failed';

/** One hostname in the store, without address and token. */
export interface WrittenRoute {
  hostname: Hostname;
  state: EntryState;
  instances: readonly InstanceId[];
  /** ISO 8601, UTC: the end of its lease. */
  expiresAt?: string;
}

/** The actions of one run of the updater, with their reasons. Holds no address, token, access key or header. */
export interface DecisionRecord {
  version: 1;
  /** ISO 8601, UTC: when the run began. */
  at: string;
  /** ISO 8601, UTC: when the store had accepted its changes; absent when there were none. Edges follow later. */
  acceptedAt?: string;
  deployment: DeploymentId;
  requestId: string;
  attempt: number;
  /** The events of the batch, including ignored ones. */
  causes: readonly FleetEvent[];
  outcome: Outcome;
  puts: readonly WrittenRoute[];
  deletes: readonly Hostname[];
  /** The previous entries of ours under the hostnames in `puts` and `deletes`. */
  before?: readonly WrittenRoute[];
  /** Entries of ours that no record mentions: a run ended too soon, or another writer wrote them. */
  found?: readonly WrittenRoute[];
  /** Hostnames of ours that another writer removed. */
  missing?: readonly Hostname[];
  problems: readonly Problem[];
  /** Milliseconds; steps that were not reached are absent. */
  durations: { list?: number; write?: number; total: number };
  /** The store after the run; absent if it was not reached. */
  store?: { etag: string; items: number; bytes: number };
  /** Name and message of the error that ended the run or prevented a listing. */
  error?: string;
}

/** The members of a record. The journal gets no others. */
const MEMBERS = [
  ...['version', 'at', 'acceptedAt', 'deployment', 'requestId', 'attempt', 'outcome', 'error'],
  ...[
    'causes',
    'verdict',
    'kind',
    'name',
    'scope',
    'ids',
    'interfaces',
    'failed',
    'death',
    'confirms',
    'reason',
  ],
  ...['uid', 'time', 'account', 'region', 'actor', 'replay'],
  ...['puts', 'deletes', 'before', 'found', 'missing', 'hostname', 'state', 'instances', 'expiresAt'],
  ...['problems', 'code', 'instance', 'tag', 'hostnames', 'found', 'remedy', 'message'],
  ...['durations', 'list', 'write', 'total'],
  ...['store', 'etag', 'items', 'bytes'],
];

/** One line of JSON with its newline. Other members of the object are dropped. */
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

/** Parses a line of the journal, or says where it differs from the output of `printRecord`. */
export function parseRecord(line: string): DecisionRecord | Fault {
  return parseDocument(line, RECORD);
}

/** The entries of `hostnames` for a record, sorted. */
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
