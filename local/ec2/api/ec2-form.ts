import type { InstanceTag, LaunchRequest, TagSelector } from '../local-instance.ts';
import { invalidValue, missingParameter } from './ec2-error.ts';

/** Parameters of a query API call by name: `InstanceId.1`, `Filter.1.Value.2` … */
export type Form = ReadonlyMap<string, string>;

/** A form body as parameters. Of a name that comes twice the last counts. */
export function parseForm(body: string): Form {
  return new Map(new URLSearchParams(body));
}

/**
 * The members of a list, in their order: `Tag.1.Key=a&Tag.1.Value=b` has one member of `Tag`, a form of
 * `Key` and `Value`; `InstanceId.1=i-0` one of `InstanceId`, a form of the empty name.
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

/** The texts of a list: `InstanceId.1=a&InstanceId.2=b` is `['a', 'b']`. */
export function parseTexts(form: Form, list: string): string[] {
  return parseMembers(form, list).flatMap((member) => member.get('') ?? []);
}

/** A whole number, or `undefined` where there is none. Throws InvalidParameterValue for anything else. */
export function parseInteger(form: Form, name: string): number | undefined {
  const text = form.get(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalidValue(name, text, 'Expecting an integer.');
  return Number(text);
}

/** What RunInstances asks. Parameters that mean nothing to a local fleet (subnet, key pair …) are passed over. */
export function parseLaunch(form: Form): LaunchRequest {
  const optional = {
    instanceType: form.get('InstanceType'),
    userData: form.get('UserData') || undefined,
    clientToken: form.get('ClientToken'),
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

/** Tags with their values; EC2 takes an absent value for the empty one. */
export function parseInstanceTags(form: Form): InstanceTag[] {
  return parseMembers(form, 'Tag').map((tag) => ({
    key: tag.get('Key') ?? '',
    value: tag.get('Value') ?? '',
  }));
}

/** Tags to delete: with an absent value whatever their value. */
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
