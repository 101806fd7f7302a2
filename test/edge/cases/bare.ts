import { closed, live, nameOf, rule } from '../entries.ts';
import { type CaseRequest, DISTRIBUTION, NAVIGATION, REQUEST_ID, type RouterCase } from '../router-case.ts';

const STORE = { shop: live('shop'), cart: live('cart'), nap: closed('asleep') };
const ATTRIBUTES = 'Path=/;Secure;HttpOnly;SameSite=Lax';
const CHOSEN = {
  '__Host-proxy-app': { value: `shop.${REQUEST_ID}`, attributes: `${ATTRIBUTES};Max-Age=31536000` },
};
const LEFT = { '__Host-proxy-app': { value: '', attributes: `${ATTRIBUTES};Max-Age=0` } };

const bare = (
  name: string,
  request: CaseRequest,
  expected: RouterCase['expected'],
  reads: readonly string[] = [],
): RouterCase => ({ name, place: 'bare', store: STORE, request, expected, reads });

const to = (location: string, cookies: typeof CHOSEN | undefined = undefined) => ({
  status: 302,
  headers: { location, 'clear-site-data': undefined },
  ...(cookies && { cookies }),
});

/** A page that asks whether to open the app; its link is the person’s own click. */
const asks = (href: string) => ({
  status: 200,
  state: 'open?' as const,
  headers: { 'content-type': 'text/html;charset=utf-8', location: undefined },
  body: `<a href="${href}">Open</a>`,
});

const choosing: readonly RouterCase[] = [
  bare(
    'chooses an app on a person’s own navigation',
    { uri: '/@shop/cart', query: 'x=1&y=%20', headers: NAVIGATION },
    to('/cart?x=1&y=%20', CHOSEN),
  ),
  bare(
    'chooses an app on a navigation within the domain',
    { uri: '/@shop/', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } },
    to('/', CHOSEN),
  ),
  bare('chooses an app without a path', { uri: '/@shop', headers: NAVIGATION }, to('/', CHOSEN)),
  bare('chooses an app in any case', { uri: '/@SHOP/x', headers: NAVIGATION }, to('/x', CHOSEN)),
  bare(
    'chooses the same app again without clearing anything',
    { uri: '/@shop/x', headers: NAVIGATION, cookies: '__Host-proxy-app=shop.123' },
    to('/x', CHOSEN),
  ),
  bare(
    'stays on this host when the rest of the path holds an encoded slash',
    { uri: '/@shop/%2fevil.example', headers: NAVIGATION },
    to('/%2fevil.example', CHOSEN),
  ),
  bare(
    'stays on this host when the rest of the path begins with a dot segment',
    { uri: '/@shop/.//evil.example', headers: NAVIGATION },
    to('/.//evil.example', CHOSEN),
  ),
];

const UNDELIBERATE: Readonly<Record<string, CaseRequest>> = {
  'another site’s link': { headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } },
  'a sibling domain’s link': { headers: { ...NAVIGATION, 'sec-fetch-site': 'same-site' } },
  'a frame': { headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } },
  'a script’s fetch': {
    headers: { ...NAVIGATION, 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' },
  },
  'an image': { headers: { ...NAVIGATION, 'sec-fetch-dest': 'image' } },
  'a form’s POST': { method: 'POST', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } },
  'a browser that does not say where it comes from': { headers: { accept: 'text/html' } },
  'a link elsewhere while another app is chosen': {
    headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
    cookies: '__Host-proxy-app=cart.123',
  },
};

const confirming: readonly RouterCase[] = [
  ...Object.entries(UNDELIBERATE).map(([who, request]) =>
    bare(`asks before ${who} chooses an app`, { uri: '/@shop/cart', ...request }, asks('/@shop/cart')),
  ),
  bare(
    'escapes what the page that asks leads to',
    { uri: '/@shop/"x"', query: 'a="><script>&b=2', headers: { accept: 'text/html' } },
    asks('/@shop/&quot;x&quot;?a=&quot;><script>&amp;b=2'),
  ),
];

const silent = bare(
  'tells a program that does not say where it comes from, and chooses nothing',
  { uri: '/@shop/cart', headers: { 'sec-fetch-site': 'none' } },
  {
    status: 200,
    state: 'open?',
    headers: { 'content-type': 'application/problem+json', location: undefined },
  },
);

const switching: readonly RouterCase[] = [
  bare(
    'clears what the last app stored before it chooses another',
    { uri: '/@shop/x', query: 'y=1', headers: NAVIGATION, cookies: '__Host-proxy-app=cart.123' },
    {
      status: 302,
      headers: { location: '/@shop/x?y=1', 'clear-site-data': '"cache","cookies","storage"' },
      cookies: LEFT,
    },
  ),
  bare(
    'chooses the other app when the browser comes back without the cookie',
    { uri: '/@shop/x', query: 'y=1', headers: NAVIGATION, cookies: 'theme=dark' },
    to('/x?y=1', CHOSEN),
  ),
  ...['/@', '/@/'].map((uri) =>
    bare(
      `leads a person from ${uri} to the portal and clears what the app stored`,
      { uri, headers: NAVIGATION, cookies: '__Host-proxy-app=shop.123' },
      {
        status: 302,
        headers: { location: '/_proxy/', 'clear-site-data': '"cache","cookies","storage"' },
        cookies: LEFT,
      },
    ),
  ),
  bare(
    'clears nothing when another site leads to /@',
    {
      uri: '/@',
      headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
      cookies: '__Host-proxy-app=shop.123',
    },
    to('/_proxy/'),
  ),
];

const chosen: readonly RouterCase[] = [
  bare(
    'sends a viewer to the app that the cookie names, which never sees the cookie',
    { uri: '/x', cookies: 'theme=dark; __Host-proxy-app=shop.123' },
    { domainName: nameOf('shop'), hostHeader: DISTRIBUTION },
    ['shop'],
  ),
  bare(
    'sends a program to the app that the header names, which never sees the header',
    { uri: '/x', headers: { 'x-proxy-app': 'shop' } },
    { domainName: nameOf('shop'), hostHeader: DISTRIBUTION },
    ['shop'],
  ),
  bare(
    'follows the header rather than the cookie',
    { uri: '/x', headers: { 'x-proxy-app': 'Shop' }, cookies: '__Host-proxy-app=cart.123' },
    { domainName: nameOf('shop'), hostHeader: DISTRIBUTION },
    ['shop'],
  ),
  bare(
    'tells that the chosen app is asleep, with the way to the portal',
    { headers: NAVIGATION, cookies: '__Host-proxy-app=nap.123' },
    { status: 503, state: 'asleep', body: '<a href="/_proxy/">' },
    ['nap'],
  ),
  bare(
    'tells that the chosen app is gone, after one read',
    { uri: '/x', cookies: '__Host-proxy-app=gone.123' },
    { status: 404, state: 'unknown' },
    ['gone'],
  ),
  bare('leads who has chosen nothing to the portal', { headers: NAVIGATION }, to('/_proxy/')),
  bare('knows no path of who has chosen nothing', { uri: '/x' }, { status: 404, state: 'unknown' }),
  bare('passes the portal to the site', { uri: '/_proxy/' }, { site: '/_proxy/index.html' }),
  bare(
    'passes the portal to the site whatever app is chosen',
    { uri: '/_proxy/portal.js', headers: { 'x-proxy-app': 'shop' } },
    { site: '/_proxy/portal.js' },
  ),
  {
    name: 'matches the rules of the chosen app as on a host of its own',
    place: 'bare',
    store: { shop: live('shop', { rules: [rule('/api', { strip: true })] }) },
    request: { uri: '/api/v1', headers: { 'x-proxy-app': 'shop' } },
    expected: {
      domainName: nameOf('shop'),
      hostHeader: DISTRIBUTION,
      uri: '/v1',
      headers: { 'x-forwarded-prefix': '/api' },
    },
    reads: ['shop'],
  },
];

const HOSTILE_LABELS = ['sh%2fop', 'evil.example', '<script>', '*', '__proto__', 'a b', 'a'.repeat(254)];

const hostile: readonly RouterCase[] = [
  ...HOSTILE_LABELS.map((label) =>
    bare(
      `chooses no app called ${label.slice(0, 12)}`,
      { uri: `/@${label}/x`, headers: NAVIGATION },
      to('/_proxy/'),
    ),
  ),
  ...HOSTILE_LABELS.filter((label) => label !== 'evil.example').map((label) =>
    bare(
      `takes no app called ${label.slice(0, 12)} from header or cookie`,
      { uri: '/x', headers: { 'x-proxy-app': label }, cookies: `__Host-proxy-app=${label}.123` },
      { status: 404, state: 'unknown' },
    ),
  ),
  bare(
    'takes no host for an app from the header',
    { uri: '/x', headers: { 'x-proxy-app': 'shop.dev.example.com' } },
    { status: 404, state: 'unknown' },
  ),
  ...['//evil.example', '/\\evil.example', '//', '///x'].map((rest) =>
    bare(
      `redirects nobody to ${rest}`,
      { uri: `/@shop${rest}`, headers: NAVIGATION },
      { status: 400, state: 'ambiguous path' },
    ),
  ),
];

/** One bare domain for all apps: how an app is chosen, kept and left. */
export const BARE_CASES = [...choosing, ...confirming, silent, ...switching, ...chosen, ...hostile];
