import fc from 'fast-check';
import { type Entry, encodeEntry, jsonWord, type Target } from '../../../core/entry/entry.ts';
import type { Condition, Rule } from '../../../core/entry/rule.ts';
import { anyEntry, hostileText } from '../../support/values/arbitraries.ts';
import { parseWire, printWire, withHead } from '../../support/values/wire-value.ts';
import { ipv6NameOf, nameOf, rule } from './entries.ts';
import type { CaseRequest, Place, RouterCase } from './router-case.ts';

const some = fc.constantFrom;
const port = some(80, 443, 1024, 3000, 65_535);
const weight = some(0, 1, 1, 5, 1000);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ on: fc.constant('method' as const), value: some('GET', 'POST') }),
  fc.record({
    on: fc.constant('header' as const),
    name: some('x-a', 'accept', 'constructor'),
    value: some('1', '*/*'),
  }),
  fc.record({
    on: fc.constant('query' as const),
    name: some('a', 'a b', 'é'),
    value: some('1', 'a b', '🛒'),
  }),
);

/** Usually empty, because a part that every rule has would hide the behaviour of plain rules. */
const rarely = <T>(of: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, of);

function ruleOf(path: string, instances: number): fc.Arbitrary<Rule> {
  const backend = fc.record({ instance: fc.nat({ max: instances - 1 }), port, weight });
  const even = port.map((each) =>
    Array.from({ length: instances }, (_, instance) => ({ instance, port: each, weight: 1 })),
  );
  const uneven = fc.array(backend, { minLength: 1, maxLength: 4 });
  const to = fc.oneof(
    { weight: 4, arbitrary: even },
    { weight: 2, arbitrary: uneven },
    fc.constant('asleep' as const),
  );
  const parts = fc.tuple(
    to,
    rarely(condition.map((each) => ({ conditions: [each] }))),
    rarely(some('origin.example.com', 'a.example').map((certName) => ({ certName }))),
    rarely(some('session', 'constructor', '__proto__').map((sticky) => ({ sticky }))),
    rarely(fc.constant({ strip: true })),
  );
  return parts.map(([backends, ...more]) => rule(path, Object.assign({ to: backends }, ...more)));
}

const PATHS = ['=/api', '=/', '/api/v1', '/api', '/_proxy', '/@shop'] as const;

/** Entries as the updater writes them: rules in order, and names of instances. */
export const written: fc.Arbitrary<Entry> = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.subarray([...PATHS]),
    fc.nat({ max: 999 }),
    fc.array(some('ipv4' as const, 'ipv6' as const), { minLength: 4, maxLength: 4 }),
  )
  .chain(([count, paths, id, kinds]) => {
    const instances = kinds.slice(0, count).map((via, n): Target => {
      const name = via === 'ipv4' ? nameOf(`${id}-${n}`) : ipv6NameOf(`${id}-${n}`);
      return { id: `i-${id}${n}`, launchedAt: 1_795_436_239, address: { via, name } };
    });
    return fc.record({
      state: some('live' as const, 'live' as const, 'draining' as const),
      access: fc.constant('public' as const),
      deployment: fc.constant('main' as const),
      sequence: fc.nat(),
      instances: fc.constant(instances),
      rules: fc.tuple(...[...paths, '/'].map((path) => ruleOf(path, count))),
      token: some('', 'AbCdEfGhIjKlMnOp'),
    });
  });

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  hostileText,
  some(0, 1, -1, 3, 80, 0.5, 1e99, null, true, false),
);

/** Every place in a JSON value, as its holder and its key. */
function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    [holder, key] as [typeof holder, string],
    ...placesIn(holder[key]),
  ]);
}

/** The value of an entry with a foreign part at one place: in its head, at any depth, or in place of a word. */
function wound(entry: Entry, where: number, put: unknown): string {
  const wire = withHead(parseWire(encodeEntry(entry)));
  const holder: Record<string, unknown> = { fact: wire.fact, words: wire.words };
  const places = placesIn(holder);
  const [at, key] = places[where % places.length] ?? [holder, 'fact'];
  at[key] = put;
  const words = [holder['words']].flat().map((word) => (typeof word === 'string' ? word : jsonWord(word)));
  return printWire({ ...wire, fact: holder['fact'], words });
}

const wounded = fc.tuple(written, fc.nat(), json).map((each) => wound(...each));
const cut = fc
  .tuple(written, fc.nat({ max: 300 }), hostileText)
  .map(([entry, at, text]) => encodeEntry(entry).slice(0, at) + text);

/** A value in the store: usually one of the updater, sometimes anything else. */
const value: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: written.map(encodeEntry) },
  { weight: 4, arbitrary: wounded },
  { weight: 1, arbitrary: cut },
  { weight: 1, arbitrary: anyEntry.map(encodeEntry) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      json.map((each) => JSON.stringify(each)),
      hostileText,
    ),
  },
);

/** The deployments of the fuzz. */
export type FuzzPlace = Exclude<Place, 'signIn'>;

export const KEYS: Readonly<Record<FuzzPlace, readonly string[]>> = {
  domain: [
    'shop.dev.example.com',
    '*.shop.dev.example.com',
    '*.dev.example.com',
    'dev.example.com',
    '*.example.com',
  ],
  bare: ['shop', 'cart', '*', 'd111111abcdef8.cloudfront.net'],
  laptop: ['shop.localhost', '*.shop.localhost', '*.localhost', 'localhost', '*'],
};

const HOSTS: Readonly<Record<FuzzPlace, readonly string[]>> = {
  domain: [
    'shop.dev.example.com',
    'SHOP.dev.example.com.:8443',
    'a.shop.dev.example.com',
    'a.b.c.d.shop.dev.example.com',
    'dev.example.com',
    'example.com',
    'xdev.example.com',
  ],
  bare: ['d111111abcdef8.cloudfront.net', 'D111111abcdef8.cloudfront.net:443'],
  laptop: ['shop.localhost:8080', 'a.shop.localhost', 'localhost:8080', 'localhost'],
};

/** Text that a browser can send as the value of a header. */
const headerText = fc.oneof(
  hostileText.map((text) => text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, '')),
  some('1', 'text/html', '*/*', 'shop', 'cart', 'none', 'same-origin', 'document', 'GET'),
);
const headers = fc.dictionary(
  some(
    'accept',
    'user-agent',
    'x-a',
    'x-proxy-app',
    'x-proxy-token',
    'x-proxy-user',
    'x_proxy_user',
    'x-proxy-pass',
    'x-forwarded-host',
    'X-Forwarded-Prefix',
    'forwarded',
    'sec-fetch-site',
    'sec-fetch-dest',
    'sec-websocket-key',
    'constructor',
    'x-request-id',
    'authorization',
  ),
  headerText,
  { maxKeys: 6 },
);
/** On the bare domain, a request reaches an app only if it names one. */
const chosen = fc
  .tuple(headers, some<Record<string, string>[]>({}, { 'x-proxy-app': 'shop' }, { 'x-proxy-app': 'Shop' }))
  .map(([all, app]) => ({ ...all, ...app }));
const segment = fc.oneof(
  some(
    '',
    'api',
    'v1',
    '_proxy',
    '%5Fproxy',
    '_%70roxy',
    'errors',
    'a;b',
    '..;x',
    '@shop',
    '@cart',
    '@',
    '.',
    '..',
    '%2e%2e',
    '%2F',
    '\\',
    'x',
    '%zz',
    '%',
    '@evil.example',
    '<a>',
  ),
  hostileText.map((text) => text.replace(/[^\x21-\x22\x24-\x3e\x40-\x7e\xa0-\xff]/g, '')),
);
/** CloudFront's limit: a URL has at most 8,192 bytes. */
const longest = (text: string) => text.slice(0, 8_000);
/** A segment, usually once, sometimes repeated to make the path long. */
const part = fc
  .tuple(segment, some(1, 1, 1, 1, 1, 2, 30, 300, 1_100, 8_000), some('', '/'))
  .map(([text, times, between]) => longest((text + between).repeat(times - 1) + text));
const uri = fc
  .array(part, { minLength: 1, maxLength: 6 })
  .map((segments) => longest(`/${segments.join('/')}`));
const query = fc.oneof(
  some('a=1', 'a=1&a=2', 'a%20b=1', 'a=a+b', 'a=%zz', '%C3%A9=%f0%9f%9b%92', '&&=', 'a="><script>'),
  hostileText.map((text) => text.replace(/[^\x21-\x22\x24-\x7e]/g, '')),
);
const cookies = fc
  .array(
    some(
      '__Host-proxy-app=shop.123',
      '__Host-proxy-app=cart',
      '__Host-proxy-app=',
      'session=1',
      'a',
      '=',
      '__proto__=x',
      'constructor=y',
    ),
    { maxLength: 3 },
  )
  .map((list) => list.join('; '));

export function requestOf(place: FuzzPlace): fc.Arbitrary<CaseRequest> {
  return fc.record(
    {
      host: fc.oneof(
        { weight: 8, arbitrary: fc.constant(HOSTS[place][0] ?? '') },
        { weight: 6, arbitrary: some(...HOSTS[place]) },
        headerText,
        fc.constant(null),
      ),
      method: some('GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'PATCH'),
      uri: fc.oneof(some('/', '/api', '/cart', '/@shop/x', '/_proxy/'), uri),
      query,
      headers: place === 'bare' ? chosen : headers,
      cookies,
      ip: some('192.0.2.7', '2001:db8::7'),
    },
    { requiredKeys: ['host', 'uri'] },
  );
}

/** A case without an expected answer. The test itself says what holds for every answer. */
export interface Unforeseen extends RouterCase {
  place: FuzzPlace;
  store: Record<string, string>;
}

/** A store that usually has the first key of the usual host, and a few of the other keys. */
function storeAt(place: FuzzPlace): fc.Arbitrary<Record<string, string>> {
  const [first = '', ...others] = KEYS[place];
  return fc
    .tuple(fc.option(value, { nil: '', freq: 8 }), fc.dictionary(some(...others), value, { maxKeys: 2 }))
    .map(([usual, rest]) => ({ ...rest, ...(usual === '' ? {} : { [first]: usual }) }));
}

const place = some<FuzzPlace[]>('domain', 'domain', 'domain', 'laptop', 'bare', 'bare');

/** Any request to any store. */
export const unforeseen: fc.Arbitrary<Unforeseen> = place.chain((at) =>
  fc.record({
    name: fc.constant('unforeseen'),
    place: fc.constant(at),
    store: storeAt(at),
    request: requestOf(at),
    expected: fc.constant({ status: 0 }),
  }),
);
