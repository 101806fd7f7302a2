import type { ServingEntry } from '../../../core/entry/entry.ts';
import { ipv6NameOf, live, nameOf, overIpv6, pool, rule } from '../support/entries.ts';
import type { Forwarded, RouterCase } from '../support/router-case.ts';

const shop = live('shop');

const sends = (
  name: string,
  entry: ServingEntry | string,
  expected: Forwarded,
  ip = '192.0.2.7',
): RouterCase => ({
  name,
  store: { 'shop.dev.example.com': entry },
  request: { ip },
  expected,
});

/** The entry of `shop` with another word in the place of its address. */
const at = (word: string) => `3 p 80  ${word} i-shop 1 main#7`;

const six = { domainName: ipv6NameOf('shop'), ipAddressType: 'ipv6' } as const;
const mixed = pool({ a: 1, b: 1, c: 1 });

const overEither: readonly RouterCase[] = [
  sends('reaches an instance over IPv6', overIpv6(shop, 'shop'), six),
  {
    ...sends('reaches an instance over IPv6 on the bare domain', '', {
      ...six,
      hostHeader: 'd111111abcdef8.cloudfront.net',
    }),
    place: 'bare',
    store: { shop: overIpv6(shop, 'shop') },
    request: { cookies: '__Host-proxy-app=shop.Nj0dcyFz8xgk' },
    reads: ['shop'],
  },
  sends('reaches an instance over IPv6 by path', overIpv6(live('shop', { rules: [rule('/')] }), 'shop'), six),
  sends(
    'reaches an instance over IPv6 with https, and with its lease',
    overIpv6(
      live('shop', { expiresAt: 4_102_444_800, rules: [rule('/', { certName: 'origin.example.com' })] }),
      'shop',
    ),
    { ...six, certName: 'origin.example.com' },
  ),
  // The same viewers as in pools.ts: the pick depends on the ids alone.
  ...(['192.0.2.1', '192.0.2.6', '192.0.2.8'] as const).map((ip, i) => {
    const to = 'bca'[i] ?? '';
    const expected =
      to === 'b'
        ? { domainName: ipv6NameOf(to), ipAddressType: six.ipAddressType }
        : { domainName: nameOf(to) };
    return sends(`reaches ${to} of a pool with both kinds of address`, overIpv6(mixed, 'b'), expected, ip);
  }),
  sends('reaches the instance of a pool with weights over IPv6', overIpv6(pool({ a: 0, b: 1 }), 'a', 'b'), {
    domainName: ipv6NameOf('b'),
    ipAddressType: 'ipv6',
  }),
];

const LONGEST = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;

/** A name never is an address: its last label begins with a letter. */
const names: readonly RouterCase[] = [
  ...[
    '0a.example',
    '203-0-113-25.example',
    '1.2.3.example',
    '6.example',
    '6a.example',
    'a.6.b1',
    LONGEST,
  ].flatMap((name) => [
    sends(`reaches the name ${name.slice(0, 24)} over IPv4`, at(name), { domainName: name }),
    sends(`reaches the name ${name.slice(0, 24)} over IPv6`, at(`6:${name}`), {
      domainName: name,
      ipAddressType: 'ipv6',
    }),
  ]),
  ...[
    ...['203.0.113.25', '1.2.3.4.5', '203.0.113.25.', 'example.1', 'a.1b', '3405803801', '0x7f.1', 'example'],
    ...[
      '2001:db8::7',
      '[2001:db8::7]',
      '6:',
      '6:example',
      '6:203.0.113.25',
      '6:2001:db8::7',
      '6:6:a.example',
    ],
    ...[
      '6:@vo_shop',
      '4:a.example',
      '66:a.example',
      '6;a.example',
      '7:a.example',
      '6:-a.example',
      '6:a..example',
    ],
    ...['6:A.example', `6:${LONGEST}a`, `${LONGEST}a`],
  ].map(
    (word): RouterCase => ({
      name: `calls the address ${word.slice(0, 24)} of ${word.length} characters unreadable`,
      store: { 'shop.dev.example.com': at(word) },
      expected: { status: 503, state: 'unreadable' },
    }),
  ),
];

const certificates: readonly RouterCase[] = [
  ...['1st.example.com', 'a.b', '0-0.example'].map((certName) =>
    sends(
      `expects the name ${certName} on the certificate`,
      live('shop', { rules: [rule('/', { certName })] }),
      { domainName: nameOf('shop'), certName },
    ),
  ),
  ...['1.2.3.4', 'example.1st', 'example', '-a.example', 'a.example.'].map(
    (certName): RouterCase => ({
      name: `calls an entry with the name ${certName} of the certificate unreadable`,
      store: { 'shop.dev.example.com': live('shop', { rules: [rule('/', { certName })] }) },
      expected: { status: 503, state: 'unreadable' },
    }),
  ),
];

/** How the edge reaches an instance: over IPv4 or IPv6, and by a name only. */
export const ADDRESS_CASES = [...overEither, ...names, ...certificates];
