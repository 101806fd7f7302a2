/** Where CloudFront reaches an instance. The router refuses VPC origins until a later release. */
export type Address =
  /** A public DNS name: CloudFront refuses addresses. */
  | { readonly via: 'ipv4'; readonly name: string }
  /** A public DNS name with an IPv6 address. */
  | { readonly via: 'ipv6'; readonly name: string }
  /** A VPC origin of CloudFront, by its id. */
  | { readonly via: 'vpc'; readonly origin: string };

/** The ways to an instance. */
export const WAYS = ['ipv4', 'ipv6', 'vpc'] as const satisfies readonly Address['via'][];

/** The word of an address in the store: a bare name, `6:` and a name, or `@` and the id of an origin. */
export function encodeAddress(address: Address): string {
  switch (address.via) {
    case 'ipv4':
      return address.name;
    case 'ipv6':
      return `6:${address.name}`;
    case 'vpc':
      return `@${address.origin}`;
    default:
      return address satisfies never;
  }
}

/** Decodes an address. Undefined for a word that is not an address. */
export function decodeAddress(word: string): Address | undefined {
  const [, prefix, rest = ''] = /^(6:|@)?(.*)$/s.exec(word) ?? [];
  if (rest === '') return undefined;
  if (prefix === '6:') return { via: 'ipv6', name: rest };
  return prefix === '@' ? { via: 'vpc', origin: rest } : { via: 'ipv4', name: rest };
}

/** Whether two addresses are equal. */
export function isSameAddress(one: Address | undefined, other: Address | undefined): boolean {
  return one === other || (!!one && !!other && encodeAddress(one) === encodeAddress(other));
}
