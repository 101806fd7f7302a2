/**
 * Under which keys the journal holds what.
 *
 *     raw/account=123456789012/region=us-east-1/dt=2026-03-01/091500_RunInstances_0f5c….json   as received
 *     quarantine/dt=2026-03-01/9f86d0….json                                                    what nobody could read
 *     decisions/dt=2026-03-01/091502_8a1e…_1.json                                              what was done about them
 *
 * Keys come from events, so every part is cut to harmless characters; one event has one key however often it is
 * delivered and whatever the clock of the host says, so that a second write is a duplicate. Shapes never mix below one
 * prefix: each is one Athena table, partitioned by the `name=value` parts.
 */
import type { FleetEvent } from '../events/fleet-event.ts';
import type { Milliseconds } from '../wire/brands.ts';

/** How an event came: what identifies it where it does not do so itself. */
export interface Arrival {
  /** SHA-256 of the event as received, in hexadecimal. */
  hash: string;
  /** When the queue took it in (SQS: SentTimestamp), the same on every redelivery. */
  receivedAt: Milliseconds;
}

/** The key of an event as received, by the event's own time: a late one joins its day. */
export function rawKey(event: FleetEvent, { hash, receivedAt }: Arrival): string {
  const { date, clock } = stampOf(event.time === undefined ? receivedAt : Date.parse(event.time));
  const what = keyPart(event.kind === 'api-call' ? event.name : event.kind);
  const place = `account=${keyPart(event.account)}/region=${keyPart(event.region)}/dt=${date}`;
  return `raw/${place}/${clock}_${what}_${plainUid(event) ?? keyPart(hash)}.json`;
}

/** The key of an event of which only the reading is left; undefined when it depends on how the event came. */
export function findRawKey(event: FleetEvent): string | undefined {
  const isIdentified = event.time !== undefined && plainUid(event) !== undefined;
  return isIdentified ? rawKey(event, { hash: '', receivedAt: 0 }) : undefined;
}

/** A uid that would have to be cut could become another event's; a hash cannot. */
function plainUid({ uid }: FleetEvent): string | undefined {
  return uid !== undefined && keyPart(uid) === uid ? uid : undefined;
}

/** The key of what no parser could read: the same junk is kept once a day. */
export function quarantineKey({ hash, receivedAt }: Arrival): string {
  return `quarantine/dt=${stampOf(receivedAt).date}/${keyPart(hash)}.json`;
}

/**
 * The key of what one run decided.
 *
 * @param attempt counts from 1 within one request: a batch that came back is decided again
 */
export function decisionKey(time: Milliseconds, requestId: string, attempt: number): string {
  const { date, clock } = stampOf(time);
  return `${decisionsPrefix(date)}${clock}_${keyPart(requestId)}_${attempt}.json`;
}

/** Below which prefix all decisions lie. */
export const DECISIONS = 'decisions/';

/** Below which prefix the decisions of a day lie; `date` is `2026-03-01`, UTC. */
export function decisionsPrefix(date: string): string {
  return `${DECISIONS}dt=${date}/`;
}

/** Longest part of a key; ids and hashes are shorter. */
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
