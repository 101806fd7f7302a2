import { encodeIpAwsName } from '../../core/ec2/ip-aws.ts';
import { parseIpv6 } from '../../core/ec2/ipv6.ts';

/** The region of the local AWS. */
export const REGION = 'us-east-1';

const DOCUMENTATION = ['203.0.113', '198.51.100'] as const;
/** Addresses of a /24 without the network and broadcast addresses. */
const HOSTS = 254;
/** Addresses of 198.18.0.0/15. */
const BENCHMARKING = 2 ** 17;

/** The number of public addresses before they repeat. */
export const PUBLIC_ADDRESSES = DOCUMENTATION.length * HOSTS + BENCHMARKING;

/**
 * The `n`th public address. Uses ranges that are not on the internet, so that a leaked route reaches no stranger: documentation
 * (RFC 5737), then benchmarking (RFC 2544) for more than 508 instances.
 */
export function publicAddressAt(n: number): string {
  const slot = n % PUBLIC_ADDRESSES;
  const range = DOCUMENTATION[Math.floor(slot / HOSTS)];
  if (range !== undefined) return `${range}.${(slot % HOSTS) + 1}`;
  const offset = slot - DOCUMENTATION.length * HOSTS;
  return `198.${18 + (offset >> 16)}.${(offset >> 8) & 255}.${offset & 255}`;
}

/** The `n`th private address, in the range of a default VPC. */
export function privateAddressAt(n: number): string {
  return `172.31.${(n >> 8) & 255}.${n & 255}`;
}

/** EC2's public DNS name of an address in us-east-1 (EC2 User Guide, "EC2 instance hostnames"). */
export function publicNameOf(address: string): string {
  return `ec2-${address.replaceAll('.', '-')}.compute-1.amazonaws.com`;
}

/** EC2's public DNS name of an IPv6 address. */
export function publicIpv6NameOf(address: string): string {
  const ipv6 = parseIpv6(address);
  if (ipv6 === undefined) throw new Error(`"${address}" is not an IPv6 address`);
  return encodeIpAwsName({ ipv6 }, REGION);
}

/** EC2's private DNS name of an address in us-east-1. */
export function privateNameOf(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.ec2.internal`;
}
