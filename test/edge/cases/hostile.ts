import { type Entry, encodeEntry } from '../../../core/entry.ts';
import { closed, live, nameOf, pool, rule } from '../entries.ts';
import type { RouterCase } from '../router-case.ts';

type Values = readonly (readonly [what: string, value: string])[];

/** Where core/layout.ts has what; the instances come last. */
const AT = { version: 0, length: 1, state: 3, options: 5, rules: 6, token: 7, width: 9, seeds: 10 } as const;
const LAST = -1;

/** The value of an entry in which something else stands at one place; the head’s own length is put right. */
function wounded(entry: Entry, at: number, put: unknown): string {
  const wire: unknown[] = JSON.parse(encodeEntry(entry));
  wire.splice(at, 1, put);
  if (at !== AT.length) wire[AT.length] = JSON.stringify(wire.slice(0, -1)).length - 1;
  return JSON.stringify(wire);
}

const shop = live('shop');
const two = pool({ a: 1, b: 1 });
const BY_PATH = live('shop', { rules: [rule('/api'), rule('/')] });

/** Values that nobody takes for an entry at all. */
const NO_ENTRY: Values = [
  ['text that an operator wrote', 'ec2-203-0-113-25.compute-1.amazonaws.com'],
  ['a truncated entry', encodeEntry(shop).slice(0, 30)],
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '1'],
  ['a string', '"1"'],
  ['an empty list', '[]'],
  ['an object', '{}'],
  ['an object of a plausible kind', '{"host":"ec2-shop.compute.example.com","port":80}'],
  ['an object with an entry’s indices', JSON.stringify({ ...JSON.parse(encodeEntry(shop)) })],
  ['a version alone', '[1]'],
  ['a blank', ' '],
  ['a byte order mark', `\ufeff${encodeEntry(shop)}`],
  ['lists of lists', '['.repeat(400) + ']'.repeat(400)],
  ['lists that never end', '['.repeat(1_000)],
  ['lists of lists behind a version', `[1,900,${'['.repeat(400)}${']'.repeat(400)}]`],
  ['a huge list', `[1,900,${'1,'.repeat(400)}1]`],
  ['a huge number', `[1,600,1e999,${'9'.repeat(500)}]`],
];

/** `values`, each at one place of an entry that is otherwise in order. */
const each = (what: string, entry: Entry, at: number, values: readonly unknown[]): Values =>
  values.map((value) => [
    `${(JSON.stringify(value) ?? '').slice(0, 40)} for ${what}`,
    wounded(entry, at, value),
  ]);

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

const WOUNDS: Values = [
  ...each('the version', shop, AT.version, [0, 2, '1', [1], null, true]),
  ...each('the length of the head', shop, AT.length, [0, 1, 9, -1, 500, 999, null]),
  ...each('the state', shop, AT.state, ['X', 'l', '', 'LD', null, 76, ['X'], {}, ...INHERITED]),
  ...each('the options', shop, AT.options, [7, 'e', true, [1], {}, { e: null }, { e: '1' }, { e: [1] }]),
  ...each(
    'the options',
    shop,
    AT.options,
    KEYS.map((key) => withKey(key, '"e":4102444800,')),
  ),
  ...each('the options of a closed entry', closed('asleep'), AT.options, [7, 'e', [1], { e: 'never' }]),
  ...each('the only rule', shop, AT.rules, [...PORTS, '80', 'X', 'L', 'D', 'AA', ...INHERITED, [80], [null]]),
  ...each(
    'where the only rule leads',
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
    [7, 'm', true, [1], { m: [null] }].map((more) => [[80, more]]),
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
  ...each('the token', shop, AT.token, [...NOT_TEXT, ...UNPRINTABLE]),
  ...each('the rules by path', BY_PATH, AT.rules, [null, { '/': 'X' }, { '/': [80] }, { '/': [null] }]),
  ...each('the length of an instance', two, AT.width, [0, 'ab', {}, [], null, -1, 3, 1_000]),
  ...each('the instances', shop, LAST, [null, 7, '', 'i-shop', [nameOf('shop')], { name: nameOf('shop') }]),
  ...each(
    'the instances',
    shop,
    LAST,
    NAMES.map((name) => `1795436239 i-shop ${name}`),
  ),
];

const refused = [...NO_ENTRY, ...WOUNDS].map(
  ([what, value]): RouterCase => ({
    name: `follows no entry with ${what}, nor any other in its place`,
    store: { 'shop.dev.example.com': value, '*.dev.example.com': live('any') },
    expected: { status: 503, state: 'unreadable', headers: { 'retry-after': '60' } },
  }),
);

/** Only what a request needs is looked at: decoding all of it would cost every request. */
const lenient: readonly RouterCase[] = [
  {
    name: 'takes an empty value for no entry',
    store: { 'shop.dev.example.com': '' },
    expected: { status: 404, state: 'unknown' },
    reads: ['shop.dev.example.com', '*.dev.example.com'],
  },
  ...[[], {}].map(
    (rules): RouterCase => ({
      name: `finds no path where ${JSON.stringify(rules)} stands for the rules`,
      store: { 'shop.dev.example.com': wounded(shop, AT.rules, rules) },
      expected: { status: 404, state: 'unknown path' },
    }),
  ),
  ...[null, ''].map(
    (rules): RouterCase => ({
      name: `reads nothing where ${JSON.stringify(rules)} stands for the rules`,
      store: { 'shop.dev.example.com': wounded(shop, AT.rules, rules) },
      expected: { status: 503, state: 'unreadable' },
    }),
  ),
  ...['/', [], true].map(
    (rules): RouterCase => ({
      name: `finds no path where ${JSON.stringify(rules)} stands for rules by path`,
      store: { 'shop.dev.example.com': wounded(BY_PATH, AT.rules, rules) },
      expected: { status: 404, state: 'unknown path' },
    }),
  ),
  ...[true, 'ab', [], {}, ['x', 'y'], [{}, {}]].map(
    (seeds): RouterCase => ({
      name: `picks no instance where ${JSON.stringify(seeds)} stands for the seeds`,
      store: { 'shop.dev.example.com': wounded(two, AT.seeds, seeds) },
      expected: { status: 503, state: 'draining' },
    }),
  ),
  {
    name: 'follows a rule whatever stands for another',
    store: { 'shop.dev.example.com': wounded(BY_PATH, AT.rules, { '/api': 80, '/': 'X' }) },
    request: { uri: '/api' },
    expected: { domainName: nameOf('shop') },
  },
  {
    name: 'never picks an instance of a pool that does not exist',
    store: { 'shop.dev.example.com': wounded(two, AT.rules, [[[7, 80, 1000, 1, 80, 1]]]) },
    expected: { domainName: nameOf('b') },
  },
];

/** Values in the store that nobody should have written. */
export const HOSTILE_CASES = [...refused, ...lenient];
