import { live, nameOf, rule } from '../../support/entries.ts';
import { type CaseRequest, DISTRIBUTION, NAVIGATION, type RouterCase } from '../../support/router-case.ts';
import { bare, CART, CHOSEN, HERE, LEFT, stripped, to } from './values.ts';

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

/** Requests while an app is chosen: how it is kept and left. */
export const CHOSEN_CASES: readonly RouterCase[] = [...own, ...switching, ...chosen];
