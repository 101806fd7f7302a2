import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { parseWire, printWire, withHead } from '../../support/values/wire-value.ts';
import { live, nameOf, on, pool, rule } from '../support/entries.ts';
import type { RouterCase } from '../support/router-case.ts';

type Values = readonly (readonly [what: string, value: string])[];

/** The positions of the facts in a head (core/wire/layout.ts). */
const AT = { rules: 0, token: 1, width: 2, seeds: 3, expiry: 4, draining: 5 } as const;

/** The value of an entry with a head in which one fact is replaced. */
function wounded(entry: Entry, at: number, put: unknown): string {
  const wire = withHead(parseWire(encodeEntry(entry)));
  const head = wire.fact as unknown[];
  while (head.length < at) head.push(0);
  return printWire({ ...wire, fact: [...head.slice(0, at), put, ...head.slice(at + 1)] });
}

const shop = live('shop');
const two = pool({ a: 1, b: 1 });
const BY_PATH = live('shop', { rules: [rule('/api'), rule('/')] });

const PORTS = [0, 1, 22, 81, 1_023, 65_536, -80, 8080.5, 1e99];
const NOT_TEXT = [7, true, {}, ['a'], { length: 1 }];
const UNPRINTABLE = ['a\nb', 'a\u0000b', '\u007f'];
const INHERITED = ['constructor', 'toString', '__proto__'];
const NAMES = [
  '',
  '198.51.100.7',
  '::1',
  '127.0.0.1.',
  `${nameOf('shop')}:8080`,
  'user@evil.example',
  'evil.example/path',
  'evil.example\r\nx: y',
  'Evil.example',
  'evil_.example',
  'ev\u0131l.example',
  'evil..example',
  'evil.example.',
  'evil.-example',
  `${'a.'.repeat(150)}example`,
  `${'a'.repeat(64)}.example`,
];
const CERTIFICATES = [
  '',
  null,
  ...NOT_TEXT,
  ...UNPRINTABLE,
  '198.51.100.7',
  'a b',
  '*.example.com',
  `${'a'.repeat(60)}.example.com`,
];
/** JSON, since an object literal would set the prototype. */
const KEYS = ['x', 'E', 'ee', 'km', 'mst', '', ' ', 'constructor', '__proto__'];
const withKey = (key: string, rest = '') => JSON.parse(`{${rest}${JSON.stringify(key)}:1}`);

/** Values that are not an entry in any version. */
const NO_ENTRY: Values = [
  ['text that an operator wrote', 'ec2-203-0-113-25.compute-1.amazonaws.com'],
  ['text and a port', `80 ${nameOf('shop')}`],
  ['a truncated entry', encodeEntry(shop).slice(0, 30)],
  ['a truncated head', encodeEntry(two).slice(0, 12)],
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '2'],
  ['a string', '"2"'],
  ['an empty list', '[]'],
  ['an object', '{}'],
  ['an object of a plausible kind', '{"host":"ec2-shop.compute.example.com","port":80}'],
  ['a version alone', '2 '],
  ['a version with empty words', '2  '],
  ['a value of version 1', `[1,29,"main","L",7,0,80,"","1795436239 i-shop ${nameOf('shop')}"]`],
  ['a later version', encodeEntry(shop).replace('3', '4')],
  ['a later version with a head', encodeEntry(two).replace('3', '4')],
  ['a version and no blank', encodeEntry(two).replace('3 ', '3x')],
  ['an access word and no blank', encodeEntry(two).replace('p ', 'px')],
  ['an unknown access word', encodeEntry(shop).replace('p ', 'x ')],
  ['gated access', encodeEntry({ ...shop, access: { since: 7 } })],
  ['gated access and a head', encodeEntry({ ...two, access: { since: 7 } })],
  ['a tombstone of a gated app', '3 g7 G1 main#7'],
  ['a VPC origin', encodeEntry(shop).replace(nameOf('shop'), '@vo_shop')],
  [
    'a VPC origin and a head',
    encodeEntry(two).replaceAll(nameOf('a'), '@vo_a').replaceAll(nameOf('b'), '@vo_b'),
  ],
  ['a value of version 2', '2 80  ec2-shop.compute.example.com i-shop 1 main#7'],
  ['a longer version', encodeEntry(two).replace('3', '30')],
  ['a blank', ' '],
  ['a byte order mark', `\ufeff${encodeEntry(shop)}`],
  ['an unknown state', '3 p Z i-shop 1 main#7'],
  ['a state of two letters', '3 p AA i-shop 1 main#7'],
  ['a lease with an invalid end', '3 p Anever i-shop 1 main#7'],
  ['a lease with a negative end', '3 p A-1 i-shop 1 main#7'],
  ['lists that never end', `3 p ${'['.repeat(1_000)}`],
  ['a huge list', `3 p [${'1,'.repeat(400)}1] ${nameOf('shop')} i-shop 1 main#7`],
  ['a huge number', `3 p ${'9'.repeat(500)}  ${nameOf('shop')} i-shop 1 main#7`],
  ['malformed rules by path', `3 p {"":1,"/":[80]}  ${nameOf('shop')} i-shop 1 main#7`],
  ['rules by path that never end', `3 p {"":1,"/":80  ${nameOf('shop')} i-shop 1 main#7`],
  ...PORTS.map((port): Values[number] => [`port ${port}`, `3 p ${port}  ${nameOf('shop')} i-shop 1 main#7`]),
  ...NAMES.map((name): Values[number] => [
    `the name ${JSON.stringify(name.slice(0, 40))}`,
    `3 p 80  ${name} i-shop 1 main#7`,
  ]),
];

/** `values`, each at one place of an entry that is otherwise valid. */
const each = (what: string, entry: Entry, at: number, values: readonly unknown[]): Values =>
  values.map((value) => [
    `${(JSON.stringify(value) ?? '').slice(0, 40)} for ${what}`,
    wounded(entry, at, value),
  ]);

const WOUNDS: Values = [
  ...each('the expiry', shop, AT.expiry, ['e', true, [1], {}, null, '1']),
  ...each('the draining state', shop, AT.draining, [2, 'D', true, [1], {}]),
  ...each('a fact that no head has', shop, AT.draining + 1, [0, 1, null]),
  ...each('the only rule', shop, AT.rules, [
    ...PORTS,
    '80',
    'X',
    'L',
    'D',
    'AA',
    true,
    null,
    '',
    ...INHERITED,
    [80],
    [null],
  ]),
  ...each(
    'the backends of the only rule',
    shop,
    AT.rules,
    [null, 'X', 'L', '80', ...INHERITED].map((to) => [[to]]),
  ),
  ...each(
    'the port of a backend',
    shop,
    AT.rules,
    PORTS.map((port) => [[[0, port, 2]]]),
  ),
  ...each('the port of a pool', two, AT.rules, PORTS),
  ...each(
    'the port of a pool’s backend',
    two,
    AT.rules,
    PORTS.map((port) => [[[0, port, 2]]]),
  ),
  ...each(
    'the options of a rule',
    shop,
    AT.rules,
    [
      7,
      'm',
      true,
      [1],
      { m: [null] },
      { m: 1 },
      { m: {} },
      { m: [] },
      { m: { 0: ['M', 'GET'] } },
      { s: 0 },
      { k: '' },
    ].map((more) => [[80, more]]),
  ),
  ...each(
    'the options of a rule',
    shop,
    AT.rules,
    KEYS.map((key) => [[80, withKey(key)]]),
  ),
  ...each(
    'the certificate name',
    shop,
    AT.rules,
    CERTIFICATES.map((t) => [[443, { t }]]),
  ),
  ...each(
    'the timeout',
    shop,
    AT.rules,
    [-1, 0.5, 121, 1e9, 'x', '1e999', {}, [], [1, 2]].map((w) => [[80, { w }]]),
  ),
  ...each('the token', shop, AT.token, [['a', 'b'], {}, 'a b', ...UNPRINTABLE]),
  ...each('the rules by path', BY_PATH, AT.rules, [
    { '': 1, '/': 'X' },
    { '': 1, '/': [80] },
    { '': 1, '/': [null] },
  ]),
  ...each('the length of an instance', two, AT.width, ['ab', {}, [], -1, 3, 1_000]),
];

const refused = [...NO_ENTRY, ...WOUNDS].map(
  ([what, value]): RouterCase => ({
    name: `refuses an entry with ${what}, and follows no other in its place`,
    store: { 'shop.dev.example.com': value, '*.dev.example.com': live('any') },
    expected: { status: 503, state: 'unreadable', headers: { 'retry-after': '60' } },
  }),
);

/** The router checks only the parts that a request needs: decoding the whole value would cost every request. */
const lenient: readonly RouterCase[] = [
  {
    name: 'treats an empty value like a missing key',
    store: { 'shop.dev.example.com': '' },
    expected: { status: 404, state: 'unknown' },
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  ...[[], {}].map(
    (rules): RouterCase => ({
      name: `finds no path if the rules are ${JSON.stringify(rules)}`,
      store: { 'shop.dev.example.com': wounded(shop, AT.rules, rules) },
      expected: { status: 404, state: 'unknown path' },
    }),
  ),
  ...[null, ''].map(
    (rules): RouterCase => ({
      name: `calls the entry unreadable if the rules are ${JSON.stringify(rules)}`,
      store: { 'shop.dev.example.com': wounded(shop, AT.rules, rules) },
      expected: { status: 503, state: 'unreadable' },
    }),
  ),
  ...[true, 'ab', [], {}, ['x', 'y'], [{}, {}]].map(
    (seeds): RouterCase => ({
      name: `picks an instance of the entry even if the seeds are ${JSON.stringify(seeds)}`,
      store: {
        'shop.dev.example.com': wounded(
          live(['a', 'a'], { rules: [rule('/', { to: [on(0), on(1)] })] }),
          AT.seeds,
          seeds,
        ),
      },
      expected: { domainName: nameOf('a') },
    }),
  ),
  {
    name: 'follows a rule even if another rule is malformed',
    store: { 'shop.dev.example.com': wounded(BY_PATH, AT.rules, { '': 1, '/api': 80, '/': 'X' }) },
    request: { uri: '/api' },
    expected: { domainName: nameOf('shop') },
  },
  {
    name: 'never sends a viewer to an instance of a pool that does not exist',
    store: { 'shop.dev.example.com': wounded(two, AT.rules, [[[7, 80, 1000]]]) },
    expected: { status: 503, state: 'unreadable' },
  },
];

/** Values in the store that no updater writes. */
export const HOSTILE_CASES = [...refused, ...lenient];
