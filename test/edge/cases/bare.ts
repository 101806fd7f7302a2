import { closed, live, nameOf, rule } from '../support/entries.ts';
import {
  type CaseRequest,
  DISTRIBUTION,
  NAVIGATION,
  REQUEST_ID,
  type RouterCase,
} from '../support/router-case.ts';

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

/** A page that asks whether to open the app. Its link leads to its own address, so a click on it is the person’s own. */
const ASKS = {
  status: 409,
  state: 'open?' as const,
  headers: { 'content-type': 'text/html;charset=utf-8', location: undefined, 'clear-site-data': undefined },
  body: '<a href="">Open</a>',
};

/** A request to the bare domain whose one app has its prefix `/api` stripped. */
const stripped = (name: string, request: CaseRequest, expected: RouterCase['expected']): RouterCase => ({
  ...bare(name, request, expected, ['shop']),
  store: { shop: live('shop', { rules: [rule('/api', { strip: true })] }) },
});

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

const HERE = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' };
const CART = '__Host-proxy-app=cart.123';

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

const NOBODY = { status: 404, state: 'unknown', headers: { 'clear-site-data': undefined } } as const;

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

/** While an app is chosen, every request except a person’s navigation belongs to it. */
const OWN: Readonly<Record<string, CaseRequest>> = {
  'a script': { uri: '/@vite/client', headers: { ...HERE, accept: '*/*', 'sec-fetch-dest': 'script' } },
  'a fetch': { uri: '/@fs/x.json', headers: { ...HERE, accept: '*/*', 'sec-fetch-dest': 'empty' } },
  'a frame': { uri: '/@shop/x', headers: { ...HERE, 'sec-fetch-dest': 'iframe' } },
  'a form’s POST': { uri: '/@shop', method: 'POST', headers: HERE },
  'a program’s request': { uri: '/@shop/x', headers: { accept: '*/*' } },
  'a script with an alias': {
    uri: '/@/main.ts',
    headers: { ...HERE, accept: '*/*', 'sec-fetch-dest': 'script' },
  },
  'a page with a name that no app can have': { uri: '/@bob@mastodon.example', headers: HERE },
};

const own: readonly RouterCase[] = [
  ...Object.entries(OWN).map(([what, request]) =>
    bare(
      `sends ${what} below /@ to the chosen app`,
      { ...request, cookies: CART },
      { domainName: nameOf('cart'), hostHeader: DISTRIBUTION },
      ['cart'],
    ),
  ),
  bare(
    'sends a path below /@ to the app in the header',
    { uri: '/@fs/x', headers: { accept: '*/*', 'x-proxy-app': 'cart' } },
    { domainName: nameOf('cart'), hostHeader: DISTRIBUTION },
    ['cart'],
  ),
];

const switching: readonly RouterCase[] = [
  bare(
    'clears the data of the last app before it chooses another',
    { uri: '/@shop/x', query: 'y=1', headers: NAVIGATION, cookies: '__Host-proxy-app=cart.123' },
    {
      status: 302,
      headers: { location: '/@shop/x?y=1', 'clear-site-data': '"cache","cookies","storage"' },
      cookies: LEFT,
    },
    ['shop'],
  ),
  bare(
    'clears the data of the last app when the person confirms on the page that asks',
    {
      uri: '/@shop/x',
      headers: { ...HERE, referer: `https://${DISTRIBUTION}/@shop/x` },
      cookies: CART,
    },
    {
      status: 302,
      headers: { location: '/@shop/x', 'clear-site-data': '"cache","cookies","storage"' },
      cookies: LEFT,
    },
    ['shop'],
  ),
  bare(
    'chooses the other app when the browser comes back without the cookie',
    { uri: '/@shop/x', query: 'y=1', headers: NAVIGATION, cookies: 'theme=dark' },
    to('/x?y=1', CHOSEN),
    ['shop'],
  ),
  ...['/@', '/@/'].map((uri) =>
    bare(
      `leads a person from ${uri} to the portal and clears the app’s data`,
      { uri, headers: NAVIGATION, cookies: '__Host-proxy-app=shop.123' },
      {
        status: 302,
        headers: { location: '/_proxy/', 'clear-site-data': '"cache","cookies","storage"' },
        cookies: LEFT,
      },
    ),
  ),
  bare(
    'clears nothing when another site links to /@',
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
    'sends a viewer to the app in the cookie, and hides the cookie from the app',
    { uri: '/x', cookies: 'theme=dark; __Host-proxy-app=shop.123' },
    { domainName: nameOf('shop'), hostHeader: DISTRIBUTION },
    ['shop'],
  ),
  bare(
    'sends a program to the app in the header, and hides the header from the app',
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
    'reports that the chosen app is asleep, and links to the portal',
    { headers: NAVIGATION, cookies: '__Host-proxy-app=nap.123' },
    { status: 503, state: 'asleep', body: 'href="/_proxy/#explain=nap">Why?</a>' },
    ['nap'],
  ),
  bare(
    'reports that the chosen app is gone, after one read',
    { uri: '/x', cookies: '__Host-proxy-app=gone.123' },
    { status: 404, state: 'unknown' },
    ['gone'],
  ),
  bare('leads a viewer who has not chosen an app to the portal', { headers: NAVIGATION }, to('/_proxy/')),
  bare('knows no path of who has chosen nothing', { uri: '/x' }, { status: 404, state: 'unknown' }),
  bare('passes the portal to the site', { uri: '/_proxy/' }, { site: '/_proxy/index.html' }),
  bare(
    'passes the portal to the site, no matter which app is chosen',
    { uri: '/_proxy/portal.js', headers: { 'x-proxy-app': 'shop' } },
    { site: '/_proxy/portal.js' },
  ),
  stripped(
    'redirects a person who has chosen an app from its stripped prefix to the slash, on this host and with the query',
    { uri: '/api', query: 'a=1&a=%20&b', headers: NAVIGATION, cookies: '__Host-proxy-app=shop.123' },
    to('/api/?a=1&a=%20&b'),
  ),
  stripped(
    'redirects to the slash of a stripped prefix if a header chooses the app',
    { uri: '/api', headers: { ...NAVIGATION, 'x-proxy-app': 'shop' } },
    to('/api/'),
  ),
  stripped(
    'chooses an app before its stripped prefix gets a slash, so that the cookie is there',
    { uri: '/@shop/api', query: 'x=1', headers: NAVIGATION },
    to('/api?x=1', CHOSEN),
  ),
  stripped(
    'does not redirect a program to the slash of a stripped prefix',
    { uri: '/api', headers: { 'x-proxy-app': 'shop' } },
    {
      domainName: nameOf('shop'),
      hostHeader: DISTRIBUTION,
      uri: '/',
      headers: { 'x-forwarded-prefix': '/api' },
    },
  ),
  ...['//api', '/\\api', '/%2fapi', '/@shop//api'].map((uri) =>
    stripped(
      `leads from ${uri} to no slash of a stripped prefix, since a browser could take it for another host`,
      { uri, headers: NAVIGATION, ...(uri[1] !== '@' && { cookies: '__Host-proxy-app=shop.123' }) },
      { status: 400, state: 'ambiguous path', headers: { location: undefined } },
    ),
  ),
  ...['//evil.example', '/\\evil.example'].map(
    (path): RouterCase => ({
      name: `never redirects to another host on the bare domain, even if an entry strips ${path}`,
      place: 'bare',
      store: { shop: live('shop', { rules: [rule(path, { strip: true })] }) },
      request: { uri: path, headers: NAVIGATION, cookies: '__Host-proxy-app=shop.123' },
      expected: { status: 400, state: 'ambiguous path', headers: { location: undefined } },
      reads: ['shop'],
    }),
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

/** One bare domain for all apps: how an app is chosen, kept and left. */
export const BARE_CASES = [
  ...choosing,
  ...confirming,
  ...nameless,
  ...own,
  ...switching,
  ...chosen,
  ...hostile,
];
