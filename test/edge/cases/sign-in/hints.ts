import { encodeTombstone } from '../../../../core/entry/tombstone.ts';
import { HINT, type Hint, type HintedFact, type Since } from '../../../../core/session/hint.ts';
import { PASS } from '../../../../core/session/pass.ts';
import { SESSION, type Session } from '../../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../../core/session/session-keys.ts';
import { sign } from '../../../../core/session/signed.ts';
import { HINT_COOKIE, PASS_HEADER, SESSION_COOKIE } from '../../../../core/wire/session.ts';
import {
  A_SESSION,
  hmac,
  KEYS,
  keyNamed,
  mac,
  SCOPE,
} from '../../../support/values/session/session-values.ts';
import { closed, ipv6NameOf, live, nameOf } from '../../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';

const HOST = 'shop.dev.example.com';
const WILDCARD = '*.dev.example.com';
const KEY = ':keys';
const FUTURE = 4_102_444_800;
const SINCE = A_SESSION.sequence;
const ORIGIN = 'the-origin-secret';
const TOKEN = hmac(ORIGIN, HOST).slice(0, 16);
/** The number of the entries here, and one after it. */
const [OLD, NEW] = [SINCE + 10, SINCE + 11];

const keys = (more: Partial<SessionKeys> = {}) => printSessionKeys({ ...KEYS, origin: ORIGIN, ...more });

const app = (since: Since = SINCE): HintedFact => ({
  ...{ is: 'app', since, port: 8080, instance: 'i-0123456789abcdef0' },
  address: { via: 'ipv4', name: nameOf('new') },
});
const ASLEEP: HintedFact = { is: 'closed', since: SINCE, letter: 'A' };
const GONE: HintedFact = { is: 'gone', since: SINCE };
/** A hint for the hostname of the cases that is in time until 2100, and newer than the entry. */
const textOf = (fact: HintedFact, more: Partial<Hint> = {}, { scope = SCOPE, key = KEYS.current } = {}) =>
  sign(HINT, { endsAt: FUTURE, sequence: NEW, fact, ...more }, scope, key, mac);
const hint = (fact: HintedFact, more: Partial<Hint> = {}) => `${HINT_COOKIE}=${textOf(fact, more)}`;

const sessionOf = (more: Partial<Session>) =>
  sign(SESSION, { ...A_SESSION, endsAt: FUTURE, ...more }, SCOPE, KEYS.current, mac);
const SESSION_TEXT = sessionOf({});
const A_PASS = { endsAt: FUTURE, madeAt: SINCE, id: 'abcDEF012-_x', name: 'ci' };
const PASS_TEXT = sign(PASS, A_PASS, SCOPE, KEYS.current, mac);
const session = `${SESSION_COOKIE}=${SESSION_TEXT}`;

const gated = { access: { since: SINCE }, sequence: OLD };
const SLEEPS = closed('asleep', gated);
const RUNS = live('shop', gated);
const OPEN = live('shop', { access: 'open', sequence: OLD });
const WILD = live('wild', { access: 'open', sequence: 1 });
const TOLD = {
  ...{ 'x-proxy-user': 'alice@example.com', 'x-proxy-subject': A_SESSION.subject },
  'x-proxy-until': String(FUTURE),
};

type Expected = RouterCase['expected'];
const toNew: Expected = {
  ...{ domainName: nameOf('new'), port: 8080 },
  headers: { 'x-proxy-token': TOKEN, ...TOLD },
};
const toNewOpen: Expected = { ...toNew, headers: { 'x-proxy-token': TOKEN, 'x-proxy-user': undefined } };
const toShop: Expected = { domainName: nameOf('shop'), headers: TOLD };
const START: Expected = { status: 302, headers: { location: '/_proxy/api/start?to=%2F' } };
const SLEEPING: Expected = { status: 503, state: 'asleep' };
const UNKNOWN: Expected = { status: 404, state: 'unknown' };

/** For a hostname without an entry, or one that is gone. */
const CLIMBS = { reads: [HOST, KEY, WILDCARD] };

const visit = (
  name: string,
  entries: RouterCase['store'],
  cookies: string,
  expected: Expected,
  more: Partial<RouterCase> = {},
): RouterCase => ({
  place: 'signIn',
  name,
  store: { [KEY]: keys(), ...entries },
  request: { headers: NAVIGATION, cookies },
  expected,
  reads: [HOST, KEY],
  ...more,
});

const honoured: readonly RouterCase[] = [
  visit('opens an app that has no entry yet', {}, `${session}; ${hint(app())}`, toNew, {
    // The second word has the number of the write, so the access log tells that this edge was behind.
    log: `${HOST} i-0123456789abcdef0_${NEW.toString(36)} /`,
  }),
  visit('opens a new app before a wildcard', { [WILDCARD]: WILD }, `${session}; ${hint(app())}`, toNew),
  visit('opens an app that was asleep', { [HOST]: SLEEPS }, `${session}; ${hint(app())}`, toNew),
  visit('follows an app to its new address', { [HOST]: RUNS }, `${session}; ${hint(app())}`, toNew),
  visit(
    'opens an app in place of its tombstone',
    { [HOST]: encodeTombstone({ ...gated, deployment: 'main', goneAt: 1 }) },
    `${session}; ${hint(app())}`,
    toNew,
  ),
  visit(
    'reaches the hinted address over IPv6',
    {},
    `${session}; ${hint({ ...app(), address: { via: 'ipv6', name: ipv6NameOf('new') } } as HintedFact)}`,
    { ...toNew, domainName: ipv6NameOf('new'), ipAddressType: 'ipv6' },
  ),
  visit('says that an app has stopped', { [HOST]: RUNS }, `${session}; ${hint(ASLEEP)}`, SLEEPING),
  visit('says that an app is gone', { [HOST]: RUNS }, `${session}; ${hint(GONE)}`, UNKNOWN, CLIMBS),
  visit(
    'follows the wildcard after the name below it is gone',
    { [HOST]: RUNS, [WILDCARD]: WILD },
    `${session}; ${hint(GONE)}`,
    { domainName: nameOf('wild') },
    CLIMBS,
  ),
  visit(
    'opens an app that has become open, without a session',
    { [HOST]: RUNS },
    hint(app('open')),
    toNewOpen,
  ),
  visit('follows an open app to its new address, and tells it no user', { [HOST]: OPEN }, '', toNewOpen, {
    request: { headers: { ...NAVIGATION, 'x-proxy-user': 'mallory' }, cookies: hint(app('open')) },
  }),
  visit(
    'honours a hint whose number has eleven digits',
    { [HOST]: RUNS },
    `${session}; ${hint(app(), { sequence: 10_000_000_005 })}`,
    toNew,
  ),
  ...(['previous', 'next'] as const).map((which) =>
    visit(
      `reads a hint under the ${which} key`,
      { [KEY]: keys({ current: keyNamed('b'), [which]: KEYS.current }) },
      `${session}; ${hint(app())}`,
      toNew,
    ),
  ),
  visit(
    'honours a hint at a host in any case',
    {},
    '',
    { ...toNew, hostHeader: HOST },
    {
      request: { host: 'SHOP.dev.example.com', headers: NAVIGATION, cookies: `${session}; ${hint(app())}` },
      reads: ['SHOP.dev.example.com', KEY, HOST, KEY],
    },
  ),
];

const GOOD = textOf(app());

/** Hints that are as old as an entry. A hostname without an entry has no number. */
const OUTDATED: readonly [what: string, text: string][] = [
  ['of the number of the entry', textOf(app(), { sequence: OLD })],
  ['that is older than the entry', textOf(app(), { sequence: OLD - 1 })],
];
/** Texts that are no hint for the hostname. */
const INVALID: readonly [what: string, text: string][] = [
  ['beyond its end', textOf(app(), { endsAt: 1_000_000_000 })],
  [
    'for another host',
    textOf(app(), {}, { scope: { ...SCOPE, host: 'cart.dev.example.com' }, key: KEYS.current }),
  ],
  [
    'of another deployment',
    textOf(app(), {}, { scope: { ...SCOPE, deployment: 'other' }, key: KEYS.current }),
  ],
  ['under another key', textOf(app(), {}, { scope: SCOPE, key: keyNamed('z') })],
  ['under the origin secret', textOf(app(), {}, { scope: SCOPE, key: ORIGIN })],
  ['with another port', GOOD.replace('~8080', '~8081')],
  ['with another address', GOOD.replace('.compute', '.computf')],
  ['with another MAC', GOOD.slice(0, -1) + (GOOD.endsWith('a') ? 'b' : 'a')],
  ['with a character after it', `${GOOD}a`],
  ['without a MAC', GOOD.slice(0, -65)],
  ['that is a session', SESSION_TEXT],
  ['that is a pass', PASS_TEXT],
  ['without any text', ''],
  ['of 4,000 characters', '1.'.repeat(2_000)],
];

const ignored: readonly RouterCase[] = [
  ...[...OUTDATED, ...INVALID].flatMap(([what, text]) => [
    visit(`ignores a hint ${what}`, { [HOST]: RUNS }, `${session}; ${HINT_COOKIE}=${text}`, toShop),
    visit(`ignores a hint ${what}, at an open app`, { [HOST]: OPEN }, `${HINT_COOKIE}=${text}`, {
      domainName: nameOf('shop'),
    }),
  ]),
  ...INVALID.map(([what, text]) =>
    visit(
      `ignores a hint ${what}, without an entry`,
      {},
      `${session}; ${HINT_COOKIE}=${text}`,
      UNKNOWN,
      CLIMBS,
    ),
  ),
  visit(
    'ignores a hint that is older than the tombstone',
    { [HOST]: encodeTombstone({ ...gated, sequence: NEW, deployment: 'main', goneAt: 1 }) },
    `${session}; ${hint(app())}`,
    UNKNOWN,
    CLIMBS,
  ),
  visit(
    'ignores an address while the origin secret is unknown',
    { [HOST]: SLEEPS, [KEY]: printSessionKeys(KEYS) },
    `${session}; ${hint(app())}`,
    SLEEPING,
  ),
  visit(
    'says that an app has stopped while the origin secret is unknown',
    { [HOST]: RUNS, [KEY]: printSessionKeys(KEYS) },
    `${session}; ${hint(ASLEEP)}`,
    SLEEPING,
  ),
  visit(
    'does not look for a hint about a wildcard',
    { [WILDCARD]: WILD },
    `${HINT_COOKIE}=${textOf(app(), {}, { scope: { ...SCOPE, host: WILDCARD }, key: KEYS.current })}`,
    { domainName: nameOf('wild') },
    CLIMBS,
  ),
  visit(
    'follows the entry of a wildcard, and not a hint past its end',
    { [WILDCARD]: RUNS },
    `${SESSION_COOKIE}=${sessionOf({ level: 1 })}; ${hint(app(), { endsAt: 1_000_000_000 })}`,
    toShop,
    CLIMBS,
  ),
  visit(
    'ignores a hint at an open app without keys',
    {},
    '',
    { domainName: nameOf('shop') },
    {
      ...{ store: { [HOST]: OPEN }, request: { headers: NAVIGATION, cookies: hint(app('open')) } },
    },
  ),
];

const refused: readonly RouterCase[] = [
  visit('asks for a session although a hint has an address', {}, hint(app()), START),
  visit(
    'asks for a session before it tells that an app is gone',
    { [HOST]: RUNS },
    hint(GONE),
    START,
    CLIMBS,
  ),
  visit('asks for a session at an app that has become gated', { [HOST]: OPEN }, hint(app()), START),
  visit(
    'does not accept a session of an older access rule than the hint has',
    { [HOST]: RUNS },
    `${session}; ${hint(app(SINCE + 1))}`,
    START,
  ),
  visit(
    'does not accept a pass of an older access rule than the hint has',
    { [HOST]: RUNS },
    '',
    { status: 401, state: 'not signed in' },
    { request: { headers: { [PASS_HEADER]: PASS_TEXT }, cookies: hint(app(SINCE + 61)) } },
  ),
  visit(
    'refuses a request of a sibling with a session and a hint',
    {},
    '',
    { status: 403, state: 'other site' },
    {
      request: {
        headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
        cookies: `${session}; ${hint(app())}`,
      },
    },
  ),
  visit('does not take a hint for a session', { [HOST]: RUNS }, `${SESSION_COOKIE}=${GOOD}`, START),
  visit('answers 503 with unreadable keys', { [HOST]: RUNS, [KEY]: 'k0' }, hint(app()), {
    ...{ status: 503, state: 'fault' },
  }),
  visit(
    'answers 503 at a gated app without keys',
    {},
    '',
    { status: 503, state: 'fault' },
    {
      ...{ store: { [HOST]: RUNS }, request: { headers: NAVIGATION, cookies: `${session}; ${hint(app())}` } },
      // Once for the hint, and once for the session.
      reads: [HOST, KEY, KEY],
    },
  ),
];

/** Facts that are newer than the entry at an edge. */
export const HINT_CASES: readonly RouterCase[] = [...honoured, ...ignored, ...refused];
