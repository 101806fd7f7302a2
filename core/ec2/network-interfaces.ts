import type { Instance, Ipv6Reach } from '../instance.ts';
import { encodeIpAwsName } from './ip-aws.ts';
import { type Ipv6Bits, isPublic, parseIpv6 } from './ipv6.ts';

/** The members that we use of a network interface in the answer of DescribeInstances. */
export interface DescribedInterface {
  NetworkInterfaceId?: string | undefined;
  Status?: string | undefined;
  Attachment?: DescribedAttachment | undefined;
  Ipv6Addresses?: readonly DescribedIpv6[] | undefined;
}

interface DescribedAttachment {
  AttachmentId?: string | undefined;
  DeviceIndex?: number | undefined;
  NetworkCardIndex?: number | undefined;
}

interface DescribedIpv6 {
  Ipv6Address?: string | undefined;
  IsPrimaryIpv6?: boolean | undefined;
}

/** The ids of the network interfaces and their attachments, and the IPv6 address by which CloudFront can reach the instance, or why there is none. */
export function parseInterfaces(
  described: readonly DescribedInterface[],
  region: string,
): Pick<Instance, 'interfaces' | 'ipv6' | 'moreIpv6'> {
  const attached = described.filter(({ Status }) => Status !== 'detaching');
  // A new list has room for its items only; that of `flatMap` would take 130 bytes more for each instance.
  const ids = attached.flatMap(idsOf).toSorted();
  const ipv6 = findIpv6(attached, region);
  const more = findMore(attached, region, ipv6);
  return {
    ...(ids.length === 0 ? {} : { interfaces: ids }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(more.length === 0 ? {} : { moreIpv6: more }),
  };
}

/** The event about a detached interface names its attachment alone. The primary interface cannot be detached. */
function idsOf(each: DescribedInterface): string[] {
  const attachment = isPrimary(each) ? undefined : each.Attachment?.AttachmentId;
  return [each.NetworkInterfaceId, attachment].flatMap((id) => id ?? []);
}

function findIpv6(attached: readonly DescribedInterface[], region: string): Ipv6Reach | undefined {
  const chosen = chooseIpv6(attached.find(isPrimary)?.Ipv6Addresses ?? []);
  if (chosen !== undefined) return { via: 'ipv6', name: encodeIpAwsName({ ipv6: chosen }, region) };
  const others = attached.flatMap(({ Ipv6Addresses }) => Ipv6Addresses ?? []);
  if (others.length === 0) return undefined;
  return chooseIpv6(others) === undefined ? 'not-public' : 'other-interface';
}

/** The names of the public addresses of the primary interface that were not chosen. */
function findMore(
  attached: readonly DescribedInterface[],
  region: string,
  chosen: Ipv6Reach | undefined,
): string[] {
  const addresses = attached.find(isPrimary)?.Ipv6Addresses ?? [];
  if (typeof chosen !== 'object' || addresses.length < 2) return [];
  const all = addresses.flatMap(({ Ipv6Address = '' }) => parseIpv6(Ipv6Address) ?? []).filter(isPublic);
  const names = all.map((ipv6) => encodeIpAwsName({ ipv6 }, region));
  return names.filter((name) => name !== chosen.name).toSorted();
}

/** The interface that the instance was launched with. It cannot be detached. */
function isPrimary({ Attachment }: DescribedInterface): boolean {
  return Attachment?.DeviceIndex === 0 && (Attachment.NetworkCardIndex ?? 0) === 0;
}

/** The primary address, which stays while the instance exists, or else the lowest. */
function chooseIpv6(addresses: readonly DescribedIpv6[]): Ipv6Bits | undefined {
  let lowest: Ipv6Bits | undefined;
  for (const { Ipv6Address = '', IsPrimaryIpv6 } of addresses) {
    const bits = parseIpv6(Ipv6Address);
    if (bits === undefined || !isPublic(bits)) continue;
    if (IsPrimaryIpv6 === true) return bits;
    if (lowest === undefined || bits < lowest) lowest = bits;
  }
  return lowest;
}
