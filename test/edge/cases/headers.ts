import { live, nameOf, on, rule } from '../support/entries.ts';
import { SENT_REQUEST_ID } from '../support/examine.ts';
import {
  type CaseRequest,
  DISTRIBUTION,
  type Forwarded,
  OF_SIGN_IN,
  type RouterCase,
  UNDERSCORED,
} from '../support/router-case.ts';

const forwards = (
  name: string,
  request: CaseRequest,
  expected: Partial<Forwarded>,
  entry = live('shop'),
): RouterCase => ({
  name,
  store: { 'shop.dev.example.com': entry },
  request,
  expected: { domainName: nameOf('shop'), hostHeader: 'shop.dev.example.com', ...expected },
});

const OURS = {
  'x-forwarded-host': 'shop.dev.example.com',
  'x-forwarded-port': '443',
  'x-forwarded-prefix': undefined,
  'x-proxy-viewer': '192.0.2.7',
  'x-request-id': SENT_REQUEST_ID,
  forwarded: 'host=shop.dev.example.com;proto=https',
};

const FORGED = {
  'x-forwarded-host': 'evil.example',
  'x-forwarded-port': '22',
  'x-forwarded-prefix': '/evil',
  'x-proxy-viewer': '10.0.0.1',
  'x-proxy-token': 'guess',
  ...Object.fromEntries(OF_SIGN_IN.map((name) => [name, 'forged'])),
  'x-request-id': 'forged',
  forwarded: 'for=10.0.0.1;proto=http',
};

const told: readonly RouterCase[] = [
  forwards('tells the app how the viewer came', {}, { headers: OURS }),
  forwards('overwrites or removes forged copies of headers of ours', { headers: FORGED }, { headers: OURS }),
  forwards(
    'removes forged copies that old servers would take for the router’s headers',
    { headers: Object.fromEntries(UNDERSCORED.map((name) => [name, 'forged'])) },
    { headers: { ...OURS, ...Object.fromEntries(UNDERSCORED.map((name) => [name, undefined])) } },
  ),
  forwards(
    'overwrites forged copies in any case',
    { headers: { 'X-Forwarded-HOST': 'evil.example', 'X-Proxy-Token': 'guess', Forwarded: 'for=10.0.0.1' } },
    { headers: OURS },
  ),
  forwards(
    'passes an IPv6 address on unchanged',
    { ip: '2001:db8::7' },
    { headers: { ...OURS, 'x-proxy-viewer': '2001:db8::7' } },
  ),
  forwards(
    'passes on the port that the viewer wrote',
    { host: 'Shop.dev.example.com:8443' },
    {
      headers: {
        'x-forwarded-host': 'shop.dev.example.com:8443',
        'x-forwarded-port': '8443',
        forwarded: 'host="shop.dev.example.com:8443";proto=https',
      },
    },
  ),
  forwards(
    'sends the default port for a host with a trailing dot',
    { host: 'shop.dev.example.com.' },
    {
      headers: OURS,
    },
  ),
  forwards(
    'sends the default port if the viewer’s port is invalid',
    { host: 'shop.dev.example.com:x' },
    {
      headers: OURS,
    },
  ),
  {
    name: 'sends http and its default port on a laptop',
    place: 'laptop',
    store: { 'shop.localhost': live('shop') },
    request: { host: 'shop.localhost' },
    expected: {
      domainName: nameOf('shop'),
      headers: { 'x-forwarded-port': '80', forwarded: 'host=shop.localhost;proto=http' },
    },
  },
  ...[...OF_SIGN_IN, ...UNDERSCORED].map((name) =>
    forwards(
      `removes ${name} of a viewer`,
      { headers: { [name]: 'mallory' } },
      { headers: { [name]: undefined } },
    ),
  ),
  {
    name: 'sends the distribution’s name if there is no base domain',
    place: 'bare',
    store: { shop: live('shop') },
    request: { headers: { 'x-proxy-app': 'shop' } },
    expected: {
      domainName: nameOf('shop'),
      headers: { 'x-forwarded-host': DISTRIBUTION, 'x-proxy-app': undefined },
    },
    reads: ['shop'],
  },
];

const left: readonly RouterCase[] = [
  forwards(
    'leaves the viewer’s other headers alone',
    {
      headers: {
        authorization: 'Bearer abc',
        'x-forwarded-for': '10.0.0.1, 192.0.2.7',
        'if-none-match': '"x"',
        'accept-language': 'de',
        'x-custom': 'é ü',
      },
    },
    {},
  ),
  forwards(
    'leaves a WebSocket’s headers alone',
    { headers: { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' } },
    {},
  ),
  forwards(
    'leaves the body’s headers alone',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '17', via: '1.1 proxy' },
    },
    {},
  ),
  forwards(
    'leaves headers alone that have the name of a property of every object',
    {
      headers: { constructor: 'x', tostring: 'y', __proto__x: 'z' },
    },
    {},
  ),
  forwards(
    'leaves the app its own cookies',
    {
      cookies: 'a=1; __Host-session=x; b="2"; a=3',
    },
    {},
  ),
  forwards(
    'leaves 10 KB of cookies alone',
    {
      cookies: Array.from({ length: 100 }, (_, i) => `cookie-${i}=${'x'.repeat(90)}`).join('; '),
    },
    {},
  ),
  forwards('leaves one cookie of 10 KB alone', { cookies: `session=${'x'.repeat(10_240)}` }, {}),
  forwards('leaves a malformed Cookie header alone', { cookies: ';;=;a;=b; =; __proto__=x' }, {}),
  forwards('leaves a query alone', { uri: '/search', query: 'q=%zz&q=a+b&&=&x' }, {}),
];

const origins: readonly RouterCase[] = [
  forwards(
    'replaces a viewer’s header by the token of the same name',
    { headers: { 'x-proxy-token': 'guess' } },
    { headers: { 'x-proxy-token': 'c2VjcmV0' } },
    live('shop', { token: 'c2VjcmV0' }),
  ),
  forwards('sends no token where there is none', {}, { headers: { 'x-proxy-token': undefined } }),
  forwards(
    'waits for the app as long as its rule says',
    {},
    { timeout: 120 },
    live('shop', { rules: [rule('/', { timeout: 120 })] }),
  ),
  forwards(
    'sends the request to the rule’s port',
    {},
    { port: 3000 },
    live('shop', {
      rules: [rule('/', { to: [on(0, 3000)] })],
    }),
  ),
  forwards(
    'sends the request to the highest port',
    {},
    { port: 65_535 },
    live('shop', {
      rules: [rule('/', { to: [on(0, 65_535)] })],
    }),
  ),
  forwards(
    'asks an https origin for the name on its certificate',
    {},
    { port: 443, certName: 'origin.example.com' },
    live('shop', { rules: [rule('/', { to: [on(0, 443)], certName: 'origin.example.com' })] }),
  ),
  forwards(
    'sends an https origin its own token, prefix and port',
    { uri: '/api/x' },
    {
      port: 8443,
      certName: 'origin.example.com',
      uri: '/x',
      headers: { 'x-forwarded-prefix': '/api', 'x-proxy-token': 'c2VjcmV0' },
    },
    live('shop', {
      token: 'c2VjcmV0',
      rules: [rule('/api', { to: [on(0, 8443)], certName: 'origin.example.com', strip: true })],
    }),
  ),
];

const logged: readonly RouterCase[] = [
  {
    name: 'logs app, instance and rule of its choice',
    store: {
      'shop.dev.example.com': live(['a', 'b'], { rules: [rule('/api', { to: [on(1)] }), rule('/')] }),
    },
    request: { uri: '/api/v1' },
    expected: { domainName: nameOf('b') },
    log: 'shop.dev.example.com i-b /api',
  },
  {
    name: 'logs the wildcard that it followed, not the viewer’s host',
    store: { '*.dev.example.com': live('any') },
    expected: { domainName: nameOf('any') },
    reads: ['shop.dev.example.com', '*.dev.example.com'],
    log: '*.dev.example.com i-any /',
  },
];

/** The request that reaches the app, and the origin that CloudFront gets. */
export const HEADER_CASES = [...told, ...left, ...origins, ...logged];
