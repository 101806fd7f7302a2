const DOCUMENTATION = ['203.0.113', '198.51.100'] as const;
/** Addresses of a /24 without its network and broadcast ones. */
const HOSTS = 254;
/** Addresses of 198.18.0.0/15. */
const BENCHMARKING = 2 ** 17;

/** How many public addresses there are before the first comes round again. */
export const PUBLIC_ADDRESSES = DOCUMENTATION.length * HOSTS + BENCHMARKING;

/**
 * The `n`th public address. Only ranges that nobody on the internet has: documentation (RFC 5737), then
 * benchmarking (RFC 2544) for fleets of more than 508, so that a leaked local route reaches no stranger.
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

/** EC2's private DNS name of an address in us-east-1. */
export function privateNameOf(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.ec2.internal`;
}
