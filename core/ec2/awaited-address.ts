import type { Instance } from '../instance.ts';
import { addressKindOf } from '../tags/address-kind.ts';

/**
 * Whether a running instance may still get the address that it should have: EC2 gives a public IPv4 name some time after the start,
 * and an IPv6 address at once.
 */
export function isAwaitingAddress({ state, address, isIpv6Only, tags }: Instance): boolean {
  if (state !== 'running' || address?.via === 'ipv4') return false;
  return address === undefined || (isIpv6Only !== true && addressKindOf(tags) !== 'ipv6');
}
