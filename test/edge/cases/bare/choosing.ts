import {
  type CaseRequest,
  DISTRIBUTION,
  NAVIGATION,
  REQUEST_ID,
  type RouterCase,
} from '../../support/router-case.ts';
import { ASKS, bare, CART, CHOSEN, HERE, NOBODY, to } from './values.ts';

const choosing: readonly RouterCase[] = [
  bare(
    'chooses an app on a person’s own navigation',
    { uri: '/@shop/cart', query: 'x=1&y=%20', headers: NAVIGATION },
    to('/cart?x=1&y=%20', CHOSEN),
    ['shop'],
  ),
  bare(
    'chooses an app on a navigation within the domain',
    { uri: '/@shop/', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } },
    to('/', CHOSEN),
    ['shop'],
  ),
  bare('chooses an app without a path', { uri: '/@shop', headers: NAVIGATION }, to('/', CHOSEN), ['shop']),
  bare('chooses an app in any case', { uri: '/@SHOP/x', headers: NAVIGATION }, to('/x', CHOSEN), ['shop']),
  bare(
    'chooses the same app again without clearing anything',
    { uri: '/@shop/x', headers: NAVIGATION, cookies: '__Host-proxy-app=shop.123' },
    to('/x', CHOSEN),
    ['shop'],
  ),
  bare(
    'stays on this host when the rest of the path holds an encoded slash',
    { uri: '/@shop/%2fevil.example', headers: NAVIGATION },
    to('/%2fevil.example', CHOSEN),
    ['shop'],
  ),
  bare(
    'stays on this host when the rest of the path begins with a dot segment',
    { uri: '/@shop/.//evil.example', headers: NAVIGATION },
    to('/.//evil.example', CHOSEN),
    ['shop'],
  ),
  bare(
    'chooses an app that sleeps',
    { uri: '/@nap/x', headers: NAVIGATION },
    to('/x', { '__Host-proxy-app': { ...CHOSEN['__Host-proxy-app'], value: `nap.${REQUEST_ID}` } }),
    ['nap'],
  ),
  ...Object.entries({
    'the page that asks': `https://${DISTRIBUTION}/@shop/x?y=1`,
    'the portal': `https://${DISTRIBUTION}/_proxy/`,
  }).map(([from, referer]) =>
    bare(
      `chooses an app by the link of ${from} in a browser that sends only Referer`,
      { uri: '/@shop/x', query: 'y=1', headers: { accept: 'text/html', referer } },
      to('/x?y=1', CHOSEN),
      ['shop'],
    ),
  ),
];

const UNDELIBERATE: Readonly<Record<string, CaseRequest>> = {
  'another site’s link': { headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } },
  'another site’s link with a referrer of this domain': {
    headers: {
      ...NAVIGATION,
      'sec-fetch-site': 'cross-site',
      referer: `https://${DISTRIBUTION}/@shop/cart`,
    },
  },
  'a sibling domain’s link': { headers: { ...NAVIGATION, 'sec-fetch-site': 'same-site' } },
  'a frame': { headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } },
  'a script’s fetch': { headers: { ...HERE, 'sec-fetch-dest': 'empty' } },
  'an image': { headers: { ...NAVIGATION, 'sec-fetch-dest': 'image' } },
  'a form’s POST': { method: 'POST', headers: HERE },
  'a browser without Sec-Fetch headers': { headers: { accept: 'text/html' } },
  'another site’s link while another app is chosen': {
    headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
    cookies: CART,
  },
  'a link of the chosen app': {
    headers: { ...HERE, referer: `https://${DISTRIBUTION}/home` },
    cookies: CART,
  },
  'a link of another app’s page with a similar address': {
    headers: { ...HERE, referer: `https://${DISTRIBUTION}/@shop/cartoons` },
    cookies: CART,
  },
};

const confirming: readonly RouterCase[] = [
  ...Object.entries(UNDELIBERATE).map(([who, request]) =>
    bare(`asks for confirmation before ${who} chooses an app`, { uri: '/@shop/cart', ...request }, ASKS, [
      'shop',
    ]),
  ),
  bare(
    'asks for confirmation even if the path has thousands of characters',
    { uri: `/@shop/${'&'.repeat(8_000)}`, headers: { accept: 'text/html' } },
    ASKS,
    ['shop'],
  ),
];

/** A name that is not in the store cannot be chosen: no cookie is set, and nothing is cleared. */
const nameless: readonly RouterCase[] = [
  bare(
    'does not choose an app that is not in the store',
    { uri: '/@nobody/x', headers: NAVIGATION },
    NOBODY,
    ['nobody'],
  ),
  bare(
    'keeps all data of an app whose page links to a name that is not in the store',
    { uri: '/@alice', headers: { ...HERE, referer: `https://${DISTRIBUTION}/home` }, cookies: CART },
    NOBODY,
    ['alice'],
  ),
  bare(
    'keeps all data of an app when a person types a name that is not in the store',
    { uri: '/@alice', headers: NAVIGATION, cookies: CART },
    NOBODY,
    ['alice'],
  ),
  ...(['GET', 'HEAD', 'POST'] as const).map((method) =>
    bare(
      `tells a program’s ${method} that no app has the name`,
      { method, uri: '/@nobody/health', headers: { accept: '*/*' } },
      NOBODY,
      ['nobody'],
    ),
  ),
  ...(['GET', 'HEAD', 'POST'] as const).map((method) =>
    bare(
      `tells a program’s ${method} that only a person can choose an app, and chooses nothing`,
      { method, uri: '/@shop/health', headers: { accept: '*/*' } },
      {
        status: 409,
        state: 'open?',
        headers: { 'content-type': 'application/problem+json', location: undefined },
      },
      ['shop'],
    ),
  ),
];

const HOSTILE_LABELS = ['sh%2fop', 'evil.example', '<script>', '*', '__proto__', 'a b', 'a'.repeat(254)];

const hostile: readonly RouterCase[] = [
  ...HOSTILE_LABELS.map((label) =>
    bare(
      `does not choose an app called ${label.slice(0, 12)}`,
      { uri: `/@${label}/x`, headers: NAVIGATION },
      NOBODY,
    ),
  ),
  ...HOSTILE_LABELS.filter((label) => label !== 'evil.example').map((label) =>
    bare(
      `ignores an app called ${label.slice(0, 12)} in header and cookie`,
      { uri: '/x', headers: { 'x-proxy-app': label }, cookies: `__Host-proxy-app=${label}.123` },
      { status: 404, state: 'unknown' },
    ),
  ),
  ...['..', '.a', 'a..', 'a..b', '-a.example', `${'a'.repeat(64)}.example`].map((host) =>
    bare(
      `refuses ${host.slice(0, 8)} for a Host, as CloudFront would refuse the origin’s Host`,
      { host, uri: '/x', headers: { 'x-proxy-app': 'shop' } },
      { status: 400, state: 'invalid host' },
    ),
  ),
  bare(
    'does not accept a hostname as an app in the header',
    { uri: '/x', headers: { 'x-proxy-app': 'shop.dev.example.com' } },
    { status: 404, state: 'unknown' },
  ),
  ...['//evil.example', '/\\evil.example', '//', '///x'].map((rest) =>
    bare(
      `never redirects to ${rest}`,
      { uri: `/@shop${rest}`, headers: NAVIGATION },
      { status: 400, state: 'ambiguous path' },
      ['shop'],
    ),
  ),
];

/** The choice of an app on the bare domain: by a path, never by a link of another page, never of a name that no app has. */
export const CHOOSING_CASES: readonly RouterCase[] = [...choosing, ...confirming, ...nameless, ...hostile];
