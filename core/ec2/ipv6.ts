/** The 128 bits of an IPv6 address. */
export type Ipv6Bits = bigint;

const GROUPS = 8;

/** Parses an IPv6 address (RFC 4291 §2.2, without a dotted IPv4 address). Undefined for another text. */
export function parseIpv6(text: string): Ipv6Bits | undefined {
  const [before = '', after, ...more] = text.split('::');
  const [first, last] = [groupsIn(before), groupsIn(after ?? '')];
  const missing = GROUPS - first.length - last.length;
  const isWhole = after === undefined ? missing === 0 : missing > 0 && more.length === 0;
  const groups = isWhole ? [...first, ...Array<string>(missing).fill('0'), ...last] : [];
  if (groups.length === 0 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

const groupsIn = (text: string) => (text === '' ? [] : text.split(':'));

/** The shortest text of an IPv6 address (RFC 5952). */
export function printIpv6(bits: Ipv6Bits): string {
  const digits = bits.toString(16).padStart(32, '0');
  const groups = Array.from({ length: GROUPS }, (_, i) =>
    Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16).toString(16),
  ).join(':');
  const [longest] = [...groups.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].sort(
    ([a], [b]) => b.length - a.length,
  );
  if (longest === undefined) return groups;
  const [{ length }, at] = [longest[0], longest.index];
  return `${groups.slice(0, at).replace(/:$/, '')}::${groups.slice(at + length).replace(/^:/, '')}`;
}

/** Whether the address is global unicast: 2000::/3 (IANA, "IPv6 Global Unicast Address Assignments"). */
export function isPublic(bits: Ipv6Bits): boolean {
  return bits >> 125n === 1n;
}
