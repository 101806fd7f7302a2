import type { Ipv6Bits } from './ipv6.ts';

/**
 * The addresses in a public DNS name of a network interface (EC2 User Guide, "EC2 instance hostnames and domains"): an IPv6
 * address, and in the dual-stack kind of name also an IPv4 address.
 */
export interface NamedAddresses {
  ipv6: Ipv6Bits;
  /** 32 bits. */
  ipv4?: number;
}

/** EC2 writes the addresses in base 36: the IPv6 address in groups of five digits, then the IPv4 address in one group. */
const BASE = 36;
const GROUP = 5;
const DIGITS = { ipv6: 5 * GROUP, ipv4: 7 } as const;

/**
 * @example encodeIpAwsName({ ipv6: parseIpv6('ffff:1407:4:f000:81d:2689:1066:4489') }, 'ap-southeast-2')
 * // 'f5lnz-0khrm-nt2u3-gyqqt-nbdl5.ap-southeast-2.ip.aws'
 */
export function encodeIpAwsName({ ipv6, ipv4 }: NamedAddresses, region: string): string {
  const digits = ipv6.toString(BASE).padStart(DIGITS.ipv6, '0');
  const groups = Array.from({ length: DIGITS.ipv6 / GROUP }, (_, i) =>
    digits.slice(GROUP * i, GROUP * (i + 1)),
  );
  if (ipv4 !== undefined) groups.push(ipv4.toString(BASE).padStart(DIGITS.ipv4, '0'));
  return `${groups.join('-')}.${region}.ip.aws`;
}

/** The addresses and the region in a name. Undefined for a text that `encodeIpAwsName` cannot write. */
export function decodeIpAwsName(name: string): (NamedAddresses & { region: string }) | undefined {
  const [, ipv6Digits = '', ipv4Digits, region = ''] =
    /^([0-9a-z]{5}(?:-[0-9a-z]{5}){4})(?:-([0-9a-z]{7}))?\.([a-z0-9-]{1,63})\.ip\.aws$/.exec(name) ?? [];
  const groups = ipv6Digits === '' ? [] : ipv6Digits.split('-');
  const ipv6 = groups.reduce(
    (bits, group) => bits * BigInt(BASE ** GROUP) + BigInt(Number.parseInt(group, BASE)),
    0n,
  );
  const ipv4 = ipv4Digits === undefined ? undefined : Number.parseInt(ipv4Digits, BASE);
  const isInRange = ipv6 < 1n << 128n && (ipv4 ?? 0) < 2 ** 32;
  if (groups.length === 0 || !isInRange) return undefined;
  return { ipv6, ...(ipv4 === undefined ? {} : { ipv4 }), region };
}
