import { isIP } from 'node:net';

/** A block of viewers' addresses as AWS WAF takes it: network address, `/`, prefix length. */
export interface AddressRange {
  family: 'IPV4' | 'IPV6';
  cidr: string;
}

/**
 * The range that `text` names, or undefined.
 *
 * As strict as WAF, which would refuse the range in the middle of a deployment: no bare address, no `/0`, no
 * bits behind the prefix (`203.0.113.7/24` is usually a mistake).
 *
 * @example parseAddressRange('2001:db8::/32') // { family: 'IPV6', cidr: '2001:db8::/32' }
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0 || !/^[1-9]\d*$/.test(prefix))
    return undefined;
  const width = version === 4 ? 32 : 128;
  const hostBits = width - Number(prefix);
  if (hostBits < 0) return undefined;
  const bits = version === 4 ? bitsOf(address.split('.'), 10, 8n) : bitsOf(groupsOf(address), 16, 16n);
  if (bits % (1n << BigInt(hostBits)) !== 0n) return undefined;
  return { family: version === 4 ? 'IPV4' : 'IPV6', cidr: text };
}

/** The eight groups of an IPv6 address; the URL parser normalises every spelling of it (RFC 4291 §2.2). */
function groupsOf(address: string): string[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical.split('::').map((half) => half.split(':').filter(Boolean));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

function bitsOf(parts: readonly string[], radix: number, width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(Number.parseInt(part, radix)), 0n);
}
