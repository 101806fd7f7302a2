import type { ClosedState } from '../../../core/entry/rule.ts';
import { closed, live, nameOf, rule } from '../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../support/router-case.ts';

const HTML = 'text/html;charset=utf-8';
const JSON_TYPE = 'application/problem+json';
const PAST = 1_000_000_000;
const UNKNOWN = ['shop.dev.example.com', '*.dev.example.com'];

/** The answers to each kind of client for a host that no instance claims. */
const unknown: readonly RouterCase[] = [
  {
    name: 'shows a person a page for an unknown host, with a link to the reasons',
    request: { headers: NAVIGATION },
    expected: {
      status: 404,
      state: 'unknown',
      headers: { 'content-type': HTML, 'retry-after': undefined },
      body: ['<a href="/_proxy/#explain=shop.dev.example.com">Why?</a>', 'http-equiv=refresh'],
    },
    reads: UNKNOWN,
  },
  {
    name: 'answers a program in problem+json for an unknown host',
    request: { headers: { accept: '*/*' } },
    expected: {
      status: 404,
      state: 'unknown',
      headers: { 'content-type': JSON_TYPE },
      body: '"host":"shop.dev.example.com"',
    },
    reads: UNKNOWN,
  },
  {
    name: 'treats a request without Accept as that of a program',
    expected: { status: 404, state: 'unknown', headers: { 'content-type': JSON_TYPE } },
    reads: UNKNOWN,
  },
  {
    name: 'answers HEAD like GET, without a body',
    request: { method: 'HEAD', headers: NAVIGATION },
    expected: { status: 404, state: 'unknown', headers: { 'content-type': HTML }, body: ['', '<', '{'] },
    reads: UNKNOWN,
  },
  {
    name: 'answers OPTIONS without a body',
    request: { method: 'OPTIONS', headers: { accept: '*/*', origin: 'https://cart.dev.example.com' } },
    expected: { status: 404, state: 'unknown', body: ['', '<', '{'] },
    reads: UNKNOWN,
  },
  {
    name: 'answers the POST of a program in problem+json',
    request: { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' } },
    expected: { status: 404, state: 'unknown', headers: { 'content-type': JSON_TYPE } },
    reads: UNKNOWN,
  },
  {
    name: 'answers the POST of a form with a page',
    request: { method: 'POST', headers: NAVIGATION },
    expected: { status: 404, state: 'unknown', headers: { 'content-type': HTML }, body: '<!doctype html>' },
    reads: UNKNOWN,
  },
  {
    name: 'answers a WebSocket without a page, no matter what it accepts',
    request: {
      headers: {
        ...NAVIGATION,
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    },
    expected: { status: 404, state: 'unknown', headers: { 'content-type': JSON_TYPE } },
    reads: UNKNOWN,
  },
  {
    name: 'answers an event stream without a page',
    request: { headers: { accept: 'text/event-stream' } },
    expected: { status: 404, state: 'unknown', headers: { 'content-type': JSON_TYPE } },
    reads: UNKNOWN,
  },
  {
    name: 'keeps the port in the link to the live apps',
    place: 'laptop',
    request: { host: 'shop.localhost:8080', uri: '/_proxy/', headers: NAVIGATION },
    expected: { status: 302, headers: { location: 'http://localhost:8080/_proxy/' } },
    reads: [],
  },
  {
    name: 'shows no part of a hostile Host on the page that refuses it',
    request: { host: '"><script>alert(1)</script>', headers: NAVIGATION },
    expected: { status: 400, state: 'invalid host', body: ['<!doctype html>', '<script>', 'alert'] },
    reads: [],
  },
];

/** Seconds until a client may try again, and whether a page does that by itself. */
const CLOSED: Readonly<Record<ClosedState, { again: string; refresh: boolean }>> = {
  starting: { again: '5', refresh: true },
  waking: { again: '5', refresh: true },
  asleep: { again: '60', refresh: true },
  maintenance: { again: '60', refresh: true },
  conflict: { again: '60', refresh: false },
};

function stateCases(state: ClosedState): RouterCase[] {
  const { again, refresh } = CLOSED[state];
  const refreshed = `<meta http-equiv=refresh content=${again}>`;
  const expected = { status: 503, state, headers: { 'retry-after': again } };
  const ofRule = live('shop', { rules: [rule('/admin', { to: state }), rule('/')] });
  return [
    {
      name: `answers a program that an app is ${state}`,
      store: { 'shop.dev.example.com': closed(state) },
      expected: { ...expected, headers: { ...expected.headers, 'content-type': JSON_TYPE } },
    },
    {
      name: `shows a person that an app is ${state}, on a page that ${refresh ? 'refreshes' : 'stays'}`,
      store: { 'shop.dev.example.com': closed(state) },
      request: { headers: NAVIGATION },
      expected: { ...expected, body: refresh ? refreshed : ['<!doctype html>', 'http-equiv'] },
    },
    {
      name: `answers that a path is ${state}, although another rule has a shorter path`,
      store: { 'shop.dev.example.com': ofRule },
      request: { uri: '/admin/users' },
      expected,
    },
  ];
}

const FUTURE = 4_102_444_800;

const more: readonly RouterCase[] = [
  {
    name: 'sends requests for other paths to their own rules when one rule is closed',
    store: { 'shop.dev.example.com': live('shop', { rules: [rule('/admin', { to: 'asleep' }), rule('/')] }) },
    request: { uri: '/cart' },
    expected: { domainName: nameOf('shop') },
  },
  {
    name: 'never repeats a POST: its page does not refresh',
    store: { 'shop.dev.example.com': closed('starting') },
    request: { method: 'POST', headers: NAVIGATION },
    expected: { status: 503, state: 'starting', body: ['<!doctype html>', 'http-equiv'] },
  },
  {
    name: 'serves an app until it expires',
    store: { 'shop.dev.example.com': live('shop', { expiresAt: FUTURE }) },
    expected: { domainName: nameOf('shop') },
  },
  {
    name: 'sends no viewer to an app that has expired',
    store: { 'shop.dev.example.com': live('shop', { expiresAt: PAST }) },
    expected: { status: 404, state: 'expired' },
  },
  {
    name: 'reports an app that expired while it slept as expired',
    store: { 'shop.dev.example.com': closed('asleep', { expiresAt: PAST }) },
    expected: { status: 404, state: 'expired' },
  },
  {
    name: 'reports an app with a later expiry as asleep while it sleeps',
    store: { 'shop.dev.example.com': closed('asleep', { expiresAt: FUTURE }) },
    expected: { status: 503, state: 'asleep' },
  },
  {
    name: 'serves an entry that is draining',
    store: { 'shop.dev.example.com': live('shop', { state: 'draining' }) },
    expected: { domainName: nameOf('shop') },
  },
];

const SEQUENCE = 1_795_436_239;
const ASLEEP = closed('asleep', { sequence: SEQUENCE });
const KNOWN = `"since":${SEQUENCE},"instances":["${ASLEEP.instances[0]?.id}"]}`;

/** The facts of an entry on its notices. */
const facts: readonly RouterCase[] = [
  {
    name: 'tells a program since when an app sleeps, its instance, and the page about the problem',
    store: { 'shop.dev.example.com': ASLEEP },
    expected: {
      ...{ status: 503, state: 'asleep' },
      body: `{"type":"/_proxy/errors/about.html#asleep","title":"asleep","status":503,"detail":"Start its instance to open it.","host":"shop.dev.example.com",${KNOWN}`,
    },
  },
  {
    name: 'gives the page of a person the facts that a program gets, and the script that shows them',
    store: { 'shop.dev.example.com': ASLEEP },
    request: { headers: NAVIGATION },
    expected: {
      ...{ status: 503, state: 'asleep' },
      body: `${KNOWN}</script><script src=/_proxy/errors/notice.js></script>`,
    },
  },
  {
    name: 'tells a script of another origin the state, and neither time nor instance',
    store: { 'shop.dev.example.com': ASLEEP },
    request: { headers: { origin: 'https://cart.dev.example.com' } },
    expected: { status: 503, state: 'asleep', body: ['"title":"asleep"', 'since', 'i-'] },
  },
  {
    name: 'tells no part of a token that looks like an instance',
    store: {
      'shop.dev.example.com': live('shop', {
        token: 'i-0123456789abcdef',
        expiresAt: PAST,
        sequence: SEQUENCE,
      }),
    },
    expected: { status: 404, state: 'expired', body: ['"instances":["i-shop"]', 'i-0123456789abcdef'] },
  },
  {
    name: 'names a problem of two words without a blank',
    store: { 'shop.dev.example.com': live('shop', { rules: [rule('/admin')] }) },
    request: { uri: '/cart' },
    expected: { status: 404, state: 'unknown path', body: 'about.html#unknown-path"' },
  },
  {
    name: 'tells no fact about a hostname that is gone',
    store: { 'shop.dev.example.com': '3 p G1795440120 main#toyfgw' },
    expected: { status: 404, state: 'unknown', body: ['"host"', 'since', 'i-'] },
    reads: UNKNOWN,
  },
];

/** The answers of the router if no app answers. */
export const NOTICE_CASES = [
  ...facts,
  ...unknown,
  ...(Object.keys(CLOSED) as ClosedState[]).flatMap(stateCases),
  ...more,
];
