/**
 * What the journal holds, under which keys.
 *
 *     raw/account=123456789012/region=us-east-1/dt=2026-03-01/091500_RunInstances_0f5c….json   as received
 *     quarantine/dt=2026-03-01/9f86d0….json                                                    as received, unreadable
 *     decisions/dt=2026-03-01/091502_8a1e…_1.json                                              what was done about them
 *
 * Keys come from events, so every part is cut to harmless characters; one event has one key however often it is
 * delivered, so that a second write is a duplicate. Shapes never mix below one prefix: each is one Athena table,
 * partitioned by the `name=value` parts.
 */
import type { Entry } from './entry.ts';
import type { FleetEvent } from './fleet-event.ts';
import type { Changes } from './plan.ts';
import type { Problem } from './problem.ts';
import type { EntryState } from './rule.ts';

/** How an event came: what identifies it where it does not do so itself. */
export interface Arrival {
  /** SHA-256 of the event as received, in hexadecimal. */
  hash: string;
  /** Epoch milliseconds at which the queue took it in (SQS: SentTimestamp), the same on every redelivery. */
  receivedAt: number;
}

/** The key of an event as received, by the event's own time: a late one joins its day. */
export function rawKey(event: FleetEvent, { hash, receivedAt }: Arrival): string {
  const { date, clock } = stampOf(event.time === undefined ? receivedAt : Date.parse(event.time));
  const what = partOf(event.kind === 'api-call' ? event.name : event.kind);
  // A uid that would have to be cut could become another event's; the hash cannot.
  const uid = event.uid !== undefined && partOf(event.uid) === event.uid ? event.uid : partOf(hash);
  const place = `account=${partOf(event.account)}/region=${partOf(event.region)}/dt=${date}`;
  return `raw/${place}/${clock}_${what}_${uid}.json`;
}

/** The key of what no parser could read: the same junk is kept once a day. */
export function quarantineKey({ hash, receivedAt }: Arrival): string {
  return `quarantine/dt=${stampOf(receivedAt).date}/${partOf(hash)}.json`;
}

/**
 * The key of what one run decided.
 *
 * @param time epoch milliseconds
 * @param attempt counts from 1 within one request: a batch that came back is decided again
 */
export function decisionKey(time: number, requestId: string, attempt: number): string {
  const { date, clock } = stampOf(time);
  return `decisions/dt=${date}/${clock}_${partOf(requestId)}_${attempt}.json`;
}

export type Outcome = 'applied' | 'unchanged' | 'conflict' | 'failed';

/** What a run wrote for one hostname. Neither address nor token. */
export interface WrittenRoute {
  hostname: string;
  state: EntryState;
  instances: readonly string[];
}

/** What one run of the updater did and why. Holds no address, token, access key or header. */
export interface DecisionRecord {
  version: 1;
  /** ISO 8601, UTC: when the run began. */
  at: string;
  /** The deployment's owner id. */
  deployment: string;
  requestId: string;
  attempt: number;
  /** The events that were looked at, ignored ones too. */
  causes: readonly FleetEvent[];
  outcome: Outcome;
  puts: readonly WrittenRoute[];
  deletes: readonly string[];
  problems: readonly Problem[];
  /** Milliseconds; absent what was not reached. */
  durations: { list?: number; write?: number; total: number };
  /** The store as the run left it; absent when it was not reached. */
  store?: { etag: string; items: number; bytes: number };
  /** Name and message of what ended a failed run. */
  error?: string;
}

/** The members of a record: what is not named here does not get into the journal. */
const MEMBERS = [
  ...['version', 'at', 'deployment', 'requestId', 'attempt', 'outcome', 'error'],
  ...['causes', 'verdict', 'kind', 'name', 'scope', 'ids', 'failed', 'death', 'reason'],
  ...['uid', 'time', 'account', 'region', 'actor', 'replay'],
  ...['puts', 'deletes', 'hostname', 'state', 'instances'],
  ...['problems', 'instance', 'tag', 'message'],
  ...['durations', 'list', 'write', 'total'],
  ...['store', 'etag', 'items', 'bytes'],
];

/** One line of JSON with its newline, as Athena reads it. An object with more members than the type loses them. */
export function printRecord(record: DecisionRecord): string {
  return `${JSON.stringify(record, MEMBERS)}\n`;
}

/** The puts of a plan for the record, by hostname. */
export function writtenRoutes(
  changes: Pick<Changes, 'puts'>,
  desired: ReadonlyMap<string, Entry>,
): WrittenRoute[] {
  const written = [...desired].filter(([hostname]) => changes.puts.has(hostname));
  written.sort(([a], [b]) => (a < b ? -1 : 1));
  return written.map(([hostname, { state, instances }]) => {
    return { hostname, state, instances: instances.map((member) => member.id) };
  });
}

/** Longest part of a key; ids and hashes are shorter. */
const PART_LIMIT = 64;

/** Text as a part of a key: letters, digits, dot, underscore and hyphen. */
function partOf(text: string | undefined): string {
  const part = (text ?? '').slice(0, PART_LIMIT).replace(/[^A-Za-z0-9._-]/g, '-');
  return part === '' ? 'unknown' : part;
}

function stampOf(time: number): { date: string; clock: string } {
  const iso = new Date(time).toISOString();
  return { date: iso.slice(0, 10), clock: iso.slice(11, 19).replaceAll(':', '') };
}
