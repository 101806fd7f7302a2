/** Finds the instances and network interfaces that an event names; each kind of event has its own spelling. */
import { isInstanceId } from '../instance.ts';
import { asObject, elementsOf, isJsonObject, isString, type JsonObject, parseText, quoted } from '../json.ts';
import { matching, type Schema } from '../schema.ts';
import type { InstanceId, InterfaceId } from '../wire/brands.ts';

/** The ids that an event spells, sorted out. */
export interface NamedIds {
  ids: readonly InstanceId[];
  /** Only calls about network interfaces name some. */
  interfaces?: readonly InterfaceId[];
  /** Texts in the place of an id that are not ids: masked, cut, or of another resource. */
  junk: readonly string[];
  /** Why the event is not about instances. */
  elsewhere?: string;
}

/** Ids from bare ids and ARNs. Only the last part of an ARN is used, because spot warnings garble the rest. */
function namedIds(spelled: readonly unknown[]): NamedIds {
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

/** The keys of the id in notices: of EC2, of a sample in its documentation, and of Auto Scaling. */
const ID_KEYS = ['instance-id', 'instance_id', 'instanceId', 'EC2InstanceId'] as const;

/** Ids from the detail, else from `resources`, whose ARNs may be malformed or name groups. */
export function noticeIds(event: JsonObject): NamedIds {
  const detail = asObject(event['detail']);
  const named = namedIds(ID_KEYS.map((key) => detail[key]));
  if (named.ids.length > 0) return named;
  return { ids: namedIds(elementsOf(event['resources'])).ids, junk: named.junk };
}

/** The tagged resource of a tag change is only in `resources`. */
export function noticedTags(event: JsonObject): NamedIds {
  const service = parseText(asObject(event['detail'])['service']) ?? 'ec2';
  if (service !== 'ec2')
    return { ...noIds(), elsewhere: `the tags belong to ${service}, not to an instance` };
  return taggedInstances(elementsOf(event['resources']));
}

/** Only the response names the launched instances. */
export function answeredIds(record: JsonObject): NamedIds {
  return namedIds(idsInSet(responseOf(record)['instancesSet']));
}

/** Both lists name the same instances. The response is missing if it was cut or the call failed. */
export function answeredOrAskedIds(record: JsonObject): NamedIds {
  const sets = [responseOf(record)['instancesSet'], requestOf(record)['instancesSet']];
  return namedIds(sets.flatMap(idsInSet));
}

/** Tags are set or removed on resources of any type, by id or ARN. */
export function taggedIds(record: JsonObject): NamedIds {
  return taggedInstances(idsInSet(requestOf(record)['resourcesSet']));
}

/** True for an interface or its attachment. */
function isInterfaceId(text: string): boolean {
  return /^eni-(?:attach-)?(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(text);
}

/** True for the attachment of an interface to an instance. */
export function isAttachment(id: InterfaceId): boolean {
  return id.startsWith('eni-attach-');
}

/** The id of an interface or of its attachment in a document that is read back. */
export const interfaceId: Schema<InterfaceId> = matching(
  (json): json is InterfaceId => isString(json) && isInterfaceId(json),
  'the id of a network interface',
);

/** The members of calls about interfaces and addresses that name an instance or an interface. */
const INTERFACE_KEYS = ['instanceId', 'networkInterfaceId', 'attachmentId'] as const;

/**
 * Calls about interfaces and addresses name an instance, an interface, an attachment, several of them, or none: an association of
 * an address stands for itself. CloudTrail wraps the parameters of some calls: `{AssignIpv6AddressesRequest: {NetworkInterfaceId: …}}`.
 */
export function interfaceIds(record: JsonObject): NamedIds {
  const name = parseText(record['eventName']) ?? '';
  const [request, response] = [requestOf(record), responseOf(record)];
  const parts = [request, request[`${name}Request`], response, response[`${name}Response`]].map(asObject);
  const spelled = parts.flatMap((part) =>
    INTERFACE_KEYS.map((key) => parseText(part[key] ?? part[capitalized(key)])).filter(isPresent),
  );
  const interfaces = new Set(spelled.filter(isInterfaceId));
  const { ids, junk } = namedIds(spelled.filter((text) => !interfaces.has(text)));
  return { ids, junk, interfaces: [...interfaces] };
}

/**
 * The instance that gets an address. The interface that gets it is left out: it may belong to no instance, and the record does not
 * say which instance had the address.
 */
export function addressedIds(record: JsonObject): NamedIds {
  const { ids, junk } = interfaceIds(record);
  return { ids, junk };
}

const capitalized = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

const isPresent = (text: string | undefined) => text !== undefined;

/** Reports without a caller: a spot request was filled, or its instance was taken away. */
export function spotIds(record: JsonObject): NamedIds {
  return namedIds(elementsOf(asObject(record['serviceEventDetails'])['instanceIdSet']));
}

function taggedInstances(spelled: readonly unknown[]): NamedIds {
  const resources = spelled.map(parseText).filter((text) => text !== undefined);
  const instances = namedIds(resources.filter((text) => lastPart(text).startsWith('i-')));
  const [first] = resources;
  const isOther = first !== undefined && instances.ids.length + instances.junk.length === 0;
  return isOther
    ? { ...instances, elsewhere: `the tags belong to ${quoted(first)}, which is not an instance` }
    : instances;
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
