import { live, nameOf, on, rule } from '../support/entries.ts';
import { type CaseRequest, NAVIGATION, type RouterCase } from '../support/router-case.ts';

/** Rules in the updater's order, each to an instance with the name of its path. */
const ROUTES = live(['exact', 'deep', 'api', 'rest'], {
  rules: [
    rule('=/api/status'),
    rule('/api/v1', { to: [on(1)] }),
    rule('/api', { to: [on(2)] }),
    rule('/', { to: [on(3)] }),
  ],
});
const ONE_PREFIX = live('shop', { rules: [rule('/shop')] });

const path = (name: string, uri: string, to: string, more: CaseRequest = {}): RouterCase => ({
  name,
  store: { 'shop.dev.example.com': ROUTES },
  request: { uri, ...more },
  expected: { domainName: nameOf(to) },
});

const precedence: readonly RouterCase[] = [
  path('matches a prefix to its own path', '/api', 'api'),
  path('matches a prefix to a path below it', '/api/users', 'api'),
  path('matches a prefix to its own path with a slash', '/api/', 'api'),
  path('matches a prefix only to whole segments', '/apis', 'rest'),
  path('matches a prefix only to whole segments, even before a dot', '/api.json', 'rest'),
  path('prefers a longer prefix to a shorter one', '/api/v1/users', 'deep'),
  path('matches a longer prefix only to whole segments', '/api/v12', 'api'),
  path('prefers an exact path to a prefix', '/api/status', 'exact'),
  path('does not match an exact path to a path below it', '/api/status/x', 'api'),
  path('does not match an exact path to the same path with a slash', '/api/status/', 'api'),
  path('matches an exact path with any query', '/api/status', 'exact', { query: 'a=/api/v1' }),
  path('compares paths with their case', '/API/users', 'rest'),
  path('ignores a path in the query', '/', 'rest', { query: '/api' }),
  path('matches a prefix only to the beginning of a path', '/x/api', 'rest'),
  {
    name: 'answers that a path outside the only prefix is unknown',
    store: { 'shop.dev.example.com': ONE_PREFIX },
    request: { uri: '/other' },
    expected: { status: 404, state: 'unknown path' },
  },
  {
    name: 'answers that every path is unknown if there are no rules',
    store: { 'shop.dev.example.com': live('shop', { rules: [] }) },
    expected: { status: 404, state: 'unknown path' },
  },
];

const AMBIGUOUS = [
  '/public/../api',
  '/public/%2e%2e/api',
  '/public/.%2E/api/x',
  '/public\\..\\api',
  '//api',
  '/./api',
  '/%2e/api/x',
  '/api%2fv1',
  '/api%5Cv1',
  '/api/v1/../x',
  '/api//v1',
  '/api/x/../status',
  '/..%2fapi',
  '/api/v1;x=1/y',
  '/api;x=1/v1',
  '/x/..;/api',
  '/%3b/api',
  '/;/api',
  `/api/${'./'.repeat(20)}v1`,
];

const ambiguous: readonly RouterCase[] = [
  ...AMBIGUOUS.map(
    (uri): RouterCase => ({
      name: `refuses ${uri}, which a lenient reader would match to another rule`,
      store: { 'shop.dev.example.com': ROUTES },
      request: { uri },
      expected: { status: 400, state: 'ambiguous path' },
    }),
  ),
  path('forwards 256 characters with bytes beyond ASCII unchanged', `/${'\u00e9'.repeat(255)}`, 'rest'),
  path('forwards 64 characters with bytes beyond ASCII and two slashes', `//${'\u00e9'.repeat(62)}`, 'rest'),
  path('forwards 24 segments and parameters unchanged', `/x${';'.repeat(23)}`, 'rest'),
  ...(
    [
      ['2,048 characters with a dot and an escape', `/${'a'.repeat(2_044)}.%2`],
      ['8,000 characters', `/${'a'.repeat(7_999)}`],
    ] as const
  ).map(
    ([what, uri]): RouterCase => ({
      name: `forwards ${what} to an app that has all paths`,
      store: { 'shop.dev.example.com': live('shop') },
      request: { uri },
      expected: { domainName: nameOf('shop'), uri },
    }),
  ),
  ...(
    [
      ['more than 256 characters with bytes beyond ASCII', ROUTES, `/${'\u00e9'.repeat(256)}`],
      ['the same path for an app that has all paths', live('shop'), `/${'\u00e9'.repeat(256)}`],
      ['more than 64 characters with bytes beyond ASCII and two slashes', ROUTES, `//${'\u00e9'.repeat(63)}`],
      ['more than 24 segments and parameters', ROUTES, `/x${';'.repeat(24)}`],
      ['more than 768 characters with a dot', ROUTES, `/${'a'.repeat(768)}.`],
      ['more than 24 pluses beside an escape', ROUTES, `/x${'+'.repeat(25)}%41`],
      ['more than 2,048 characters with a dot at their end', live('shop'), `/${'a'.repeat(2_048)}.`],
      ['more than 2,048 characters with an escape at their end', live('shop'), `/${'a'.repeat(2_048)}%2`],
    ] as const
  ).map(
    ([what, entry, uri]): RouterCase => ({
      name: `refuses ${what}, because reading it costs too much`,
      store: { 'shop.dev.example.com': entry },
      request: { uri },
      expected: { status: 400, state: 'ambiguous path' },
    }),
  ),
  {
    name: 'refuses more than 2,048 characters behind an underscore before it reads the store',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: `/_${'a'.repeat(2_047)}` },
    expected: { status: 400, state: 'ambiguous path' },
    reads: [],
  },
  {
    name: 'refuses more than 300 characters below /_proxy/, because no path of ours is longer',
    request: { uri: `/_proxy/${'a'.repeat(293)}` },
    expected: { status: 400, state: 'ambiguous path' },
    reads: [],
  },
  path('passes //x on unchanged, because both readings match the same rule', '//x', 'rest'),
  path('passes /api//x on unchanged', '/api//x', 'api'),
  path('passes /api/./x on unchanged', '/api/./x', 'api'),
  path('passes /api/x/../y on unchanged', '/api/x/../y', 'api'),
  path('passes /api/status/. on unchanged, because the slash before the dot stays', '/api/status/.', 'api'),
  path('keeps an encoded slash encoded', '/api/a%2Fb', 'api'),
  path('passes /x/../../y on unchanged, because no path is above the root', '/x/../../y', 'rest'),
  path('treats two dots in a name as part of the name', '/x..y/..z', 'rest'),
  path('passes /x;y on unchanged', '/x;y', 'rest'),
  path('passes /api/x;y=1/z on unchanged', '/api/x;y=1/z', 'api'),
  path('does not decode twice', '/public/%252e%252e/api', 'rest'),
  {
    name: 'sends every path to an app with the rule /',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: '/a/../b//c\\d/%2e%2e%2f' },
    expected: { domainName: nameOf('shop') },
  },
];

const malformed = ['/%', '/%zz', '/%e0%a4%a', '/api/%c3', '/api/%u0041', '/caf%e9/x'].map((uri) =>
  path(`forwards malformed ${uri} unchanged`, uri, uri.startsWith('/api') ? 'api' : 'rest', {
    query: 'q=%zz',
  }),
);

const strips = (name: string, from: string, uri: string, left: string, prefix?: string): RouterCase => ({
  name,
  store: { 'shop.dev.example.com': live('shop', { rules: [rule(from, { strip: true })] }) },
  request: { uri, query: 'a=1&a=%20&b', headers: { 'x-forwarded-prefix': '/forged' } },
  expected: { domainName: nameOf('shop'), uri: left, headers: { 'x-forwarded-prefix': prefix } },
});

const stripping: readonly RouterCase[] = [
  strips(
    'strips a prefix, sends it in a header, and keeps the query',
    '/shop',
    '/shop/cart',
    '/cart',
    '/shop',
  ),
  strips('strips a prefix down to the root', '/shop', '/shop', '/', '/shop'),
  strips('strips a prefix and keeps the slash behind it', '/shop', '/shop/', '/', '/shop'),
  strips('strips a prefix of several segments', '/a/b', '/a/b/c/d', '/c/d', '/a/b'),
  strips('strips a prefix once', '/shop', '/shop/shop/x', '/shop/x', '/shop'),
  strips('strips an exact path down to the root', '=/shop', '/shop', '/', '/shop'),
  strips('strips nothing if the prefix is /', '/', '/cart', '/cart'),
  strips('strips a prefix and keeps the bytes after it', '/shop', '/shop/%2F/y/../x', '/%2F/y/../x', '/shop'),
  ...(['/shop', '/a/b'] as const).map(
    (prefix): RouterCase => ({
      name: `redirects a person from the prefix ${prefix} to the same with a slash, so that relative links stay below it`,
      store: { 'shop.dev.example.com': live('shop', { rules: [rule(prefix, { strip: true })] }) },
      request: { uri: prefix, query: 'a=1&a=%20&b', headers: NAVIGATION },
      expected: { status: 302, headers: { location: `${prefix}/?a=1&a=%20&b` } },
    }),
  ),
  ...(
    [
      ['with the slash', '/shop', { uri: '/shop/', headers: NAVIGATION }],
      ['at an exact path', '=/shop', { uri: '/shop', headers: NAVIGATION }],
      ['with POST', '/shop', { uri: '/shop', method: 'POST', headers: NAVIGATION }],
    ] as const
  ).map(
    ([what, path, request]): RouterCase => ({
      name: `does not redirect a request ${what}`,
      store: { 'shop.dev.example.com': live('shop', { rules: [rule(path, { strip: true })] }) },
      request,
      expected: { domainName: nameOf('shop'), uri: '/', headers: { 'x-forwarded-prefix': '/shop' } },
    }),
  ),
  ...['//evil.example', '/\\evil.example'].map(
    (path): RouterCase => ({
      name: `never redirects to another host, even if an entry strips ${path}`,
      store: { 'shop.dev.example.com': live('shop', { rules: [rule(path, { strip: true })] }) },
      request: { uri: path, headers: NAVIGATION },
      expected: { status: 400, state: 'ambiguous path', headers: { location: undefined } },
    }),
  ),
  {
    name: 'does not redirect to a slash if the rule strips no prefix',
    store: { 'shop.dev.example.com': ONE_PREFIX },
    request: { uri: '/shop', headers: NAVIGATION },
    expected: { domainName: nameOf('shop') },
  },
  {
    name: 'strips no prefix unless a rule says so, and removes a forged prefix',
    store: { 'shop.dev.example.com': ONE_PREFIX },
    request: { uri: '/shop/cart', headers: { 'x-forwarded-prefix': '/forged' } },
    expected: { domainName: nameOf('shop'), headers: { 'x-forwarded-prefix': undefined } },
  },
];

/** The rule for a path, and the path that reaches the app. */
export const PATH_CASES = [...precedence, ...ambiguous, ...malformed, ...stripping];
