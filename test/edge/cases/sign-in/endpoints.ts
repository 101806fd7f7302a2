import type { RouterCase } from '../../support/router-case.ts';
import { admitted, cookie, fetching, gated, HOST, place } from './values.ts';

const APEX = 'dev.example.com';

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

/** The way to the concierge. */
export const ENDPOINT_CASES: readonly RouterCase[] = [
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
