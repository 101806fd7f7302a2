import type { ServingEntry } from '../../../core/entry/entry.ts';
import { live, nameOf, on, pool, rule } from '../support/entries.ts';
import type { CaseRequest, RouterCase } from '../support/router-case.ts';

const EVEN = pool({ a: 1, b: 1, c: 1 });
const STICKY = pool({ a: 1, b: 1, c: 1 }, { sticky: 'session' });
const agent = (name: string): CaseRequest => ({ headers: { 'user-agent': name } });

/** A hash decides which instance serves a viewer. The instances named here are its results, which every engine must reproduce. */
const picks = (name: string, entry: ServingEntry, request: CaseRequest, to: string): RouterCase => ({
  name,
  store: { 'shop.dev.example.com': entry },
  request,
  expected: { domainName: nameOf(to) },
});

const byViewer: readonly RouterCase[] = [
  picks('picks by the viewer’s address', EVEN, { ip: '192.0.2.1' }, 'b'),
  picks('picks another instance for another address', EVEN, { ip: '192.0.2.6' }, 'c'),
  picks('picks the third instance for a third address', EVEN, { ip: '192.0.2.8' }, 'a'),
  picks('picks by an IPv6 address', EVEN, { ip: '2001:db8::1' }, 'c'),
  picks('picks by the browser behind one address', EVEN, agent('Firefox'), 'b'),
  picks('picks another instance for another browser', EVEN, agent('Chrome'), 'a'),
  ...(
    [
      ['192.0.2.1', 'b'],
      ['192.0.2.6', 'c'],
      ['192.0.2.8', 'a'],
    ] as const
  ).map(([ip, to]) =>
    picks(
      `picks by the address ${ip} alone if the name of the browser has 512 characters`,
      EVEN,
      { ip, ...agent('x'.repeat(512)) },
      to,
    ),
  ),
  picks('picks by a hash of UTF-8 that is the same in every engine', EVEN, agent('Ünï'), 'c'),
  picks('picks the same for any path', EVEN, { ip: '192.0.2.1', uri: '/x', query: 'y' }, 'b'),
  picks('picks the same for any other cookie', EVEN, { ip: '192.0.2.1', cookies: 'x=1' }, 'b'),
  picks(
    'keeps a viewer on its instance when another one stops taking new viewers',
    pool({ a: 1, b: 1, c: 0 }),
    { ip: '192.0.2.1' },
    'b',
  ),
  picks(
    'moves a viewer whose instance stops taking new viewers',
    pool({ a: 1, b: 0, c: 1 }),
    { ip: '192.0.2.1' },
    'a',
  ),
];

const byCookie: readonly RouterCase[] = [
  picks('picks by the app’s own cookie', STICKY, { cookies: 'session=one' }, 'b'),
  picks(
    'picks the same instance for that cookie from another address',
    STICKY,
    { cookies: 'session=one', ip: '198.51.100.9' },
    'b',
  ),
  picks('picks another instance for another value of the cookie', STICKY, { cookies: 'session=two' }, 'a'),
  picks(
    'picks by the viewer until the app has set its cookie',
    STICKY,
    { ip: '192.0.2.1', cookies: 'x=1' },
    'b',
  ),
  picks(
    'picks by the viewer if the app’s cookie is empty',
    STICKY,
    { ip: '192.0.2.1', cookies: 'session=' },
    'b',
  ),
  picks(
    'picks by the viewer if a missing cookie has the name of a property of every object',
    pool({ a: 1, b: 1, c: 1 }, { sticky: 'constructor' }),
    { ip: '192.0.2.1' },
    'b',
  ),
  picks('survives an app’s cookie of 10 KB', STICKY, { cookies: `session=${'x'.repeat(10_240)}` }, 'c'),
  {
    name: 'picks by the choice of the app on a bare domain',
    place: 'bare',
    store: { shop: EVEN },
    request: { cookies: '__Host-proxy-app=shop.Nj0dcyFz8xgk' },
    expected: { domainName: nameOf('c'), hostHeader: 'd111111abcdef8.cloudfront.net' },
    reads: ['shop'],
  },
];

const DRAINED = { status: 503, state: 'draining', headers: { 'retry-after': '30' } } as const;

const weights: readonly RouterCase[] = [
  picks('gives an instance of weight 0 nobody', pool({ a: 0, b: 1 }), { ip: '192.0.2.1' }, 'b'),
  picks('gives the heavier instance almost everybody', pool({ a: 1, b: 1000 }), { ip: '192.0.2.1' }, 'b'),
  {
    name: 'reports that no instance takes new viewers',
    store: { 'shop.dev.example.com': pool({ a: 0, b: 0 }) },
    expected: DRAINED,
  },
  {
    name: 'reports that the only instance takes no new viewers',
    store: { 'shop.dev.example.com': pool({ a: 0 }) },
    expected: DRAINED,
  },
  picks(
    'spreads viewers evenly while the whole entry is draining',
    { ...pool({ a: 0, b: 0, c: 0 }), state: 'draining' },
    { ip: '192.0.2.1' },
    'b',
  ),
];

const mixed: readonly RouterCase[] = [
  {
    name: 'sends a picked viewer to that instance’s own port',
    store: {
      'shop.dev.example.com': live(['a', 'b'], { rules: [rule('/', { to: [on(0, 80, 0), on(1, 3000)] })] }),
    },
    expected: { domainName: nameOf('b'), port: 3000 },
  },
  {
    name: 'sends viewers to the port of one instance that takes them',
    store: { 'shop.dev.example.com': live('a', { rules: [rule('/', { to: [on(0, 80, 0), on(0, 3000)] })] }) },
    expected: { domainName: nameOf('a'), port: 3000 },
  },
  {
    name: 'picks among the instances of the rule only',
    store: {
      'shop.dev.example.com': live(['a', 'b', 'c'], {
        rules: [rule('/api', { to: [on(2, 80, 1), on(1, 80, 0)] }), rule('/', { to: [on(0)] })],
      }),
    },
    request: { uri: '/api' },
    expected: { domainName: nameOf('c') },
  },
  {
    name: 'sends the token to every instance that it picks',
    store: { 'shop.dev.example.com': { ...pool({ a: 0, b: 1 }), token: 'c2VjcmV0' } },
    expected: { domainName: nameOf('b'), headers: { 'x-proxy-token': 'c2VjcmV0' } },
  },
];

/** The choice between several instances for a viewer. */
export const POOL_CASES = [...byViewer, ...byCookie, ...weights, ...mixed];
