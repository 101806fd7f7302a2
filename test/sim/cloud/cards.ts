/** A network interface in one answer of DescribeInstances. */
export interface Card {
  id: string;
  attachment: string;
  /** 0 for the primary interface. */
  index: number;
  /** Addresses as eight groups of four digits. */
  ipv6: readonly string[];
}

/** The kinds of addresses that an instance gets at its launch. */
export type Family = 'ipv4' | 'ipv6' | 'dual';

/** The own public address of an instance. */
export function ownIpv6(region: string, n: number): string {
  return addressOf(subnetOf(region), 0x100 + n);
}

/** A public address that people move between instances of a region. It is lower than all own addresses, so it is the one in use. */
export function sharedIpv6(region: string, k: number): string {
  return addressOf(subnetOf(region), 1 + k);
}

/** The address of an interface that people move between instances: public, but not on a primary interface. */
export function cardIpv6(k: number): string {
  return addressOf(1, 0xe000 + k);
}

/** A unique local address. */
export function localIpv6(n: number): string {
  return `fd00${addressOf(0, n).slice(4)}`;
}

const subnetOf = (region: string) => (region === 'us-east-1' ? 1 : 2);

function addressOf(subnet: number, host: number): string {
  const group = (value: number) => value.toString(16).padStart(4, '0');
  return ['2001', '0db8', group(subnet), ...Array<string>(4).fill('0000'), group(host)].join(':');
}

/**
 * The public names of the IPv6 addresses that CloudFront may use: those of the primary interface. The lowest comes first; it is the one that
 * an entry gets. Computed a second time: this file shares no code with core/ec2.
 */
export function ipv6NamesOf(cards: readonly Card[], region: string): string[] {
  const addresses = cards.find(({ index }) => index === 0)?.ipv6 ?? [];
  const lowestFirst = addresses.filter((address) => /^[23]/.test(address)).sort();
  return lowestFirst.map((address) => nameOfIpv6(address, region));
}

/** The public name of an address: its 128 bits in base 36. */
export function nameOfIpv6(address: string, region: string): string {
  const digits = BigInt(`0x${address.replaceAll(':', '')}`)
    .toString(36)
    .padStart(25, '0');
  return `${digits.replace(/.{5}(?!$)/g, '$&-')}.${region}.ip.aws`;
}
