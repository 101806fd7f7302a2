import { encodeTombstone } from '../../../../core/entry/tombstone.ts';
import { HINT, type Hint, type HintedFact, type Since } from '../../../../core/session/hint.ts';
import { PASS, type Pass } from '../../../../core/session/pass.ts';
import { SESSION, type Session } from '../../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../../core/session/session-keys.ts';
import { sign } from '../../../../core/session/signed.ts';
import {
  A_SESSION,
  KEYS,
  keyNamed,
  mac,
  SCOPE,
  SUBJECT,
} from '../../../support/values/session/session-values.ts';
import { closed, live, nameOf } from '../../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';

const HOST = 'shop.dev.example.com';
const WILDCARD = '*.dev.example.com';
const KEY = ':keys';
const FUTURE = 4_102_444_800;
const SINCE = A_SESSION.sequence;
/** The number of the entry at the edge, and of a change after it. */
const OLD = 60_000_000;
const NEW = OLD + 1;
const SECRET = 'the-origin-secret';

const keys = (more: Partial<SessionKeys> = {}) => printSessionKeys({ ...KEYS, origin: SECRET, ...more });
const session = (more: Partial<Session> = {}) =>
  sign(SESSION, { ...A_SESSION, endsAt: FUTURE, ...more }, SCOPE, KEYS.current, mac);
const pass = (more: Partial<Pass> = {}) =>
  sign(
    PASS,
    { endsAt: FUTURE, madeAt: SINCE, id: 'abcDEF012-_x', name: 'ci', ...more },
    SCOPE,
    KEYS.current,
    mac,
  );

const app = (since: Since = SINCE, host = 'next'): HintedFact => ({
  ...{ is: 'app', since, port: 3000, instance: 'i-0fedcba9876543210' },
  address: { via: 'ipv4', name: nameOf(host) },
});
const asleep = (since: Since = SINCE): HintedFact => ({ is: 'closed', since, letter: 'A' });
const gone = (since: Since = SINCE): HintedFact => ({ is: 'gone', since });

/** A hint for the hostname of the cases that is in time until 2100, and newer than the entry. */
const hint = (fact: HintedFact, more: Partial<Hint> = {}, { scope = SCOPE, key = KEYS.current } = {}) =>
  sign(HINT, { endsAt: FUTURE, sequence: NEW, fact, ...more }, scope, key, mac);

const cookies = (text: string, of = session()) => `__Host-proxy-session=${of}; __Host-proxy-hint=${text}`;
const alone = (text: string) => `__Host-proxy-hint=${text}`;

const gated = live('shop', { access: { since: SINCE }, sequence: OLD });
const open = live('shop', { access: 'open', sequence: OLD });
const store = { [HOST]: gated, [KEY]: keys() };
const openStore = { [HOST]: open, [KEY]: keys() };

const ALICE = {
  'x-proxy-user': 'alice@example.com',
  'x-proxy-subject': SUBJECT,
  'x-proxy-until': String(FUTURE),
};
/** What the updater derives from the secret and the hostname. */
const TOKEN = mac(SECRET, HOST).slice(0, 16);

/** The entry at the edge, for a viewer whose hint does not count. */
const toOld: RouterCase['expected'] = { domainName: nameOf('shop'), hostHeader: HOST };
const toNew: RouterCase['expected'] = {
  ...{ domainName: nameOf('next'), port: 3000, hostHeader: HOST },
  headers: { ...ALICE, 'x-proxy-token': TOKEN },
};
const START: RouterCase['expected'] = {
  status: 302,
  headers: { location: '/_proxy/api/start?to=%2F' },
};

const place = 'signIn';
const headers = NAVIGATION;
const reads = [HOST, KEY];
/** Of a hostname without an entry, or one that is gone. */
const ALL = [HOST, KEY, WILDCARD];

const cut = (text: string, at: number, to: string) => text.slice(0, at) + to + text.slice(at + 1);
const GOOD = hint(app());

/** Hints that do not count at a hostname with an entry. */
const IGNORED: readonly [what: string, text: string][] = [
  ['as old as the entry', hint(app(), { sequence: OLD })],
  ['older than the entry', hint(app(), { sequence: OLD - 1 })],
  ['past its end', hint(app(), { endsAt: 1_000_000_000 })],
  [
    'for another hostname',
    hint(app(), {}, { scope: { ...SCOPE, host: 'cart.dev.example.com' }, key: KEYS.current }),
  ],
  [
    'for another deployment',
    hint(app(), {}, { scope: { ...SCOPE, deployment: 'other' }, key: KEYS.current }),
  ],
  ['under another key', hint(app(), {}, { scope: SCOPE, key: keyNamed('z') })],
  ['under the origin secret', hint(app(), {}, { scope: SCOPE, key: SECRET })],
  ['with another port', GOOD.replace('.3000.', '.3001.')],
  ['with another address', GOOD.replace('.compute', '.computf')],
  ['with another MAC', cut(GOOD, GOOD.length - 5, GOOD.at(-5) === 'x' ? 'y' : 'x')],
  ['with a character after it', `${GOOD}x`],
  ['without a MAC', GOOD.slice(0, -44)],
  ['that is a session', session()],
  ['that is a pass', pass()],
  ['that is empty', ''],
  ['of dots', '.'.repeat(90)],
];

export const WAITING_CASES: readonly RouterCase[] = [
  {
    place,
    name: 'follows a newer hint to its instance, and computes the token of the app',
    store,
    request: { headers, cookies: cookies(GOOD) },
    expected: toNew,
    log: `${HOST} i-0fedcba9876543210 /`,
    reads,
  },
  {
    place,
    name: 'follows a newer hint under the next key',
    store: { ...store, [KEY]: keys({ current: keyNamed('p'), next: KEYS.current }) },
    request: { headers, cookies: cookies(GOOD) },
    expected: toNew,
    reads,
  },
  {
    place,
    name: 'follows a newer hint under the previous key',
    store: { ...store, [KEY]: keys({ current: keyNamed('p'), previous: KEYS.current }) },
    request: { headers, cookies: cookies(GOOD) },
    expected: toNew,
    reads,
  },
  {
    place,
    name: 'follows a newer hint of an app that is asleep at the edge',
    store: { [HOST]: closed('asleep', { access: { since: SINCE }, sequence: OLD }), [KEY]: keys() },
    request: { headers, cookies: cookies(GOOD) },
    expected: toNew,
    reads,
  },
  {
    place,
    name: 'follows a hint of a hostname that the edge does not know yet, before a wildcard',
    store: { [WILDCARD]: gated, [KEY]: keys() },
    request: { headers, cookies: cookies(GOOD) },
    expected: toNew,
    reads,
  },
  {
    place,
    name: 'follows a hint of a hostname that came back after it was gone',
    store: {
      [HOST]: encodeTombstone({ access: { since: SINCE }, deployment: 'main', sequence: OLD, goneAt: 1 }),
      [KEY]: keys(),
    },
    request: { headers, cookies: cookies(GOOD) },
    expected: toNew,
    reads,
  },
  {
    place,
    name: 'follows a hint to an address with IPv6',
    store,
    request: {
      headers,
      cookies: cookies(
        hint({
          ...{ is: 'app', since: SINCE, port: 3000, instance: 'i-0fedcba9876543210' },
          address: { via: 'ipv6', name: nameOf('next') },
        }),
      ),
    },
    expected: { ...toNew, ipAddressType: 'ipv6' },
    reads,
  },
  {
    place,
    name: 'shows the closed state of a newer hint',
    store,
    request: { headers, cookies: cookies(hint(asleep())) },
    expected: { status: 503, state: 'asleep' },
    reads,
  },
  {
    place,
    name: 'calls a hostname unknown whose newer hint says that it is gone',
    store,
    request: { headers, cookies: cookies(hint(gone())) },
    expected: { status: 404, state: 'unknown' },
    reads: ALL,
  },
  {
    place,
    name: 'follows a newer hint of an open app without a session',
    store: openStore,
    request: {
      headers: { ...headers, 'x-proxy-user': 'mallory@example.com' },
      cookies: alone(hint(app('open'))),
    },
    expected: {
      ...{ domainName: nameOf('next'), port: 3000, hostHeader: HOST },
      headers: { 'x-proxy-user': undefined, 'x-proxy-token': TOKEN },
    },
    reads,
  },
  {
    place,
    name: 'opens an app to every viewer whose newer hint says that it is open now',
    store,
    request: { headers, cookies: alone(hint(app('open'))) },
    expected: {
      ...{ domainName: nameOf('next'), port: 3000, hostHeader: HOST },
      headers: { 'x-proxy-token': TOKEN },
    },
    reads,
  },
  {
    place,
    name: 'asks for a session where the newer hint says that the open app is gated now',
    store: openStore,
    request: { headers, cookies: alone(GOOD) },
    expected: START,
    reads,
  },
  {
    place,
    name: 'asks for a session before it follows a hint of a gated app',
    store,
    request: { headers, cookies: alone(GOOD) },
    expected: START,
    reads,
  },
  {
    place,
    name: 'asks for a session before it tells that a hint says gone',
    store,
    request: { headers, cookies: alone(hint(gone())) },
    expected: START,
    reads: ALL,
  },
  {
    place,
    name: 'refuses a session that is older than the access rule of a newer hint',
    store,
    request: { headers, cookies: cookies(hint(app(SINCE + 1))) },
    expected: START,
    reads,
  },
  {
    place,
    name: 'refuses a pass that is older than the access rule of a newer hint',
    store,
    request: { headers: { 'x-proxy-pass': pass() }, cookies: alone(hint(app(SINCE + 61))) },
    expected: { status: 401, state: 'not signed in' },
    reads,
  },
  {
    place,
    name: 'refuses a request of a sibling with a session and a newer hint',
    store,
    request: {
      headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      cookies: cookies(GOOD),
    },
    expected: { status: 403, state: 'other site' },
    reads,
  },
  {
    place,
    name: 'follows the entry of an open app without keys, whatever the hint',
    store: { [HOST]: open },
    request: { headers, cookies: alone(hint(app('open'))) },
    expected: toOld,
    reads,
  },
  {
    place,
    name: 'answers 503 at a gated app without keys, whatever the hint',
    store: { [HOST]: gated },
    request: { headers, cookies: cookies(GOOD) },
    expected: { status: 503, state: 'fault' },
    reads: [HOST, KEY, KEY],
  },
  {
    place,
    name: 'follows the entry of a wildcard, and not a hint past its end',
    store: { [WILDCARD]: gated, [KEY]: keys() },
    request: { headers, cookies: cookies(hint(app(), { endsAt: 1_000_000_000 }), session({ level: 1 })) },
    expected: { ...toOld, headers: ALICE },
    reads: ALL,
  },
  ...IGNORED.flatMap(([what, text]): RouterCase[] => [
    {
      place,
      name: `follows the entry of a gated app, and not a hint ${what}`,
      store,
      request: { headers, cookies: cookies(text) },
      expected: { ...toOld, headers: ALICE },
      reads,
    },
    {
      place,
      name: `follows the entry of an open app, and not a hint ${what}`,
      store: openStore,
      request: { headers, cookies: alone(text) },
      expected: toOld,
      reads,
    },
  ]),
  ...IGNORED.slice(2).map(
    ([what, text]): RouterCase => ({
      place,
      name: `does not know a hostname without an entry from a hint ${what}`,
      store: { [KEY]: keys() },
      request: { headers, cookies: cookies(text) },
      expected: { status: 404, state: 'unknown' },
      reads: ALL,
    }),
  ),
  ...(['starting', 'waking', 'maintenance', 'asleep', 'conflict'] as const).map((state): RouterCase => {
    const seconds = { starting: '2', waking: '2', maintenance: '60', asleep: '60', conflict: '60' }[state];
    const isRefreshed = state !== 'asleep' && state !== 'conflict';
    const script = '<script src=/_proxy/errors/wait.js></script>';
    const refresh = `<noscript><meta http-equiv=refresh content="${seconds};url=/_proxy/api/arrive?to=%2Fcart%3Fa%3D%22">`;
    return {
      place,
      name: `shows that an open app is ${state} on a page that asks for news, ${isRefreshed ? 'and refreshes through the concierge without scripts' : 'and stays without scripts'}`,
      store: { [HOST]: closed(state, { access: 'open' }) },
      request: { headers, uri: '/cart', query: 'a="' },
      expected: {
        ...{ status: 503, state, headers: { 'retry-after': seconds } },
        body: isRefreshed ? script + refresh : [script, 'http-equiv'],
      },
    };
  }),
  {
    place,
    name: 'never repeats a POST: its page neither asks nor refreshes, with sign-in',
    store: { [HOST]: closed('starting', { access: 'open' }) },
    request: { method: 'POST', headers },
    expected: { status: 503, state: 'starting', body: ['<!doctype html>', '<script', 'http-equiv'] },
  },
];
