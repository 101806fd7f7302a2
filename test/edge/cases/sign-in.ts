import { encodeEntry } from '../../../core/entry/entry.ts';
import { PASS, type Pass } from '../../../core/session/pass.ts';
import { SESSION, type Session } from '../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../core/session/session-keys.ts';
import { sign } from '../../../core/session/signed.ts';
import {
  A_SESSION,
  KEYS,
  keyNamed,
  mac,
  SCOPE,
  SUBJECT,
  user,
} from '../../support/values/session/session-values.ts';
import { closed, live, nameOf } from '../support/entries.ts';
import {
  ALMOST_OURS,
  type CaseRequest,
  MIXED,
  NAVIGATION,
  OF_SIGN_IN,
  type RouterCase,
  UNDERSCORED,
} from '../support/router-case.ts';
import {
  type Answer,
  OLD_ROWS,
  OTHER_SITES,
  OWN_SITES,
  ROWS,
  type Row,
  type Site,
} from '../support/sign-in-table.ts';

const HOST = 'shop.dev.example.com';
const WILDCARD = '*.dev.example.com';
const KEY = ':keys';
const FUTURE = 4_102_444_800;
const SINCE = A_SESSION.sequence;

const keys = (more: Partial<SessionKeys> = {}) => printSessionKeys({ ...KEYS, ...more });

/** A session for the hostname of the cases, in time until 2100. */
const session = (more: Partial<Session> = {}, { scope = SCOPE, key = KEYS.current } = {}) =>
  sign(SESSION, { ...A_SESSION, endsAt: FUTURE, ...more }, scope, key, mac);
const pass = (more: Partial<Pass> = {}, { scope = SCOPE, key = KEYS.current } = {}) =>
  sign(PASS, { endsAt: FUTURE, madeAt: SINCE, id: 'abcDEF012-_x', name: 'ci', ...more }, scope, key, mac);
const cookie = (value: string) => `__Host-proxy-session=${value}`;

const MALLORY = session({ user: user('mallory@example.com'), subject: 'bWFsbG9yeS1tYWxsb3J5MQ' });

const ended = session({ endsAt: 1_000_000_000, subject: 'bWFsbG9yeS1tYWxsb3J5MQ' });
const forged = session({}, { scope: SCOPE, key: keyNamed('z') });

const gated = live('shop', { access: { since: SINCE } });
const open = live('shop', { access: 'open' });

/** What an app is told about a person, a program, or nobody. */
const ALICE = {
  'x-proxy-user': 'alice@example.com',
  'x-proxy-subject': SUBJECT,
  'x-proxy-until': String(FUTURE),
};
const PROGRAM = { ...ALICE, 'x-proxy-user': 'pass:ci', 'x-proxy-subject': 'abcDEF012-_x' };
const NOBODY = { 'x-proxy-user': undefined, 'x-proxy-subject': undefined, 'x-proxy-until': undefined };

/** Names that are not ours in any spelling. */
const NOT_OURS = {
  x_proxy: '1',
  'x-env_name': '2',
  my_x_proxy_user: '3',
  x_request: '4',
  x_request_id_2: '5',
  'x-requested-with': '6',
  'x-robots': '7',
  'x-forwarded-for': '203.0.113.9',
};

const toApp = (headers: Readonly<Record<string, string | undefined>> = ALICE): RouterCase['expected'] => ({
  domainName: nameOf('shop'),
  hostHeader: HOST,
  headers,
});

const START = '/_proxy/api/start?to=%2Fcart%3Fa%3D1';
/** No script of another origin reads why it was refused. */
const UNSHARED = { 'access-control-allow-origin': undefined, 'access-control-allow-methods': undefined };
const HTML = 'text/html;charset=utf-8';
const PROBLEM = 'application/problem+json';

const refusal = (page: boolean, head: boolean): RouterCase['expected'] => ({
  status: 401,
  state: 'not signed in',
  headers: {
    ...UNSHARED,
    'content-type': page ? HTML : PROBLEM,
    'x-proxy-renew': '/_proxy/api/renew',
  },
  ...(head ? { body: ['', '<', '{'] } : page ? { body: `<a href="${START}" target=_top>Sign in</a>` } : {}),
});

function expectedOf(answer: Answer, { method }: CaseRequest): RouterCase['expected'] {
  const head = method === 'HEAD' || method === 'OPTIONS';
  if (answer === 'app') return toApp();
  if (answer === 'start') return { status: 302, headers: { location: START } };
  if (answer === '403')
    return { status: 403, state: 'other site', headers: { ...UNSHARED, 'x-proxy-renew': undefined } };
  return refusal(answer === '401 page', head);
}

/** A column of the table: the viewer, the sites of the request, and the answer of a row. */
interface Column {
  name: string;
  sites: readonly Site[];
  cookies?: string;
  answerOf(row: Row): Answer;
}

const COLUMNS: readonly Column[] = [
  { name: 'without a session', sites: [...OWN_SITES, ...OTHER_SITES], answerOf: (row) => row.noSession },
  { name: 'with a session', sites: OWN_SITES, cookies: cookie(session()), answerOf: (row) => row.ownSite },
  {
    name: 'with a session',
    sites: OTHER_SITES,
    cookies: cookie(session()),
    answerOf: (row) => row.otherSite,
  },
];

/** A request of a row in a column, from one site. */
interface Cell {
  what: string;
  row: Row;
  site: Site;
  answer: Answer;
  request: CaseRequest;
}

const CELLS: readonly Cell[] = [...ROWS, ...OLD_ROWS].flatMap((row) =>
  COLUMNS.flatMap(({ name, sites, cookies, answerOf }) =>
    sites.map((site): Cell => {
      const request = { ...row.request(site), uri: '/cart', query: 'a=1', ...(cookies && { cookies }) };
      return { what: `${row.kind} from ${site} ${name}`, row, site, answer: answerOf(row), request };
    }),
  ),
);

const place = 'signIn';

/** Each cell of the table, at a hostname that is gated, unknown, open, or without keys. */
const table = CELLS.flatMap(({ what, answer, request }): RouterCase[] => {
  const base = { place, request } as const;
  const unknown: RouterCase['expected'] = { status: 404, state: 'unknown' };
  return [
    {
      ...base,
      name: `answers ${what}: ${answer}`,
      store: { [HOST]: gated, [KEY]: keys() },
      expected: expectedOf(answer, request),
      reads: [HOST, KEY],
    },
    {
      ...base,
      name: `answers ${what} alike at an unknown name`,
      store: { [KEY]: keys() },
      expected: answer === 'app' ? unknown : expectedOf(answer, request),
      reads: [HOST, WILDCARD, KEY],
    },
    {
      ...base,
      name: `answers ${what} alike at the name of a sleeping app`,
      store: { [HOST]: closed('asleep', { access: { since: SINCE } }), [KEY]: keys() },
      expected: answer === 'app' ? { status: 503, state: 'asleep' } : expectedOf(answer, request),
      reads: [HOST, KEY],
    },
    {
      ...base,
      name: `sends ${what} to an open app, which is told no user`,
      store: { [HOST]: open, [KEY]: keys() },
      expected: toApp(NOBODY),
      reads: [HOST],
    },
    {
      ...base,
      name: `answers ${what} with 503 while the keys are missing`,
      store: { [HOST]: gated },
      expected: { status: 503, state: 'fault', headers: { 'retry-after': '5' } },
      reads: [HOST, KEY],
    },
    {
      ...base,
      name: `sends ${what} and a pass to the app, as that of a program`,
      request: { ...request, headers: { ...request.headers, 'x-proxy-pass': pass() } },
      store: { [HOST]: gated, [KEY]: keys() },
      expected: toApp(PROGRAM),
      reads: [HOST, KEY],
    },
  ];
});

/** Requests that the router treats as those without a session. */
const REFUSED: readonly (readonly [what: string, cookies: string, more?: Partial<SessionKeys>])[] = [
  ['past its end', cookie(session({ endsAt: 1_000_000_000 }))],
  ['from an earlier epoch', cookie(session({ epoch: 2 }))],
  ['from before the last change of the access rule', cookie(session({ sequence: SINCE - 1 }))],
  ['for the entry of a wildcard', cookie(session({ level: 1 }))],
  [
    'for another hostname',
    cookie(session({}, { scope: { ...SCOPE, host: 'cart.dev.example.com' }, key: KEYS.current })),
  ],
  [
    'of another deployment',
    cookie(session({}, { scope: { ...SCOPE, deployment: 'test' }, key: KEYS.current })),
  ],
  ['under the word for no key', cookie(session({}, { scope: SCOPE, key: '-' }))],
  ['under an unknown key', cookie(session({}, { scope: SCOPE, key: keyNamed('z') }))],
  ['under a key that has left', cookie(session()), { current: keyNamed('b') }],
  ['with another user', cookie(session().replace('alice', 'malice'))],
  ['with another end', cookie(session().replace(/^1\.4/, '1.5'))],
  ['with another version', cookie(session().replace(/^1/, '2'))],
  ['with a shorter MAC', cookie(session().slice(0, -1))],
  ['that is a pass', cookie(pass())],
  ['that is empty', cookie('')],
  ['and one of another person', `${cookie(session())}; ${cookie(MALLORY)}`],
  ['of another person first', `${cookie(MALLORY)}; ${cookie(session())}`],
  [
    'after four that are invalid',
    `${cookie('x')}; ${cookie('')}; ${cookie('1.2')}; ${cookie('a.b')}; ${cookie(session())}`,
  ],
  ['in a cookie of another name', `__Host-proxy-sessions=${session()}; proxy-session=${session()}`],
];

const PASSES: readonly (readonly [what: string, pass: string, more?: Partial<SessionKeys>])[] = [
  ['past its end', pass({ endsAt: 1_000_000_000 })],
  ['that is revoked', pass(), { revoked: ['0123456789ab', 'abcDEF012-_x'] }],
  ['from before the last change of the access rule', pass({ madeAt: SINCE - 61 })],
  [
    'for another hostname',
    pass({}, { scope: { ...SCOPE, host: 'cart.dev.example.com' }, key: KEYS.current }),
  ],
  ['under an unknown key', pass({}, { scope: SCOPE, key: keyNamed('z') })],
  ['that is a session', session()],
];

const fetching = {
  accept: '*/*',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
};

const refused: readonly RouterCase[] = [
  ...REFUSED.flatMap(([what, cookies, more]): RouterCase[] => [
    {
      place,
      name: `sends a person with a session ${what} to sign in`,
      store: { [HOST]: gated, [KEY]: keys(more) },
      request: { uri: '/cart', query: 'a=1', headers: NAVIGATION, cookies },
      expected: { status: 302, headers: { location: START } },
      reads: [HOST, KEY],
    },
    {
      place,
      name: `refuses a fetch with a session ${what}`,
      store: { [HOST]: gated, [KEY]: keys(more) },
      request: { uri: '/cart', query: 'a=1', headers: fetching, cookies },
      expected: { status: 401, state: 'not signed in' },
      reads: [HOST, KEY],
    },
  ]),
  ...PASSES.map(
    ([what, sent, more]): RouterCase => ({
      place,
      name: `refuses a program with a pass ${what}`,
      store: { [HOST]: gated, [KEY]: keys(more) },
      request: { headers: { 'x-proxy-pass': sent } },
      expected: { status: 401, state: 'not signed in' },
      reads: [HOST, KEY],
    }),
  ),
];

const admitted = (name: string, more: Partial<RouterCase>): RouterCase => ({
  place,
  name,
  store: { [HOST]: gated, [KEY]: keys() },
  request: { headers: NAVIGATION, cookies: cookie(session()) },
  expected: toApp(),
  reads: [HOST, KEY],
  ...more,
});

const accepted: readonly RouterCase[] = [
  admitted('accepts a session of the number of the access rule, and a later one', {
    request: { headers: NAVIGATION, cookies: cookie(session({ sequence: SINCE + 1 })) },
  }),
  admitted('accepts a session whose number has eleven digits', {
    request: { headers: NAVIGATION, cookies: cookie(session({ sequence: 10_000_000_005 })) },
  }),
  admitted('accepts a session from a later epoch, of which the edge does not know yet', {
    request: { headers: NAVIGATION, cookies: cookie(session({ epoch: 4 })) },
  }),
  admitted('accepts a session of any level at a hostname without an entry', {
    store: { [KEY]: keys() },
    request: { headers: NAVIGATION, cookies: cookie(session({ level: 3 })) },
    expected: { status: 404, state: 'unknown' },
    reads: [HOST, WILDCARD, KEY],
  }),
  admitted(
    'accepts a pass of the last minute before a change of the access rule, at every level and in every epoch',
    {
      store: {
        [WILDCARD]: gated,
        [KEY]: keys({ epoch: 9_999_999_998, revoked: ['xabcDEF012-_', 'xabcDEF012-_'] }),
      },
      request: { headers: { 'x-proxy-pass': pass({ madeAt: SINCE - 60 }) } },
      expected: toApp(PROGRAM),
      reads: [HOST, WILDCARD, KEY],
    },
  ),
  ...(['previous', 'next'] as const).map((which) =>
    admitted(`accepts a session under the ${which} key`, {
      store: { [HOST]: gated, [KEY]: keys({ current: keyNamed('b'), [which]: KEYS.current }) },
    }),
  ),
  admitted('tells the app a user with dots', {
    request: { headers: NAVIGATION, cookies: cookie(session({ user: user('a.b.c@d.example') })) },
    expected: toApp({ ...ALICE, 'x-proxy-user': 'a.b.c@d.example' }),
  }),
  admitted('hides the session from the app, and leaves it its own cookies', {
    request: { headers: NAVIGATION, cookies: `a=1; ${cookie(session())}; b=2` },
  }),
  ...[
    ['after one that is invalid', `${cookie('x')}; ${cookie(session())}`],
    ['before two that are invalid', `${cookie(session())}; ${cookie(forged)}; ${cookie('.')}`],
    ['after two that are invalid', `${cookie(forged)}; ${cookie('')}; ${cookie(session())}`],
    ['beside one of the same person', `${cookie(session())}; ${cookie(session({ sequence: SINCE + 1 }))}`],
    ['beside one of another person that has ended', `${cookie(session())}; ${cookie(ended)}`],
  ].map(([what = '', cookies = '']) =>
    admitted(`accepts a session ${what}`, { request: { headers: NAVIGATION, cookies } }),
  ),
  admitted('tells an open app no user that a viewer forges', {
    store: { [HOST]: open },
    request: {
      headers: { 'x-proxy-user': 'bob@example.com', 'x-proxy-subject': SUBJECT, 'x-proxy-until': '9' },
    },
    expected: toApp(NOBODY),
    reads: [HOST],
  }),
  admitted('sends no request to sign in that says its site but not its purpose', {
    request: { headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin' } },
    expected: { status: 401, state: 'not signed in' },
  }),
  ...[...OF_SIGN_IN, ...UNDERSCORED, ...MIXED, ...ALMOST_OURS].map((name) =>
    admitted(`removes ${name} of a viewer from a request to an open app`, {
      store: { [HOST]: open },
      request: { headers: { [name]: 'mallory' } },
      expected: toApp({ ...NOBODY, [name]: undefined }),
      reads: [HOST],
    }),
  ),
  admitted('removes forged names in every spelling from a request of a person, and no others', {
    request: {
      headers: {
        ...NAVIGATION,
        ...Object.fromEntries([...UNDERSCORED, ...MIXED, ...ALMOST_OURS].map((name) => [name, 'mallory'])),
        ...NOT_OURS,
      },
      cookies: cookie(session()),
    },
    expected: toApp({
      ...ALICE,
      ...Object.fromEntries([...UNDERSCORED, ...MIXED, ...ALMOST_OURS].map((name) => [name, undefined])),
      ...NOT_OURS,
    }),
  }),
  admitted('overwrites a user that a signed-in viewer forges', {
    request: {
      headers: { ...NAVIGATION, 'x-proxy-user': 'bob@example.com', 'x-proxy-until': '9' },
      cookies: cookie(session()),
    },
  }),
  admitted('accepts a session for a wildcard at its level', {
    store: { [WILDCARD]: gated, [KEY]: keys() },
    request: { headers: NAVIGATION, cookies: cookie(session({ level: 1 })) },
    reads: [HOST, WILDCARD, KEY],
  }),
  admitted('refuses a session for the hostname’s own entry at a wildcard', {
    store: { [WILDCARD]: gated, [KEY]: keys() },
    expected: { status: 302, headers: { location: '/_proxy/api/start?to=%2F' } },
    reads: [HOST, WILDCARD, KEY],
  }),
  admitted('treats a hostname that is gone like one that never existed', {
    store: { [HOST]: '3 g7 G1 main#7', [KEY]: keys() },
    expected: { status: 404, state: 'unknown' },
    reads: [HOST, WILDCARD, KEY],
  }),
  admitted('follows a rule with a group of people', {
    store: { [HOST]: live('shop', { access: { since: SINCE, rule: 'group:devs' } }), [KEY]: keys() },
  }),
  admitted('keeps the port in the check of a WebSocket’s origin', {
    request: {
      host: `${HOST}:8443`,
      headers: { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: `https://${HOST}:8443` },
      cookies: cookie(session()),
    },
  }),
  admitted('refuses a WebSocket from the same hostname on another port', {
    request: {
      host: `${HOST}:8443`,
      headers: { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: `https://${HOST}` },
      cookies: cookie(session()),
    },
    expected: { status: 403, state: 'other site' },
  }),
  ...[
    encodedBefore(),
    'written by hand',
    '3 g 80  x i-x 1 main#7',
    '3 g0 80  x i-x 1 main#7',
    '3 g_ 80  x i-x 1 main#7',
    '3 g-5 80  x i-x 1 main#7',
    '3 g+5 80  x i-x 1 main#7',
    '3 g',
    '3 g7',
    '3 o',
    '3 h7 80  x i-x 1 main#7',
    '3 p G1 main#7',
    '3 n 80  x i-x 1 main#7',
    '3 oo 80  x i-x 1 main#7',
    '3  80  x i-x 1 main#7',
    '4 g7 80  x i-x 1 main#7',
    '3 q 80  x i-x 1 main#7',
  ].map((value) =>
    admitted(`follows no entry like ${value.slice(0, 12)}`, {
      store: { [HOST]: value, [WILDCARD]: open, [KEY]: keys() },
      expected: { status: 503, state: 'unreadable' },
      reads: [HOST],
    }),
  ),
  ...[
    '',
    '0000000003',
    '0000000003 short - - -',
    `0000000003 ${'-'.repeat(44)} - -`,
    `k1 3 ${KEYS.current} - - -`,
  ].map((value) =>
    admitted(`answers 503 while the keys are ${JSON.stringify(value)}`, {
      store: { [HOST]: gated, [KEY]: value },
      expected: { status: 503, state: 'fault' },
    }),
  ),
  admitted('leads to the first page instead of a path that is too long to return to', {
    request: { uri: `/${'x'.repeat(1_100)}`, headers: NAVIGATION },
    expected: { status: 302, headers: { location: `/_proxy/api/start?to=%2F${'x'.repeat(1_024)}` } },
  }),
];

/** The value of an entry from before sign-in. */
function encodedBefore(): string {
  return encodeEntry(live('shop'));
}

const APEX = 'dev.example.com';
const atApex = { ...SCOPE, host: APEX };
const toSignIn = { status: 302, headers: { location: '/_proxy/api/sign-in?to=%2F_proxy%2F' } };

/** The base domain, and the way to the concierge. */
const apex: readonly RouterCase[] = [
  admitted('sends a person without a session from the portal to sign in', {
    request: { host: APEX, uri: '/_proxy/', headers: NAVIGATION },
    expected: toSignIn,
    reads: [KEY],
  }),
  admitted('does not accept a session of an app at the portal', {
    request: { host: APEX, uri: '/_proxy/', headers: NAVIGATION, cookies: cookie(session()) },
    expected: toSignIn,
    reads: [KEY],
  }),
  admitted('shows the portal to a person with a session', {
    request: {
      host: APEX,
      uri: '/_proxy/',
      headers: NAVIGATION,
      cookies: cookie(session({}, { scope: atApex, key: KEYS.current })),
    },
    expected: { site: '/_proxy/index.html' },
    reads: [KEY],
  }),
  admitted('refuses the list of routes to a script without a session', {
    request: { host: APEX, uri: '/_proxy/routes.json', headers: fetching },
    expected: { status: 401, state: 'not signed in' },
    reads: [KEY],
  }),
  admitted('refuses the list of routes to a script of an app', {
    request: {
      host: APEX,
      uri: '/_proxy/routes.json',
      headers: { ...fetching, 'sec-fetch-site': 'same-site' },
      cookies: cookie(session({}, { scope: atApex, key: KEYS.current })),
    },
    expected: { status: 403, state: 'other site' },
    reads: [KEY],
  }),
  ...[APEX, HOST].map((host) =>
    admitted(`serves the assets of notices at ${host} without a session`, {
      request: { host, uri: '/_proxy/errors/notice.css' },
      expected: { site: '/_proxy/errors/notice.css' },
      reads: [],
    }),
  ),
  admitted('leads from the base domain to the portal', {
    request: { host: APEX, headers: NAVIGATION },
    expected: { status: 302, headers: { location: '/_proxy/' } },
    reads: [],
  }),
];

const ENDPOINTS = [
  ...['GET start', 'GET arrive', 'GET status', 'GET me', 'GET sign-in', 'GET callback'],
  ...['POST renew', 'POST sign-out'],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const NAMES = ENDPOINTS.map((each) => each.split(' ')[1] ?? '');
const NO_ENDPOINTS = [
  '',
  'x',
  'me/',
  'me/x',
  'ME',
  'start.html',
  'sign-out-all',
  'xstart',
  'me|x',
  '@me',
  '(',
];

/** The only requests that reach the concierge. */
const endpoints = [HOST, 'no-such-app.dev.example.com', APEX].flatMap((host) =>
  METHODS.flatMap((method) =>
    [...NAMES, ...NO_ENDPOINTS].map((name): RouterCase => {
      const isOne = ENDPOINTS.includes(`${method} ${name}`);
      return {
        place,
        name: `${isOne ? 'passes' : 'refuses'} ${method} ${JSON.stringify(name)} at ${host}`,
        store: { [HOST]: gated },
        request: { method, host, uri: `/_proxy/api/${name}`, query: 'to=%2F', headers: fetching },
        expected: isOne ? { concierge: host } : { status: 404, state: 'unknown path' },
        reads: [],
      };
    }),
  ),
);

const toConcierge: readonly RouterCase[] = [
  ...endpoints,
  admitted('shows the concierge no secret of an app, and the host that the viewer asked for', {
    request: {
      host: 'Shop.dev.example.com.',
      uri: '/_proxy/api/me',
      headers: { authorization: 'Bearer secret', 'x-proxy-host': 'evil.example', 'x-other': '1' },
      cookies: `a=1; __Host-proxy-browser=x; ${cookie('x')}; __Host-prox=2; proxy-who=3; ${cookie('y')}; b=2`,
    },
    expected: { concierge: HOST, cookies: ['__Host-proxy-browser', '__Host-proxy-session'] },
    reads: [],
  }),
  ...[
    '/_proxy/%61pi/me',
    '/_proxy/api%2Fme',
    '/_proxy/ap%69/me',
    '/_proxy/x/../api/me',
    '/_proxy/./api/me',
    '/_proxy/%2e/api/me',
    '/%5Fproxy/api/me',
    '/_prox%79/api/me',
    '/_proxy/api/m%65',
    '/_proxy/errors/%2e%2e/api/me',
  ].flatMap((uri) =>
    [HOST, APEX].map((host) =>
      admitted(`refuses ${uri} at ${host}, which CloudFront may take for an endpoint`, {
        request: { host, uri, headers: fetching },
        expected: { status: 400, state: 'ambiguous path' },
        reads: [],
      }),
    ),
  ),
];

/** Sign-in: who may use which hostname. */
/** A header may have the text of a wildcard's key. Only the answer could tell a stranger that the wildcard exists. */
const wildcardKeys: readonly RouterCase[] = [
  ['that is gated', gated],
  ['that is open', open],
  ['that is asleep', closed('asleep', { access: { since: SINCE } })],
  ['of before sign-in', live('shop')],
  ['that does not exist', undefined],
].map(
  ([what, value]): RouterCase => ({
    place,
    name: `refuses the key of a wildcard ${what}, as a host`,
    store: { ...(value === undefined ? {} : { [WILDCARD]: value }), [KEY]: keys() },
    request: { host: WILDCARD, headers: NAVIGATION },
    expected: { status: 400, state: 'invalid host' },
    reads: [],
  }),
);

export const SIGN_IN_CASES: readonly RouterCase[] = [
  ...wildcardKeys,
  ...table,
  ...refused,
  ...accepted,
  ...apex,
  ...toConcierge,
];
