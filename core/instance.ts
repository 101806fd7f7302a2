import { type Address, isSameAddress } from './address.ts';
import { isString } from './json.ts';
import { matching, type Schema } from './schema.ts';
import type { InstanceId, Seconds } from './wire/brands.ts';

/** EC2's own state names (EC2 User Guide, "Instance lifecycle"). */
export const INSTANCE_STATES = [
  'pending',
  'running',
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
] as const;

export type InstanceState = (typeof INSTANCE_STATES)[number];

/** One EC2 instance as the last complete listing showed it. */
export interface Instance {
  id: InstanceId;
  state: InstanceState;
  /** EC2 renews it at every start, so with the id it identifies one address. */
  launchedAt: Seconds;
  /** Absent while pending, when stopped, or in a VPC without DNS hostnames. */
  address?: Address;
  account: string;
  region: string;
  vpc?: string;
  /** All tags, not only ours. */
  tags: Readonly<Record<string, string>>;
}

/**
 * The last reading of each instance. Pages, regions and files overlap, and an instance listed twice would share its name
 * with itself.
 */
export function lastReadings(readings: readonly Instance[]): Instance[] {
  return [...new Map(readings.map((instance) => [instance.id, instance])).values()];
}

/** Whether two readings of one instance are equal. */
export function isSameInstance(a: Instance, b: Instance): boolean {
  if (a === b) return true;
  return (
    a.state === b.state &&
    a.launchedAt === b.launchedAt &&
    isSameAddress(a.address, b.address) &&
    a.account === b.account &&
    a.region === b.region &&
    a.vpc === b.vpc &&
    hasSameTags(a, b)
  );
}

function hasSameTags({ tags: a }: Instance, { tags: b }: Instance): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}

/** True for `i-` and 8 or 17 lower-case hexadecimal digits, which EC2 accepts without `Malformed`. */
export function isInstanceId(text: string): boolean {
  return /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(text);
}

/** The id of an instance in a document that is read back. */
export const instanceId: Schema<InstanceId> = matching(
  (json): json is InstanceId => isString(json) && isInstanceId(json),
  'the id of an instance',
);
