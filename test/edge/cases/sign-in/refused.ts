import type { SessionKeys } from '../../../../core/session/session-keys.ts';
import { KEYS, keyNamed, SCOPE, user } from '../../../support/values/session/session-values.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';
import { cookie, fetching, gated, HOST, KEY, keys, pass, place, SINCE, START, session } from './values.ts';

const MALLORY = session({ user: user('mallory@example.com'), subject: 'bWFsbG9yeS1tYWxsb3J5MQ' });

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
  ['after three that are invalid', `${cookie('x')}; ${cookie('')}; ${cookie('1.2')}; ${cookie(session())}`],
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

/** Sessions and passes that count as none. */
export const REFUSED_CASES: readonly RouterCase[] = [
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
