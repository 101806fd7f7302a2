/**
 * CloudTrail records of EC2 (CloudTrail User Guide, "Record contents"): who called what, and what came of it.
 *
 * A record says which instances to look at, never what became of them: responses lack public addresses, calls fail
 * or are dry runs, and anything over 100 KB is cut out whole.
 */

import { asObject, elementsOf, isJsonObject, type JsonObject, parseText } from '../json.ts';
import {
  ignored,
  ignoredReading,
  type Judgement,
  type NamedIds,
  namedIds,
  quarantined,
  type Reading,
  readingOf,
  type Subject,
  tagReadingOf,
  wholeFleet,
} from './event-reading.ts';

/** The calls that change a route, and where each names its instances. All others change nothing we route by. */
const CALLS: ReadonlyMap<string, (record: JsonObject) => readonly unknown[]> = new Map([
  // What was launched is between the request's minCount and maxCount: only the response knows.
  ['RunInstances', answeredIds],
  ['StartInstances', answeredOrAskedIds],
  ['StopInstances', answeredOrAskedIds],
  ['TerminateInstances', answeredOrAskedIds],
  ['CreateTags', taggedIds],
  ['DeleteTags', taggedIds],
  // Often by interface or association: then nobody can say any more which instance had the address.
  ['AssociateAddress', addressedIds],
  ['DisassociateAddress', addressedIds],
]);

/** EC2's eventSource, in every partition. */
const EC2 = 'ec2.amazonaws.com';

/** Reports without a caller: a spot request was filled, or its instance taken away. */
const SPOT_NOTICES: readonly string[] = ['BidEvictedEvent', 'BidFulfilledEvent'];

/** True for an object that may be a record without an envelope, as log files hold them. */
export function isTrailRecord(json: JsonObject): boolean {
  return parseText(json['eventSource']) !== undefined;
}

/** Reads one record. Total. */
export function readRecord(record: JsonObject): Reading {
  const name = parseText(record['eventName']);
  const failure = failureOf(record);
  const subject: Subject = { kind: 'api-call', name: name ?? '', failed: failure !== undefined };
  const dismissed = (why: Judgement) => readingOf(subject, namedIds([]), why);
  if (name === undefined) return dismissed(quarantined('a CloudTrail record without an eventName'));
  const service = parseText(record['eventSource']) ?? EC2;
  if (service !== EC2) return dismissed(ignored(`${name} is a call to ${service}, not to EC2`));
  if (SPOT_NOTICES.includes(name)) return spotNotice(subject, record);
  const spell = CALLS.get(name);
  if (spell === undefined) return dismissed(ignored(`${name}: nothing we route by changes`));
  if (failure === undefined) return succeeded(subject, spell(record));
  return refused(subject, namedIds(spell(record)), failure, isOmitted(record['requestParameters']));
}

/** Truncated sets are missing, and so is the instance in calls that name an interface: read the fleet for both. */
function succeeded(subject: Subject, spelled: readonly unknown[]): Reading {
  const nameless = wholeFleet(`${subject.name} names no instance: it may have been any`);
  const isTagCall = subject.name === 'CreateTags' || subject.name === 'DeleteTags';
  return isTagCall
    ? tagReadingOf(subject, spelled, nameless)
    : readingOf(subject, namedIds(spelled), nameless);
}

/**
 * A failed call did nothing, with one exception: TerminateInstances across zones may kill some of its instances and
 * report failure for the protected ones (EC2 API reference, TerminateInstances).
 */
function refused(subject: Subject, named: NamedIds, failure: string, isCut: boolean): Reading {
  const reason = `${subject.name} failed with ${failure}`;
  const mayHaveKilled = subject.name === 'TerminateInstances' && (named.ids.length > 0 || isCut);
  if (!mayHaveKilled) return ignoredReading(subject, named, reason);
  const scope = named.ids.length > 0 ? 'ids' : 'fleet';
  return {
    ...subject,
    ids: named.ids,
    verdict: 'hint',
    scope,
    reason: `${reason}; some may be gone all the same`,
  };
}

function spotNotice(subject: Subject, record: JsonObject): Reading {
  const { instanceIdSet } = asObject(record['serviceEventDetails']);
  return succeeded({ ...subject, kind: 'spot' }, elementsOf(instanceIdSet));
}

function answeredIds(record: JsonObject): readonly unknown[] {
  return idsInSet(asObject(record['responseElements'])['instancesSet']);
}

/** Both lists name the same instances, in any order; the response is missing when it was cut or the call failed. */
function answeredOrAskedIds(record: JsonObject): readonly unknown[] {
  return [...answeredIds(record), ...idsInSet(asObject(record['requestParameters'])['instancesSet'])];
}

function taggedIds(record: JsonObject): readonly unknown[] {
  return idsInSet(asObject(record['requestParameters'])['resourcesSet']);
}

function addressedIds(record: JsonObject): readonly unknown[] {
  return idsInSet([record['requestParameters']]);
}

function idsInSet(set: unknown): readonly unknown[] {
  return elementsOf(set)
    .map(spelledId)
    .filter((id) => id !== undefined);
}

function spelledId(element: unknown): unknown {
  return isJsonObject(element) ? (element['instanceId'] ?? element['resourceId']) : element;
}

/** Error code of a failed call; undefined for a successful one. */
function failureOf(record: JsonObject): string | undefined {
  const { errorCode } = record;
  if (errorCode === undefined || errorCode === null || errorCode === '') return undefined;
  return parseText(errorCode) ?? 'an unreadable error code';
}

/** CloudTrail puts `{omitted: true, …}`, at times in strings, where more than 100 KB would stand. */
function isOmitted(parameters: unknown): boolean {
  const { omitted } = asObject(parameters);
  return omitted === true || omitted === 'true';
}
