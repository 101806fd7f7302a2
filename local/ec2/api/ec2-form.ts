import type { WantedIpv6 } from '../interfaces.ts';
import type { InstanceTag, LaunchRequest, TagSelector } from '../local-instance.ts';
import { invalidValue, missingParameter } from './ec2-error.ts';

/** Parameters of a query API call by name: `InstanceId.1`, `Filter.1.Value.2` … */
export type Form = ReadonlyMap<string, string>;

/** Parses a form body. The last value of a repeated name counts. */
export function parseForm(body: string): Form {
  return new Map(new URLSearchParams(body));
}

/**
 * Parses the members of a list in order. `Tag.1.Key=a&Tag.1.Value=b` has one member of `Tag`, a form with `Key` and `Value`.
 * `InstanceId.1=i-0` has one member of `InstanceId`, a form with the empty name.
 */
export function parseMembers(form: Form, list: string): Form[] {
  const members = new Map<number, Map<string, string>>();
  for (const [name, value] of form) {
    const [, index, rest = ''] = /^\.(\d{1,5})(?:\.(.+))?$/.exec(afterPrefix(name, list)) ?? [];
    if (index === undefined) continue;
    const member = members.get(Number(index)) ?? new Map();
    members.set(Number(index), member.set(rest, value));
  }
  return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
}

/** Parses a list of texts: `InstanceId.1=a&InstanceId.2=b` is `['a', 'b']`. */
export function parseTexts(form: Form, list: string): string[] {
  return parseMembers(form, list).flatMap((member) => member.get('') ?? []);
}

/** Parses an optional whole number. Throws InvalidParameterValue for anything else. */
export function parseInteger(form: Form, name: string): number | undefined {
  const text = form.get(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalidValue(name, text, 'Expecting an integer.');
  return Number(text);
}

/** Parses RunInstances. Ignores parameters without a meaning for a local fleet (security groups, key pair …). */
export function parseLaunch(form: Form): LaunchRequest {
  const optional = {
    instanceType: form.get('InstanceType'),
    userData: form.get('UserData') || undefined,
    clientToken: form.get('ClientToken'),
    ...parseNetwork(form),
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  const tagSpecifications = parseMembers(form, 'TagSpecification').map((specification) => ({
    resourceType: specification.get('ResourceType') ?? '',
    tags: parseInstanceTags(specification),
  }));
  return {
    imageId: requireParameter(form.get('ImageId'), 'ImageId'),
    minCount: requireParameter(parseInteger(form, 'MinCount'), 'MinCount'),
    maxCount: requireParameter(parseInteger(form, 'MaxCount'), 'MaxCount'),
    tagSpecifications,
    ...Object.fromEntries(given),
  };
}

/** The addresses of a launch, which are parameters of the call or of its first network interface. */
function parseNetwork(
  form: Form,
): Pick<LaunchRequest, 'subnetId' | 'ipv6AddressCount' | 'associatePublicIpAddress'> {
  const [first = new Map<string, string>()] = parseMembers(form, 'NetworkInterface');
  const isPublic = first.get('AssociatePublicIpAddress');
  return Object.fromEntries(
    Object.entries({
      subnetId: form.get('SubnetId') ?? first.get('SubnetId'),
      ipv6AddressCount: parseInteger(form, 'Ipv6AddressCount') ?? parseInteger(first, 'Ipv6AddressCount'),
      associatePublicIpAddress: isPublic === undefined ? undefined : isPublic === 'true',
    }).filter(([, value]) => value !== undefined),
  );
}

/** Parses AssignIpv6Addresses and UnassignIpv6Addresses. */
export function parseIpv6Call(form: Form): { interfaceId: string } & WantedIpv6 {
  return {
    interfaceId: requireParameter(form.get('NetworkInterfaceId'), 'NetworkInterfaceId'),
    count: parseInteger(form, 'Ipv6AddressCount'),
    addresses: parseTexts(form, 'Ipv6Addresses'),
  };
}

/** Parses tags. EC2 treats an absent value as empty. */
export function parseInstanceTags(form: Form): InstanceTag[] {
  return parseMembers(form, 'Tag').map((tag) => ({
    key: tag.get('Key') ?? '',
    value: tag.get('Value') ?? '',
  }));
}

/** Parses the tags to delete. An absent value matches any value. */
export function parseTagSelectors(form: Form): TagSelector[] {
  return parseMembers(form, 'Tag').map((tag) => {
    const value = tag.get('Value');
    return { key: tag.get('Key') ?? '', ...(value === undefined ? {} : { value }) };
  });
}

function requireParameter<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

function afterPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : '';
}
