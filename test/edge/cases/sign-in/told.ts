import { SUBJECT, user } from '../../../support/values/session/session-values.ts';
import {
  ALMOST_OURS,
  MIXED,
  NAVIGATION,
  OF_SIGN_IN,
  type RouterCase,
  UNDERSCORED,
} from '../../support/router-case.ts';
import { ALICE, admitted, cookie, HOST, NOBODY, open, session, toApp } from './values.ts';

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

/** The facts that an app gets about its viewer, and those that a viewer cannot invent. */
export const TOLD_CASES: readonly RouterCase[] = [
  admitted('tells the app a user with dots', {
    request: { headers: NAVIGATION, cookies: cookie(session({ user: user('a.b.c@d.example') })) },
    expected: toApp({ ...ALICE, 'x-proxy-user': 'a.b.c@d.example' }),
  }),
  admitted('hides the session from the app, and leaves it its own cookies', {
    request: { headers: NAVIGATION, cookies: `a=1; ${cookie(session())}; b=2` },
  }),
  admitted('tells an open app no user that a viewer forges', {
    store: { [HOST]: open },
    request: {
      headers: { 'x-proxy-user': 'bob@example.com', 'x-proxy-subject': SUBJECT, 'x-proxy-until': '9' },
    },
    expected: toApp(NOBODY),
    reads: [HOST],
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
];
