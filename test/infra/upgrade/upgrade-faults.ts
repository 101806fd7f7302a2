import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';

/** Templates of one deployment by the names of their stacks. */
export type Release = ReadonlyMap<string, Template>;

/** The parts of a CloudFormation template that matter for an upgrade. */
export interface Template {
  Resources?: Readonly<Record<string, Resource>>;
}

/** One resource of a template. */
export interface Resource {
  Type: string;
  Properties?: Readonly<Record<string, unknown>>;
}

/** The place of a resource's name by type, if the template gives it one. The parts of one name are side by side. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudFront::Function': ['Name'],
  'AWS::CloudFront::KeyValueStore': ['Name'],
  'AWS::CloudFront::OriginAccessControl': ['OriginAccessControlConfig.Name'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig.Name'],
  'AWS::CloudTrail::Trail': ['TrailName'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::Events::EventBusPolicy': ['StatementId'],
  'AWS::Events::Rule': ['Name'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::Logs::DeliveryDestination': ['Name'],
  'AWS::Logs::DeliverySource': ['Name'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Route53::RecordSet': ['Name', 'Type'],
};

/** Texts that end like a name, but are not the name of the resource itself. */
const NO_NAMES = /\.(?:DisplayName|MetricName|Namespace|PolicyName)$|^Custom::|^AWS::Lambda::/;

/**
 * Properties that CloudFormation refuses to change ("Updates are not supported" in its reference), although its schemas do not
 * say so.
 */
const FROZEN: readonly (readonly [type: RegExp, property: string])[] = [
  [/^AWS::CloudFront::KeyValueStore$/, 'ImportSource'],
  [/^Custom::/, 'ServiceToken'],
];

/** CloudFormation creates a second resource and deletes the first one afterwards. */
const REPLACING: ReadonlySet<ResourceImpact> = new Set([
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
]);

/**
 * The reasons why CloudFormation would refuse an upgrade from one release to another, or would delete a named resource. It
 * creates the new resource before it deletes the old one. So two would have the name at once, or the deletion would remove the
 * new one.
 */
export function upgradeFaults(before: Release, after: Release): string[] {
  const changed = [...before].flatMap(([stack, template]) => changeFaults(stack, template, after.get(stack)));
  return [...changed, ...movedNames(before, after)];
}

/** Texts in a release that may be names of resources, but are not known as names. */
export function unknownNames(release: Release): string[] {
  const found = [...release.values()].flatMap(({ Resources = {} }) =>
    Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      textsIn(Properties)
        .filter((path) => /Name$/.test(path) && !NAMED_BY[Type]?.includes(path))
        .map((path) => `${Type}.${path}`),
    ),
  );
  return [...new Set(found)].filter((each) => !NO_NAMES.test(each));
}

function changeFaults(stack: string, before: Template, after: Template = {}): string[] {
  const faults: string[] = [];
  fullDiff({ ...before }, { ...after }).resources.forEachDifference((id, change) => {
    const { changeImpact, propertyUpdates, oldValue, newValue } = change;
    if (oldValue === undefined || newValue === undefined) return;
    const about = `${stack} ${id} (${oldValue.Type})`;
    const changed = Object.keys(propertyUpdates);
    if (nameOf(oldValue) !== undefined && REPLACING.has(changeImpact))
      faults.push(`${about} has a name, and ${changed.join()} would replace it`);
    for (const [type, property] of FROZEN) {
      if (type.test(oldValue.Type) && changed.includes(property))
        faults.push(`${about} cannot change its ${property}`);
    }
  });
  return faults;
}

/** A name that moves from one resource to a new one, in any stack. */
function movedNames(before: Release, after: Release): string[] {
  const [then, now] = [namesIn(before), namesIn(after)];
  const lost = [...then].filter(([place, name]) => now.get(place) !== name);
  const added = [...now].filter(([place]) => !then.has(place));
  return lost.flatMap(([from, name]) =>
    added.filter(([, other]) => other === name).map(([to]) => `${name} moves from ${from} to ${to}`),
  );
}

/** Type and name of all named resources, by stack and logical id. */
function namesIn(release: Release): Map<string, string> {
  const found = new Map<string, string>();
  for (const [stack, { Resources = {} }] of release) {
    for (const [id, resource] of Object.entries(Resources)) {
      const name = nameOf(resource);
      if (name !== undefined) found.set(`${stack} ${id}`, `${resource.Type} ${name}`);
    }
  }
  return found;
}

/** The fixed name of a resource; undefined if CloudFormation chooses it. */
function nameOf({ Type, Properties = {} }: Resource): string | undefined {
  const parts = NAMED_BY[Type]?.map((path) => at(Properties, path.split('.')));
  return parts?.[0] === undefined ? undefined : parts.map((part) => JSON.stringify(part)).join(' ');
}

function at(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  return typeof value === 'object' && value !== null
    ? at((value as Record<string, unknown>)[key], rest)
    : undefined;
}

/** Paths of all texts in nested objects. */
function textsIn(value: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(value).flatMap(([key, child]) => {
    if (typeof child === 'string') return [key];
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return [];
    return textsIn(child as Record<string, unknown>).map((path) => `${key}.${path}`);
  });
}
