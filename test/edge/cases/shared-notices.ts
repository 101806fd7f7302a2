import { closed } from '../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../support/router-case.ts';

const UNKNOWN = ['shop.dev.example.com', '*.dev.example.com'];
const ORIGIN = 'https://cart.dev.example.com';
const SHARED = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'x-proxy-state,retry-after',
  vary: 'origin',
};
const UNSHARED = { 'access-control-allow-origin': undefined, 'access-control-allow-credentials': undefined };
const PREFLIGHT = {
  origin: ORIGIN,
  'access-control-request-method': 'PUT',
  'access-control-request-headers': 'authorization,x-trace',
};

/** The notices that a script of another origin may read. */
export const SHARED_NOTICE_CASES: readonly RouterCase[] = [
  ...([ORIGIN, 'null', 'http://localhost:5173', 'https://[2001:db8::1]:8443'] as const).map(
    (origin): RouterCase => ({
      name: `lets a script of ${origin} read that an app sleeps`,
      store: { 'shop.dev.example.com': closed('asleep') },
      request: { headers: { accept: '*/*', origin } },
      expected: {
        status: 503,
        state: 'asleep',
        headers: { ...SHARED, 'access-control-allow-origin': origin },
      },
    }),
  ),
  {
    name: 'lets a script of another origin read that a hostname is unknown',
    request: { headers: { origin: ORIGIN } },
    expected: { status: 404, state: 'unknown', headers: SHARED },
    reads: UNKNOWN,
  },
  {
    name: 'allows a preflight its method and headers, so that the script sees the answer to the request itself',
    store: { 'shop.dev.example.com': closed('asleep') },
    request: { method: 'OPTIONS', headers: PREFLIGHT },
    expected: {
      status: 204,
      state: 'asleep',
      headers: {
        ...SHARED,
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'authorization,x-trace',
      },
      body: ['', '<', '{'],
    },
  },
  {
    name: 'allows a preflight that asks for no header',
    store: { 'shop.dev.example.com': closed('asleep') },
    request: { method: 'OPTIONS', headers: { origin: ORIGIN, 'access-control-request-method': 'DELETE' } },
    expected: {
      status: 204,
      state: 'asleep',
      headers: { 'access-control-allow-methods': 'DELETE', 'access-control-allow-headers': undefined },
    },
  },
  {
    name: 'shares nothing with a client that names no origin',
    store: { 'shop.dev.example.com': closed('asleep') },
    expected: { status: 503, state: 'asleep', headers: { ...UNSHARED, vary: undefined } },
  },
  ...(
    [
      ['too long', `https://${'a'.repeat(400)}`],
      ['not ASCII', 'https://b\u00fccher.example'],
    ] as const
  ).map(
    ([what, origin]): RouterCase => ({
      name: `shares nothing with an origin that is ${what}`,
      store: { 'shop.dev.example.com': closed('asleep') },
      request: { headers: { origin } },
      expected: { status: 503, state: 'asleep', headers: UNSHARED },
    }),
  ),
  {
    name: 'leaves out forbidden values of a preflight, and keeps the rest',
    store: { 'shop.dev.example.com': closed('asleep') },
    request: {
      method: 'OPTIONS',
      headers: { ...PREFLIGHT, 'access-control-request-headers': 'x'.repeat(401) },
    },
    expected: {
      status: 204,
      state: 'asleep',
      headers: { 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': undefined },
    },
  },
  {
    name: 'shares neither its own files nor a redirect',
    request: { host: 'dev.example.com', headers: { ...NAVIGATION, origin: ORIGIN } },
    expected: { status: 302, headers: { ...UNSHARED, location: '/_proxy/' } },
    reads: [],
  },
  {
    name: 'shares nothing on the bare domain, where all apps are one origin',
    place: 'bare',
    store: { shop: closed('asleep') },
    request: { headers: { 'x-proxy-app': 'shop', origin: ORIGIN } },
    expected: { status: 503, state: 'asleep', headers: UNSHARED },
    reads: ['shop'],
  },
];
