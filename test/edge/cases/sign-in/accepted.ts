import { KEYS, keyNamed, SCOPE } from '../../../support/values/session/session-values.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';
import {
  admitted,
  cookie,
  gated,
  HOST,
  KEY,
  keys,
  PROGRAM,
  pass,
  SINCE,
  session,
  toApp,
  WILDCARD,
} from './values.ts';

const ended = session({ endsAt: 1_000_000_000, subject: 'bWFsbG9yeS1tYWxsb3J5MQ' });
const forged = session({}, { scope: SCOPE, key: keyNamed('z') });

/** Sessions and passes that count, and the requests that they count for. */
export const ACCEPTED_CASES: readonly RouterCase[] = [
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
  ...[
    ['after one that is invalid', `${cookie('x')}; ${cookie(session())}`],
    ['before two that are invalid', `${cookie(session())}; ${cookie(forged)}; ${cookie('.')}`],
    ['after two that are invalid', `${cookie(forged)}; ${cookie('')}; ${cookie(session())}`],
    ['beside one of the same person', `${cookie(session())}; ${cookie(session({ sequence: SINCE + 1 }))}`],
    ['beside one of another person that has ended', `${cookie(session())}; ${cookie(ended)}`],
  ].map(([what = '', cookies = '']) =>
    admitted(`accepts a session ${what}`, { request: { headers: NAVIGATION, cookies } }),
  ),
  admitted('sends no request to sign in that says its site but not its purpose', {
    request: { headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin' } },
    expected: { status: 401, state: 'not signed in' },
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
  admitted('leads to the first page instead of a path that is too long to return to', {
    request: { uri: `/${'x'.repeat(1_100)}`, headers: NAVIGATION },
    expected: { status: 302, headers: { location: `/_proxy/api/start?to=%2F${'x'.repeat(1_024)}` } },
  }),
];
