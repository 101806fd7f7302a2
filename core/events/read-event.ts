/**
 * Reads notices and CloudTrail records by the table of events. It never throws.
 *
 * A record (CloudTrail User Guide, "Record contents") says which instances to read, not their state: responses have no public
 * address, calls fail or are dry runs, and parts over 100 KB are cut out.
 */
import { asObject, type JsonObject, parseText, quoted } from '../json.ts';
import {
  DEATHS,
  dismissed,
  ignored,
  type Judgement,
  makeReading,
  quarantined,
  type Reading,
  type Subject,
} from './event-reading.ts';
import { EC2, type EventRow, findCall, findNotice } from './event-table.ts';
import { noIds, noticeIds } from './named-ids.ts';

/** Reads an event of EventBridge by its `source` and `detail-type`. */
export function readNotice(source: string, type: string, event: JsonObject): Reading {
  if (type === 'AWS API Call via CloudTrail' || type === 'AWS Service Event via CloudTrail') {
    return readRecord(asObject(event['detail']));
  }
  const failed = type.endsWith('Unsuccessful');
  const row = findNotice(source, type);
  if (row) return readRow(row, { type, json: event, failed });
  const reason = `no route depends on ${quoted(type)} of ${source}`;
  return dismissed({ kind: 'other', name: type, failed }, noticeIds(event), reason);
}

/** True for an object that may be a record without an envelope, as log files hold them. */
export function isTrailRecord(json: JsonObject): boolean {
  return parseText(json['eventSource']) !== undefined;
}

/** Reads one record of a call. */
export function readRecord(record: JsonObject): Reading {
  const name = parseText(record['eventName']);
  const failure = failureOf(record);
  const subject: Subject = { kind: 'api-call', name: name ?? '', failed: failure !== undefined };
  const answer = (why: Judgement) => makeReading(subject, noIds(), why);
  if (name === undefined) return answer(quarantined('a CloudTrail record without an eventName'));
  const service = parseText(record['eventSource']) ?? EC2;
  if (service !== EC2) return answer(ignored(`${name} is a call to ${service}, not to EC2`));
  const row = findCall(name);
  if (row === undefined) return answer(ignored(`${name} changes no route`));
  if (failure !== undefined && row[2] === 'api-call') return readFailure(row, subject, record, failure);
  return readRow(row, { type: name, json: record, failed: subject.failed });
}

function readRow(
  [, , kind, ids, nameless, special]: EventRow,
  { type, json, failed }: { type: string; json: JsonObject; failed: boolean },
): Reading {
  const subject = { kind, name: special?.name?.(json) ?? type, failed };
  if (special?.dismissal !== undefined) return dismissed(subject, ids(json), special.dismissal);
  const reading = makeReading(subject, ids(json), nameless(type));
  const death = kind === 'state-change' ? DEATHS.find((state) => state === subject.name) : undefined;
  return reading.verdict === 'hint' && death !== undefined ? { ...reading, death } : reading;
}

/** A failed call changed nothing, unless it may fail in part. */
function readFailure(
  [, , , findIds, , special]: EventRow,
  subject: Subject,
  record: JsonObject,
  failure: string,
): Reading {
  const named = findIds(record);
  const { ids } = named;
  const reason = `${subject.name} failed with ${failure}`;
  const hasReached = ids.length > 0 || isOmitted(record['requestParameters']);
  if (special?.mayFailInPart !== true || !hasReached) return dismissed(subject, named, reason);
  return {
    ...{ ...subject, ids, verdict: 'hint', scope: ids.length > 0 ? 'ids' : 'fleet' },
    reason: `${reason}; some of its instances may still be terminated`,
  };
}

/** The error code of a failed call; undefined for a successful one. */
function failureOf({ errorCode }: JsonObject): string | undefined {
  if (errorCode === undefined || errorCode === null || errorCode === '') return undefined;
  return parseText(errorCode) ?? 'an unreadable error code';
}

/** CloudTrail replaces parts over 100 KB with `{omitted: true, …}`, sometimes as strings. */
function isOmitted(parameters: unknown): boolean {
  const { omitted } = asObject(parameters);
  return omitted === true || omitted === 'true';
}
