import { live, nameOf } from '../../support/entries.ts';
import type { RouterCase } from '../../support/router-case.ts';

const HOST = 'shop.dev.example.com';
const APEX = 'dev.example.com';

const at = (name: string, more: Pick<RouterCase, 'request' | 'expected'>): RouterCase => ({
  place: 'signIn',
  name,
  store: { [HOST]: live('shop', { access: 'open' }) },
  reads: [],
  ...more,
});

const AMBIGUOUS = { status: 400, state: 'ambiguous path' } as const;

/** Paths that are ours only after CloudFront has normalised them, so the site router gets them. */
const OURS_WHEN_NORMALISED = [
  '/x/../_proxy/',
  '/x/../_proxy/errors/notice.css',
  '/x/%2e%2e/_proxy/api/me',
  '/./_proxy/routes.json',
  '/%2E/_proxy/routes.json',
  '/%5Fproxy/routes.json',
  '/%5f%70%72%6f%78%79/routes.json',
  // CloudFront does not say whether several slashes count as one.
  '//_proxy/routes.json',
  '/_proxy//routes.json/../../api/me',
  '/_proxy//api/start',
  '/_proxy/api//me',
  '/_proxy/errors//notice.css',
];

/** Paths that begin like ours and lead out of them, so the router of apps gets them. */
const OURS_AS_WRITTEN = ['/_proxy/../cart', '/_proxy/%2e%2e/cart', '/_proxy/errors/../../cart'];

/** Paths that CloudFront does not take for ours. The app alone decides about them. */
const OF_THE_APP = [
  '/x/..%2F_proxy/routes.json',
  '/x/..%5c_proxy/routes.json',
  '/x\\..\\_proxy/routes.json',
  '/%255Fproxy/routes.json',
  '/_proxy',
  '/_proxies/',
  '/x/_proxy/../_proxy/',
  '/%5Fproxy',
  `/${'%20'.repeat(700)}/./_proxy/`,
  `/${'x'.repeat(2_000)}/./y`,
];

/** Which of the two routers of a deployment with sign-in answers, and what it refuses. */
export const TWO_ROUTERS_CASES: readonly RouterCase[] = [
  ...OURS_WHEN_NORMALISED.flatMap((uri) =>
    [HOST, APEX].map((host) =>
      at(`refuses ${uri} at ${host}, which is not ours as written`, {
        request: { host, uri },
        expected: AMBIGUOUS,
      }),
    ),
  ),
  ...OURS_AS_WRITTEN.flatMap((uri) =>
    [HOST, APEX].map((host) =>
      at(`refuses ${uri} at ${host}, which is ours only as written`, {
        request: { host, uri },
        expected: AMBIGUOUS,
      }),
    ),
  ),
  ...OF_THE_APP.map(
    (uri): RouterCase => ({
      ...at(`leaves ${uri.slice(0, 60)} of ${uri.length} characters to the app`, {
        request: { uri },
        expected: { domainName: nameOf('shop') },
      }),
      reads: [HOST],
    }),
  ),
  ...[null, 'not a name', '*.dev.example.com', 'a'.repeat(300)].map((host) =>
    at(`refuses our own pages at the host ${host?.slice(0, 20)}`, {
      request: { host, uri: '/_proxy/errors/notice.css' },
      expected: { status: 400, state: 'invalid host' },
    }),
  ),
  at('refuses a long path of ours with bytes that no URI has', {
    request: { uri: `/_proxy/errors/${'é'.repeat(300)}` },
    expected: AMBIGUOUS,
  }),
  at('refuses a path of ours that is longer than any, before it searches it', {
    request: { uri: `/_proxy/${'x'.repeat(293)}` },
    expected: AMBIGUOUS,
  }),
  at('has no other page of ours with the longest path either', {
    request: { uri: `/_proxy/${'x'.repeat(292)}` },
    expected: { status: 404, state: 'unknown path' },
  }),
  at('redirects an app to the portal of the base domain, with the port of the viewer', {
    request: { host: `${HOST}:8443`, uri: '/_proxy/' },
    expected: { status: 302, headers: { location: 'https://dev.example.com:8443/_proxy/' } },
  }),
  at('has no other page of the portal at the hostname of an app', {
    request: { uri: '/_proxy/routes.json' },
    expected: { status: 404, state: 'unknown path' },
  }),
];
