import { type Address, isSameAddress } from './address.ts';
import { isString } from './json.ts';
import { matching, type Schema } from './schema.ts';
import type { InstanceId, InterfaceId, Seconds } from './wire/brands.ts';

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

/**
 * How CloudFront reaches an instance over IPv6: its name, or why none of its IPv6 addresses can be used. They are not public, such
 * as unique local ones, or they belong to other interfaces than the primary one.
 */
export type Ipv6Reach = Extract<Address, { via: 'ipv6' }> | 'not-public' | 'other-interface';

/** One EC2 instance as the last complete listing showed it. */
export interface Instance {
  id: InstanceId;
  state: InstanceState;
  /** EC2 renews it at every start, so with the id it identifies one address. */
  launchedAt: Seconds;
  /** The address that its tags choose. Absent without a public name of that kind. */
  address?: Address;
  /** Absent without an IPv6 address. */
  ipv6?: Ipv6Reach;
  /** The names of the other public IPv6 addresses of its primary interface. Absent without any. */
  moreIpv6?: readonly string[];
  /** It has no IPv4 address, so it never gets a public IPv4 name. */
  isIpv6Only?: boolean;
  /** Ids of its network interfaces, and of the attachments of those that can be detached. */
  interfaces?: readonly InterfaceId[];
  account: string;
  region: string;
  vpc?: string;
  /** `t4g.small`. */
  type?: string;
  /** `eu-west-1a`. */
  zone?: string;
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
    isSameReach(a.ipv6, b.ipv6) &&
    a.moreIpv6?.join() === b.moreIpv6?.join() &&
    a.isIpv6Only === b.isIpv6Only &&
    a.interfaces?.join() === b.interfaces?.join() &&
    a.account === b.account &&
    a.region === b.region &&
    a.vpc === b.vpc &&
    a.type === b.type &&
    a.zone === b.zone &&
    hasSameTags(a, b)
  );
}

function isSameReach(a: Instance['ipv6'], b: Instance['ipv6']): boolean {
  return typeof a === 'object' && typeof b === 'object' ? isSameAddress(a, b) : a === b;
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
