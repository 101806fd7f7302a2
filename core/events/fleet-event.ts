/**
 * Events from EventBridge, as hints.
 *
 * An event may be late, doubled, replayed or lost, and does not say enough to build a route. It only says that something may
 * have changed. The parser turns any JSON into the instances to read again. It never throws, because a message that fails
 * comes back and blocks those behind it.
 */

import {
  asObject,
  isJsonObject,
  type JsonObject,
  parseInstant,
  parseJson,
  parseText,
  quoted,
} from '../json.ts';
import { dismissed, makeReading, quarantined, type Reading, wholeFleet } from './event-reading.ts';
import { noIds } from './named-ids.ts';
import { isTrailRecord, readNotice, readRecord } from './read-event.ts';

export type { Death, EventKind } from './event-reading.ts';

/** The origin of an event. Every member is optional, because manual events and old samples omit some. */
export interface EventOrigin {
  /** The eventID of CloudTrail, else the id of EventBridge: the same at every redelivery. Not always a UUID. */
  uid?: string | undefined;
  /** When it happened: ISO 8601, UTC. Too coarse to order events. */
  time?: string | undefined;
  account?: string | undefined;
  region?: string | undefined;
  /** The caller: an ARN, else a user or service name. */
  actor?: string | undefined;
  /** Name of the archive replay that it belongs to. */
  replay?: string | undefined;
}

/** One event. It holds no token, access key, user agent or address, so the journal may keep it. */
export type FleetEvent = Reading & EventOrigin;

/** The accounts and regions whose events count; undefined for all. */
export interface Watched {
  accounts?: readonly string[] | undefined;
  regions?: readonly string[] | undefined;
}

/**
 * The events in a CloudTrail log file (`{Records: […]}`), in the output of `aws cloudtrail lookup-events` (`{Events: […]}`), in
 * an array of events or files, or in a single event.
 */
export function unpackEvents(json: unknown): unknown[] {
  const files: readonly unknown[] = Array.isArray(json) ? json : [json];
  return files.flatMap((file) => {
    const { Records: records, Events: found } = asObject(file);
    if (Array.isArray(found)) return found.map(foundEvent);
    return Array.isArray(records) ? (records as unknown[]) : [file];
  });
}

/** `lookup-events` prints the record as a string. */
function foundEvent(event: unknown): unknown {
  const { CloudTrailEvent: record } = asObject(event);
  return typeof record === 'string' ? (parseJson(record) ?? record) : event;
}

/**
 * Reads an EventBridge event, a bare CloudTrail record, or an action that a person or our schedule sends. It never throws.
 *
 * @example
 * parseFleetEvent({ source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification',
 *                   detail: { 'instance-id': 'i-0123456789abcdef0', state: 'stopping' } }, {})
 * // { verdict: 'hint', kind: 'state-change', name: 'stopping', scope: 'ids', ids: […], death: 'stopping', … }
 */
export function parseFleetEvent(json: unknown, watched: Watched): FleetEvent {
  const event = asObject(json);
  const origin = readOrigin(event);
  const reading = isJsonObject(json) ? read(event) : junk(`expected a JSON object, got ${shapeOf(json)}`);
  const foreign = findForeignPart(origin, watched);
  const { kind, name, failed } = reading;
  // Sweeps come from the region of the updater, which may not be watched.
  if (foreign === undefined || kind === 'schedule' || kind === 'manual') return { ...reading, ...origin };
  return { ...dismissed({ kind, name, failed }, { ...reading, junk: [] }, foreign), ...origin };
}

function read(event: JsonObject): Reading {
  const source = parseText(event['source']);
  const type = parseText(event['detail-type']);
  if (source !== undefined && type !== undefined) return readNotice(source, type, event);
  if (isTrailRecord(event)) return readRecord(event);
  return readAction(event);
}

/** The actions of people and of our schedule: `{"action": "reconcile"}`, with `"confirm": "removals"`, or `{"action": "audit"}`, with `"if": "due"`. */
function readAction(event: JsonObject): Reading {
  const confirm = parseText(event['confirm']);
  switch (parseText(event['action'])) {
    case 'reconcile': {
      if (confirm !== undefined && confirm !== 'removals')
        return junk(`"confirm" is ${quoted(confirm)}, expected "removals"`);
      const reading = makeReading(
        { kind: 'manual', name: 'reconcile', failed: false },
        noIds(),
        wholeFleet(),
      );
      return reading.verdict === 'hint' && confirm ? { ...reading, confirms: confirm } : reading;
    }
    case 'audit': {
      const condition = parseText(event['if']);
      if (condition !== undefined && condition !== 'due')
        return junk(`"if" is ${quoted(condition)}, expected "due"`);
      const name = condition === undefined ? 'audit' : 'audit if due';
      return makeReading({ kind: 'schedule', name, failed: false }, noIds(), wholeFleet());
    }
    default:
      return junk(
        'not an EventBridge event, a CloudTrail record, {"action": "reconcile"} or {"action": "audit"}',
      );
  }
}

function readOrigin(event: JsonObject): EventOrigin {
  const record = isTrailRecord(event) ? event : asObject(event['detail']);
  const identity = asObject(record['userIdentity']);
  return {
    uid: parseText(record['eventID']) ?? parseText(event['id']),
    time: parseInstant(event['time']) ?? parseInstant(record['eventTime']),
    // The account of the envelope: ARNs and identities may name others.
    account:
      parseText(event['account']) ??
      parseText(record['recipientAccountId']) ??
      parseText(identity['accountId']),
    region: parseText(event['region']) ?? parseText(record['awsRegion']),
    actor: parseText(identity['arn']) ?? parseText(identity['userName']) ?? parseText(identity['invokedBy']),
    replay: parseText(event['replay-name']),
  };
}

/** Why this deployment ignores the event: another account's copy of a call, or another region's bus. */
function findForeignPart(
  { account, region }: EventOrigin,
  { accounts, regions }: Watched,
): string | undefined {
  return foreign('account', account, accounts) ?? foreign('region', region, regions);
}

function foreign(what: string, value: string | undefined, known: readonly string[] | undefined) {
  if (value === undefined || known === undefined || known.includes(value)) return undefined;
  return `${what} ${quoted(value)} is not watched; watched: ${known.join(', ')}`;
}

function junk(reason: string): Reading {
  return makeReading({ kind: 'other', name: '', failed: false }, noIds(), quarantined(reason));
}

function shapeOf(json: unknown): string {
  if (json === null) return 'null';
  return Array.isArray(json) ? 'an array' : `a ${typeof json}`;
}
