/**
 * The keys of the journal.
 *
 *     raw/account=123456789012/region=us-east-1/dt=2026-03-01/091500_RunInstances_0f5c….json   as received
 *     quarantine/dt=2026-03-01/9f86d0….json                                                    unreadable messages
 *     decisions/dt=2026-03-01/091502_8a1e…_1.json                                              decisions about them
 *     orders/dt=2026-03-01/091503_8a1e….json                                                   orders about sign-in
 *
 * Keys come from events, so every part is reduced to harmless characters. An event has the same key at every delivery, so a
 * second write is a duplicate. Each prefix holds one shape: it is one Athena table, partitioned by the `name=value` parts.
 */
import type { FleetEvent } from '../events/fleet-event.ts';
import type { Milliseconds } from '../wire/brands.ts';

/** The arrival of an event, which identifies an event without an id. */
export interface Arrival {
  /** SHA-256 of the event as received, in hexadecimal. */
  hash: string;
  /** When the queue received it (SQS: SentTimestamp), the same at every redelivery. */
  receivedAt: Milliseconds;
}

/** The key of an event as received, by the event's own time: a late one joins its day. */
export function rawKey(event: FleetEvent, { hash, receivedAt }: Arrival): string {
  const { date, clock } = stampOf(event.time === undefined ? receivedAt : Date.parse(event.time));
  const what = keyPart(event.kind === 'api-call' ? event.name : event.kind);
  const place = `account=${keyPart(event.account)}/region=${keyPart(event.region)}/dt=${date}`;
  return `raw/${place}/${clock}_${what}_${plainUid(event) ?? keyPart(hash)}.json`;
}

/** The key of an event whose arrival is unknown; undefined if the key depends on the arrival. */
export function findRawKey(event: FleetEvent): string | undefined {
  const isIdentified = event.time !== undefined && plainUid(event) !== undefined;
  return isIdentified ? rawKey(event, { hash: '', receivedAt: 0 }) : undefined;
}

/** A uid that had to be cut could equal another one; a hash cannot. */
function plainUid({ uid }: FleetEvent): string | undefined {
  return uid !== undefined && keyPart(uid) === uid ? uid : undefined;
}

/** The key of an unreadable message. The same junk is kept once a day. */
export function quarantineKey({ hash, receivedAt }: Arrival): string {
  return `quarantine/dt=${stampOf(receivedAt).date}/${keyPart(hash)}.json`;
}

/**
 * The key of the decision of one run.
 *
 * @param attempt counts from 1 within one request: a batch that came back is decided again
 */
export function decisionKey(time: Milliseconds, requestId: string, attempt: number): string {
  const { date, clock } = stampOf(time);
  return `${decisionsPrefix(date)}${clock}_${keyPart(requestId)}_${attempt}.json`;
}

/** The second in which the run of a decision began, by its key. Undefined for a key of another form. */
export function decisionTime(key: string): Milliseconds | undefined {
  const [, date, hours, minutes, seconds] = /dt=([\d-]{10})\/(\d\d)(\d\d)(\d\d)_[^/]*$/.exec(key) ?? [];
  const time = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The prefix of all decisions. */
export const DECISIONS = 'decisions/';

/** The prefix of the decisions of a day; `date` is `2026-03-01`, UTC. */
export function decisionsPrefix(date: string): string {
  return `${DECISIONS}dt=${date}/`;
}

/** The key of an order that a person gave in one invocation. */
export function orderKey(time: Milliseconds, requestId: string): string {
  const { date, clock } = stampOf(time);
  return `${ORDERS}dt=${date}/${clock}_${keyPart(requestId)}.json`;
}

/** The prefix of all orders about sign-in. */
export const ORDERS = 'orders/';

/** The longest part of a key. Ids and hashes are shorter. */
const PART_LIMIT = 64;

/** Text as a part of a key: letters, digits, dot, underscore and hyphen. */
function keyPart(text: string | undefined): string {
  const part = (text ?? '').slice(0, PART_LIMIT).replace(/[^A-Za-z0-9._-]/g, '-');
  return part === '' ? 'unknown' : part;
}

function stampOf(time: Milliseconds): { date: string; clock: string } {
  const iso = new Date(time).toISOString();
  return { date: iso.slice(0, 10), clock: iso.slice(11, 19).replaceAll(':', '') };
}
