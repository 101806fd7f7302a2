/** Which instances an event names, in the spelling of each kind of event. */
import { isInstanceId } from '../instance.ts';
import { asObject, elementsOf, isJsonObject, type JsonObject, parseText, quoted } from '../json.ts';
import type { InstanceId } from '../wire/brands.ts';

/** Instance ids as an event spells them, sorted out. */
export interface NamedIds {
  ids: readonly InstanceId[];
  /** What stood where an id belongs and is none: masked, cut, of another resource. */
  junk: readonly string[];
  /** Why there need be neither: the event is about something else. */
  elsewhere?: string;
}

/** Ids out of bare ids and ARNs alike; an ARN is believed in its last part only, spot warnings garble the rest. */
export function namedIds(spelled: readonly unknown[]): NamedIds {
  const ids = new Set<InstanceId>();
  const junk = new Set<string>();
  for (const one of spelled) {
    const text = parseText(one);
    if (text === undefined) continue;
    const id = lastPart(text);
    if (isInstanceId(id)) ids.add(id);
    else junk.add(text);
  }
  return { ids: [...ids], junk: [...junk] };
}

/** Everything after the last slash: the id in an ARN, and a bare id as it is. */
function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

export const noIds = (): NamedIds => ({ ids: [], junk: [] });

/** All spellings of the id in notices: EC2's own, the one of its documentation's sample, Auto Scaling's. */
const ID_KEYS = ['instance-id', 'instance_id', 'instanceId', 'EC2InstanceId'] as const;

/** Ids from the detail; `resources` only helps out, its ARNs are malformed in spot warnings and name groups too. */
export function noticeIds(event: JsonObject): NamedIds {
  const detail = asObject(event['detail']);
  const named = namedIds(ID_KEYS.map((key) => detail[key]));
  if (named.ids.length > 0) return named;
  return { ids: namedIds(elementsOf(event['resources'])).ids, junk: named.junk };
}

/** Of a change of tags: the tagged resource stands in `resources` alone. */
export function noticedTags(event: JsonObject): NamedIds {
  const service = parseText(asObject(event['detail'])['service']) ?? 'ec2';
  if (service !== 'ec2') return { ...noIds(), elsewhere: `tags in ${service}, not of an instance` };
  return taggedInstances(elementsOf(event['resources']));
}

/** What was launched is between the request's minCount and maxCount: only the response knows. */
export function answeredIds(record: JsonObject): NamedIds {
  return namedIds(idsInSet(responseOf(record)['instancesSet']));
}

/** Both lists name the same instances, in any order; the response is missing when it was cut or the call failed. */
export function answeredOrAskedIds(record: JsonObject): NamedIds {
  const sets = [responseOf(record)['instancesSet'], requestOf(record)['instancesSet']];
  return namedIds(sets.flatMap(idsInSet));
}

/** Tags are set or removed on resources of any type, by id or ARN. */
export function taggedIds(record: JsonObject): NamedIds {
  return taggedInstances(idsInSet(requestOf(record)['resourcesSet']));
}

/** Often by interface or association: then nobody can say any more which instance had the address. */
export function addressedIds(record: JsonObject): NamedIds {
  return namedIds(idsInSet([record['requestParameters']]));
}

/** Of reports without a caller: a spot request was filled, or its instance taken away. */
export function spotIds(record: JsonObject): NamedIds {
  return namedIds(elementsOf(asObject(record['serviceEventDetails'])['instanceIdSet']));
}

function taggedInstances(spelled: readonly unknown[]): NamedIds {
  const resources = spelled.map(parseText).filter((text) => text !== undefined);
  const instances = namedIds(resources.filter((text) => lastPart(text).startsWith('i-')));
  const [first] = resources;
  const isOther = first !== undefined && instances.ids.length + instances.junk.length === 0;
  return isOther ? { ...instances, elsewhere: `tags of ${quoted(first)}, no instance` } : instances;
}

const requestOf = (record: JsonObject) => asObject(record['requestParameters']);
const responseOf = (record: JsonObject) => asObject(record['responseElements']);

function idsInSet(set: unknown): readonly unknown[] {
  return elementsOf(set)
    .map(spelledId)
    .filter((id) => id !== undefined);
}

function spelledId(element: unknown): unknown {
  return isJsonObject(element) ? (element['instanceId'] ?? element['resourceId']) : element;
}
