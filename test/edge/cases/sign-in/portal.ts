import { KEYS, SCOPE } from '../../../support/values/session/session-values.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';
import { admitted, cookie, fetching, HOST, KEY, session } from './values.ts';

const APEX = 'dev.example.com';
const atApex = { ...SCOPE, host: APEX };
const toSignIn = { status: 302, headers: { location: '/_proxy/api/sign-in?to=%2F_proxy%2F' } };

/** The base domain, and the way to the concierge. */
export const PORTAL_CASES: readonly RouterCase[] = [
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
