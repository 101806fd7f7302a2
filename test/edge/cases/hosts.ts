import type { Entry } from '../../../core/entry/entry.ts';
import { closed, live, nameOf, pool, rule } from '../support/entries.ts';
import type { RouterCase } from '../support/router-case.ts';

const shop = live('shop');
const SHOP = { 'shop.dev.example.com': shop };
const TO_SHOP = { domainName: nameOf('shop'), hostHeader: 'shop.dev.example.com' };
const NOBODY = { status: 404, state: 'unknown' } as const;
const NO_HOST = { status: 400, state: 'invalid host' } as const;

const spelling = (name: string, host: string): RouterCase => ({
  name,
  store: SHOP,
  request: { host },
  expected: TO_SHOP,
});

const exact: readonly RouterCase[] = [
  spelling('sends an exact host to its instance', 'shop.dev.example.com'),
  spelling('ignores the case of a host', 'SHOP.Dev.Example.COM'),
  {
    ...spelling('reads the key of a name after the key of a header in capitals', 'SHOP.dev.example.com'),
    reads: ['SHOP.dev.example.com', 'shop.dev.example.com'],
  },
  spelling('ignores the port of a host', 'shop.dev.example.com:443'),
  spelling('ignores the trailing dot of a host', 'shop.dev.example.com.'),
  spelling('ignores case, trailing dot and port together', 'Shop.dev.example.com.:8443'),
  spelling('ignores what is no number in the place of a port', 'shop.dev.example.com:@evil.example'),
  {
    name: 'reads one key for an exact host, no matter how many the store has',
    store: {
      ...SHOP,
      '*.dev.example.com': live('any'),
      'dev.example.com': live('apex'),
      'cart.dev.example.com': live('cart'),
    },
    expected: TO_SHOP,
  },
  {
    name: 'treats a host with the name of a property of every object like any other host',
    request: { host: 'constructor.dev.example.com' },
    expected: NOBODY,
    reads: ['constructor.dev.example.com', '*.dev.example.com'],
  },
];

const wildcard: readonly RouterCase[] = [
  {
    name: 'sends a host of one more label to a wildcard, and passes the host to the app as sent',
    store: { '*.dev.example.com': live('any') },
    expected: { domainName: nameOf('any'), hostHeader: 'shop.dev.example.com' },
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'sends a host of two more labels to a wildcard',
    store: { '*.dev.example.com': live('any') },
    request: { host: 'a.shop.dev.example.com' },
    expected: { domainName: nameOf('any') },
    reads: ['a.shop.dev.example.com', '*.shop.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'sends a host of three more labels to a wildcard',
    store: { '*.dev.example.com': live('any') },
    request: { host: 'a.b.shop.dev.example.com' },
    expected: { domainName: nameOf('any') },
    reads: [
      'a.b.shop.dev.example.com',
      '*.b.shop.dev.example.com',
      '*.shop.dev.example.com',
      '*.dev.example.com',
    ],
  },
  {
    name: 'climbs at most three steps: a host of four more labels is unknown',
    store: { '*.dev.example.com': live('any') },
    request: { host: 'a.b.c.shop.dev.example.com' },
    expected: NOBODY,
    reads: [
      'a.b.c.shop.dev.example.com',
      '*.b.c.shop.dev.example.com',
      '*.c.shop.dev.example.com',
      '*.shop.dev.example.com',
    ],
  },
  {
    name: 'prefers an exact host to a wildcard',
    store: { ...SHOP, '*.dev.example.com': live('any') },
    expected: TO_SHOP,
  },
  {
    name: 'prefers a longer wildcard to a shorter one',
    store: { '*.shop.dev.example.com': live('shop'), '*.dev.example.com': live('any') },
    request: { host: 'a.shop.dev.example.com' },
    expected: { domainName: nameOf('shop') },
    reads: ['a.shop.dev.example.com', '*.shop.dev.example.com'],
  },
  {
    name: 'never climbs above the base domain',
    store: { '*.example.com': live('above'), '*.com': live('far above') },
    expected: NOBODY,
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'does not climb from a host outside the base domain',
    store: { '*.example.com': live('above'), '*.dev.example.com': live('any') },
    request: { host: 'shop.other.example.com' },
    expected: NOBODY,
  },
  {
    name: 'does not climb from a host that only ends like the base domain',
    store: { '*.dev.example.com': live('any'), '*.example.com': live('above') },
    request: { host: 'notdev.example.com' },
    expected: NOBODY,
  },
  {
    name: 'answers for a host that is gone as if it had never existed',
    store: { 'shop.dev.example.com': '3 p G1795440120 main#7' },
    expected: NOBODY,
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'lets a wildcard answer for a host that is gone',
    store: { 'shop.dev.example.com': '3 p G1795440120 main#7', '*.dev.example.com': live('any') },
    expected: { domainName: nameOf('any') },
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'does not let a wildcard answer for a host that is asleep',
    store: { 'shop.dev.example.com': closed('asleep'), '*.dev.example.com': live('any') },
    expected: { status: 503, state: 'asleep' },
  },
  {
    name: 'does not let a wildcard answer for a host whose entry is unreadable',
    store: { 'shop.dev.example.com': 'by hand', '*.dev.example.com': live('any') },
    expected: { status: 503, state: 'unreadable' },
  },
  {
    name: 'reports that a wildcard is asleep',
    store: { '*.dev.example.com': closed('asleep') },
    expected: { status: 503, state: 'asleep' },
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'refuses the key of a wildcard as a host',
    store: { '*.dev.example.com': live('any'), '*.shop.dev.example.com': live('shop') },
    request: { host: '*.shop.dev.example.com' },
    expected: NO_HOST,
    reads: ['*.shop.dev.example.com'],
  },
];

const HOSTILE: Readonly<Record<string, string | null>> = {
  'no Host': null,
  'an empty Host': '',
  'a Host that is a port': ':443',
  'a Host that is a dot': '.',
  'a Host with a space': 'shop .dev.example.com',
  'a Host that is a script': '<script>alert(1)</script>',
  'a Host with a user': 'shop@dev.example.com',
  'a Host with a path': 'shop.dev.example.com/x',
  'a Host with a quote': "shop'.dev.example.com",
  'a Host with an underscore': 'my_shop.dev.example.com',
  'a Host of Latin-1 bytes': 'sh\u00f6p.dev.example.com',
  'a Host of other letters': 'shop.dev.example.c\uff4fm',
  'a percent-encoded Host': 'shop%2edev.example.com',
  'an IPv6 address for a Host': '[2001:db8::1]:443',
  'a Host of 300 characters': `${'a'.repeat(280)}.dev.example.com`,
  'two Hosts in one': 'shop.dev.example.com, cart.dev.example.com',
  '__proto__ for a Host': '__proto__',
};

const hostile = Object.entries(HOSTILE).map(
  ([what, host]): RouterCase => ({
    name: `refuses ${what}, even if it is a key of the store`,
    store: { ...SHOP, '*.dev.example.com': live('any'), ...(host ? { [host]: live('evil') } : {}) },
    request: { host },
    expected: NO_HOST,
    reads: host?.endsWith('dev.example.com') ? [host] : [],
  }),
);

/** Values under a key that is a Host header but not a name. The router follows the key of the name instead. */
const MISLEADING: Readonly<Record<string, Entry | string>> = {
  'an app': live('evil'),
  'an app with rules': live('evil', { rules: [rule('/api'), rule('/')] }),
  'a pool': pool({ a: 1, b: 1 }),
  'a leased app': live('evil', { expiresAt: 4_102_444_800 }),
  'an app that is asleep': closed('asleep'),
  'a tombstone': '3 p G1795440120 main#7',
  'text of an operator': 'written by hand',
};

const misleading = Object.entries(MISLEADING).flatMap(([what, value]): RouterCase[] => [
  {
    name: `does not follow ${what} under a key in capitals`,
    store: { ...SHOP, 'Shop.dev.example.com': value },
    request: { host: 'Shop.dev.example.com' },
    expected: TO_SHOP,
    reads: ['Shop.dev.example.com', 'shop.dev.example.com'],
  },
  {
    name: `does not follow ${what} under the key of a wildcard`,
    store: { '*.shop.dev.example.com': value },
    request: { host: '*.shop.dev.example.com' },
    expected: NO_HOST,
    reads: ['*.shop.dev.example.com'],
  },
]);

const strange: readonly RouterCase[] = [
  {
    name: 'answers that an IPv4 address is unknown',
    store: SHOP,
    request: { host: '198.51.100.7' },
    expected: NOBODY,
  },
  ...['a.', '-a', 'a'.repeat(64)].map(
    (label): RouterCase => ({
      name: `refuses ${label.slice(0, 4)} for a label below a wildcard, as CloudFront would refuse the origin’s Host`,
      store: { '*.shop.dev.example.com': live('shop') },
      request: { host: `${label}.shop.dev.example.com` },
      expected: NO_HOST,
      reads: [`${label}.shop.dev.example.com`, ...(label === 'a.' ? ['*..shop.dev.example.com'] : [])],
    }),
  ),
  {
    name: 'sends a host that begins with a digit to a wildcard',
    store: { '*.dev.example.com': live('any') },
    request: { host: '1.dev.example.com' },
    expected: { domainName: nameOf('any') },
    reads: ['1.dev.example.com', '*.dev.example.com'],
  },
  {
    name: 'refuses a host that begins with a dot, although a wildcard stands above it',
    store: { '*.dev.example.com': live('any') },
    request: { host: '.dev.example.com' },
    expected: NO_HOST,
  },
  {
    name: 'refuses a request target that is not a path, such as that of OPTIONS *',
    store: SHOP,
    request: { method: 'OPTIONS', uri: '*' },
    expected: NO_HOST,
    reads: [],
  },
];

/** The entry for a Host header. */
export const HOST_CASES = [...exact, ...wildcard, ...hostile, ...misleading, ...strange];
