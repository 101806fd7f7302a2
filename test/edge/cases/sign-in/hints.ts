import { encodeTombstone } from '../../../../core/entry/tombstone.ts';
import { HINT, type Hint, type HintedFact } from '../../../../core/session/hint.ts';
import { PASS } from '../../../../core/session/pass.ts';
import { SESSION } from '../../../../core/session/session.ts';
import { printSessionKeys } from '../../../../core/session/session-keys.ts';
import { sign } from '../../../../core/session/signed.ts';
import { HINT_COOKIE, SESSION_COOKIE } from '../../../../core/wire/session.ts';
import { A_SESSION, KEYS, keyNamed, mac, SCOPE } from '../../../support/values/session/session-values.ts';
import { closed, ipv6NameOf, live, nameOf } from '../../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';

const HOST = 'shop.dev.example.com';
const WILDCARD = '*.dev.example.com';
const KEY = ':keys';
const FUTURE = 4_102_444_800;
const SINCE = A_SESSION.sequence;
const ORIGIN = 'the-origin-secret';
const TOKEN = mac(ORIGIN, HOST).slice(0, 16);
/** The number of the entries here, and one after it. */
const [OLD, NEW] = [SINCE + 10, SINCE + 11];

const withOrigin = printSessionKeys({ ...KEYS, origin: ORIGIN });

const app: HintedFact = {
  ...{ is: 'app', since: SINCE, port: 8080, instance: 'i-0123456789abcdef0' },
  address: { via: 'ipv4', name: nameOf('new') },
};
const asleep: HintedFact = { is: 'closed', since: SINCE, letter: 'A' };
const gone: HintedFact = { is: 'gone', since: SINCE };

const hint = (
  fact: HintedFact,
  more: Partial<Hint> = {},
  { scope = SCOPE, key = KEYS.current, kind = HINT } = {},
) => `${HINT_COOKIE}=${sign(kind, { endsAt: FUTURE, sequence: NEW, fact, ...more }, scope, key, mac)}`;
const SESSION_TEXT = sign(SESSION, { ...A_SESSION, endsAt: FUTURE }, SCOPE, KEYS.current, mac);
const session = `${SESSION_COOKIE}=${SESSION_TEXT}`;

const gated = { access: { since: SINCE }, sequence: OLD };
const SLEEPS = closed('asleep', gated);
const RUNS = live('shop', gated);
const TOLD = { 'x-proxy-user': 'alice@example.com' };

const toNew: RouterCase['expected'] = {
  domainName: nameOf('new'),
  port: 8080,
  headers: {
    ...{ 'x-proxy-token': TOKEN, ...TOLD },
    ...{ 'x-proxy-subject': A_SESSION.subject, 'x-proxy-until': String(FUTURE) },
  },
};
const toShop: RouterCase['expected'] = {
  domainName: nameOf('shop'),
  headers: { ...TOLD, 'x-proxy-subject': A_SESSION.subject, 'x-proxy-until': String(FUTURE) },
};
const START = {
  status: 302,
  headers: { location: '/_proxy/api/start?to=%2F' },
};
const SLEEPING = { status: 503, state: 'asleep' };

type Store = RouterCase['store'];

const visit = (
  name: string,
  entries: Store,
  cookies: string,
  expected: RouterCase['expected'],
  more: Partial<RouterCase> = {},
): RouterCase => ({
  place: 'signIn',
  name,
  store: { [KEY]: withOrigin, ...entries },
  request: { headers: NAVIGATION, cookies },
  expected,
  // Once for the hint, and once for the session.
  reads: [HOST, KEY],
  ...more,
});

const honoured: readonly RouterCase[] = [
  visit('opens an app that has no entry yet', {}, `${session}; ${hint(app)}`, toNew, {
    log: `${HOST} i-0123456789abcdef0 /`,
  }),
  visit('opens an app that was asleep', { [HOST]: SLEEPS }, `${session}; ${hint(app)}`, toNew),
  visit('follows an app to its new address', { [HOST]: RUNS }, `${session}; ${hint(app)}`, toNew),
  visit(
    'opens an app in place of its tombstone',
    {
      [HOST]: encodeTombstone({ ...gated, deployment: 'main', goneAt: 1 }),
    },
    `${session}; ${hint(app)}`,
    toNew,
  ),
  visit(
    'reaches the hinted address over IPv6',
    {},
    `${session}; ${hint({ ...app, address: { via: 'ipv6', name: ipv6NameOf('new') } })}`,
    { ...toNew, domainName: ipv6NameOf('new'), ipAddressType: 'ipv6' },
  ),
  visit('says that an app has stopped', { [HOST]: RUNS }, `${session}; ${hint(asleep)}`, SLEEPING),
  visit(
    'says that an app is gone',
    { [HOST]: RUNS },
    `${session}; ${hint(gone)}`,
    {
      status: 404,
      state: 'unknown',
    },
    { reads: [HOST, KEY, WILDCARD] },
  ),
  visit(
    'follows the wildcard after the name below it is gone',
    { [HOST]: RUNS, [WILDCARD]: live('wild', { access: 'open', sequence: 1 }) },
    `${session}; ${hint(gone)}`,
    { domainName: nameOf('wild') },
    { reads: [HOST, KEY, WILDCARD] },
  ),
  visit(
    'opens an app that has become open, without a session',
    { [HOST]: RUNS },
    hint({ ...app, since: 'open' }),
    { domainName: nameOf('new'), port: 8080, headers: { 'x-proxy-token': TOKEN } },
    { reads: [HOST, KEY] },
  ),
  visit(
    'reads a hint under the previous key',
    { [KEY]: printSessionKeys({ ...KEYS, current: keyNamed('b'), previous: KEYS.current, origin: ORIGIN }) },
    `${session}; ${hint(app)}`,
    toNew,
  ),
  visit(
    'honours a hint at a host in any case',
    {},
    `${session}; ${hint(app)}`,
    {
      ...toNew,
      hostHeader: HOST,
    },
    {
      request: { host: 'SHOP.dev.example.com', headers: NAVIGATION, cookies: `${session}; ${hint(app)}` },
      reads: ['SHOP.dev.example.com', KEY, HOST, KEY],
    },
  ),
];

const refused: readonly RouterCase[] = [
  visit('asks for a session although a hint has an address', {}, hint(app), START),
  visit(
    'asks for a session at an app that has become gated',
    {
      [HOST]: live('shop', { access: 'open', sequence: OLD }),
    },
    hint(app),
    START,
  ),
  visit(
    'does not accept a session of an older access rule than the hint has',
    { [HOST]: RUNS },
    `${session}; ${hint({ ...app, since: SINCE + 1 })}`,
    START,
  ),
  visit(
    'ignores a hint of the number of the entry',
    { [HOST]: SLEEPS },
    `${session}; ${hint(app, { sequence: OLD })}`,
    SLEEPING,
  ),
  visit(
    'ignores a hint that is older than the entry',
    { [HOST]: RUNS },
    `${session}; ${hint(gone, { sequence: OLD - 1 })}`,
    toShop,
  ),
  visit(
    'ignores a hint that is older than the tombstone',
    {
      [HOST]: encodeTombstone({ ...gated, sequence: NEW, deployment: 'main', goneAt: 1 }),
    },
    `${session}; ${hint(app)}`,
    { status: 404, state: 'unknown' },
    { reads: [HOST, KEY, WILDCARD] },
  ),
  ...(
    [
      ['beyond its end', hint(app, { endsAt: 1_000_000_000 })],
      ['for another host', hint(app, {}, { scope: { ...SCOPE, host: 'cart.dev.example.com' } })],
      ['of another deployment', hint(app, {}, { scope: { ...SCOPE, deployment: 'other' } })],
      ['under another key', hint(app, {}, { key: keyNamed('z') })],
      ['that is a session', `${HINT_COOKIE}=${SESSION_TEXT}`],
      [
        'that is a pass',
        `${HINT_COOKIE}=${sign(PASS, { endsAt: FUTURE, madeAt: SINCE, id: 'abcDEF012-_x', name: 'ci' }, SCOPE, KEYS.current, mac)}`,
      ],
      ['without any text', `${HINT_COOKIE}=`],
      ['that was changed', hint(app).replace('8080', '8081')],
      ['of 4,000 characters', `${HINT_COOKIE}=${'1.'.repeat(2_000)}`],
    ] as const
  ).map(([name, cookies]) =>
    visit(`ignores a hint ${name}`, { [HOST]: SLEEPS }, `${session}; ${cookies}`, SLEEPING),
  ),
  visit(
    'ignores an address while the origin secret is unknown',
    { [HOST]: SLEEPS, [KEY]: printSessionKeys(KEYS) },
    `${session}; ${hint(app)}`,
    SLEEPING,
  ),
  visit(
    'does not take a hint for a session',
    { [HOST]: RUNS },
    `${SESSION_COOKIE}=${hint(app).slice(HINT_COOKIE.length + 1)}`,
    START,
    { reads: [HOST, KEY] },
  ),
  visit(
    'answers 503 without keys',
    { [HOST]: RUNS, [KEY]: 'k0' },
    hint(app),
    {
      status: 503,
      state: 'fault',
    },
    { reads: [HOST, KEY] },
  ),
  visit(
    'does not look for a hint about a wildcard',
    { [WILDCARD]: live('wild', { access: 'open', sequence: OLD }) },
    hint(app, {}, { scope: { ...SCOPE, host: WILDCARD } }),
    { domainName: nameOf('wild') },
    { reads: [HOST, KEY, WILDCARD] },
  ),
];

/** Hints: facts that are newer than the entry at an edge. */
export const HINT_CASES: readonly RouterCase[] = [...honoured, ...refused];
