import { parseIpv6, printIpv6 } from '../../core/ec2/ipv6.ts';
import { Ec2Error, invalidValue, missingParameter } from './api/ec2-error.ts';

/** The subnet whose instances have no IPv4 address. Every other subnet has both families. */
export const IPV6_SUBNET = 'subnet-00000000000000006';

/** The block of all subnets, 2001:db8::/64: documentation (RFC 3849), so that a leaked route reaches no stranger. */
const BLOCK = 0x20010db8_00000000n;
const HOST_BITS = 64n;

/** The last address that was handed out. The first addresses of a subnet belong to AWS. */
const FIRST_HOST = 0xffn;

/** The addresses that a launch or a call asks for. */
export interface WantedIpv6 {
  /** Addresses that EC2 chooses. */
  count?: number | undefined;
  addresses?: readonly string[] | undefined;
}

/** Most addresses of one interface. EC2's limit depends on the type of the instance. */
const MOST = 30;

/** Hands out IPv6 addresses of the local subnets. */
export class Ipv6Pool {
  #last = FIRST_HOST;

  /**
   * Chooses addresses, or checks those that a call names.
   *
   * @throws Ec2Error for addresses that EC2 refuses
   */
  choose({ count, addresses = [] }: WantedIpv6, isUsed: (address: string) => boolean): string[] {
    if (count !== undefined && addresses.length > 0) {
      throw new Ec2Error(
        'InvalidParameterCombination',
        'The parameters ipv6AddressCount and ipv6Addresses cannot be used together',
      );
    }
    if (count === undefined && addresses.length === 0) throw missingParameter('ipv6AddressCount');
    if (count !== undefined && !(count >= 1 && count <= MOST))
      throw invalidValue('ipv6AddressCount', count, `Expecting 1 to ${MOST}.`);
    const chosen = Array.from({ length: count ?? 0 }, () => this.#next(isUsed));
    return [...chosen, ...addresses.map((address) => checkedAddress(address, isUsed))];
  }

  #next(isUsed: (address: string) => boolean): string {
    this.#last += 1n;
    const address = printIpv6((BLOCK << HOST_BITS) | this.#last);
    return isUsed(address) ? this.#next(isUsed) : address;
  }
}

function checkedAddress(text: string, isUsed: (address: string) => boolean): string {
  const bits = parseIpv6(text);
  if (bits === undefined || bits >> HOST_BITS !== BLOCK)
    throw invalidValue('ipv6Addresses', text, 'Expecting an address of the subnet, 2001:db8::/64.');
  const address = printIpv6(bits);
  if (isUsed(address)) throw invalidValue('ipv6Addresses', text, 'The address is in use.');
  return address;
}

/** The id of the attachment of an interface. */
export function attachmentIdOf(interfaceId: string): string {
  return interfaceId.replace('eni-', 'eni-attach-');
}

/** EC2's error for an unknown interface. */
export function unknownInterface(id: string): Ec2Error {
  return new Ec2Error('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`);
}
