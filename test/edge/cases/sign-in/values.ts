import { PASS, type Pass } from '../../../../core/session/pass.ts';
import { SESSION, type Session } from '../../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../../core/session/session-keys.ts';
import { sign } from '../../../../core/session/signed.ts';
import { A_SESSION, KEYS, mac, SCOPE, SUBJECT } from '../../../support/values/session/session-values.ts';
import { live, nameOf } from '../../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';

/** Stores, texts and requests of the cases of sign-in. */

export const place = 'signIn';

export const HOST = 'shop.dev.example.com';
export const WILDCARD = '*.dev.example.com';
export const KEY = ':keys';
export const FUTURE = 4_102_444_800;
export const SINCE = A_SESSION.sequence;

export const keys = (more: Partial<SessionKeys> = {}) => printSessionKeys({ ...KEYS, ...more });

/** A session for the hostname of the cases, in time until 2100. */
export const session = (more: Partial<Session> = {}, { scope = SCOPE, key = KEYS.current } = {}) =>
  sign(SESSION, { ...A_SESSION, endsAt: FUTURE, ...more }, scope, key, mac);
export const pass = (more: Partial<Pass> = {}, { scope = SCOPE, key = KEYS.current } = {}) =>
  sign(PASS, { endsAt: FUTURE, madeAt: SINCE, id: 'abcDEF012-_x', name: 'ci', ...more }, scope, key, mac);
export const cookie = (value: string) => `__Host-proxy-session=${value}`;

export const gated = live('shop', { access: { since: SINCE } });
export const open = live('shop', { access: 'open' });

/** The headers that tell an app about a person. */
export const ALICE = {
  'x-proxy-user': 'alice@example.com',
  'x-proxy-subject': SUBJECT,
  'x-proxy-until': String(FUTURE),
};
export const PROGRAM = { ...ALICE, 'x-proxy-user': 'pass:ci', 'x-proxy-subject': 'abcDEF012-_x' };
export const NOBODY = { 'x-proxy-user': undefined, 'x-proxy-subject': undefined, 'x-proxy-until': undefined };

export const toApp = (
  headers: Readonly<Record<string, string | undefined>> = ALICE,
): RouterCase['expected'] => ({
  domainName: nameOf('shop'),
  hostHeader: HOST,
  headers,
});

/** The address at which a person without a session begins, for the request `/cart?a=1`. */
export const START = '/_proxy/api/start?to=%2Fcart%3Fa%3D1';

/** Headers of a script of the app itself. */
export const fetching = {
  accept: '*/*',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
};

/** A case of a person with a session, in which `more` differs. */
export const admitted = (name: string, more: Partial<RouterCase>): RouterCase => ({
  place,
  name,
  store: { [HOST]: gated, [KEY]: keys() },
  request: { headers: NAVIGATION, cookies: cookie(session()) },
  expected: toApp(),
  reads: [HOST, KEY],
  ...more,
});
