import { live, nameOf } from '../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../support/router-case.ts';

const host = 'dev.example.com';

/** A request to the base domain itself, which reads nothing. */
const at = (
  name: string,
  request: NonNullable<RouterCase['request']>,
  expected: RouterCase['expected'],
): RouterCase => ({
  name,
  // An operator's own entry for the base domain is never followed.
  store: { 'dev.example.com': live('apex') },
  request: { host, ...request },
  expected,
  reads: [],
});

const to = (location: string) => ({ status: 302, headers: { location } });

/** The base domain: the portal and redirects to apps. */
export const APEX_CASES: readonly RouterCase[] = [
  at('leads from the base domain to the portal', { headers: NAVIGATION }, to('/_proxy/')),
  at(
    'passes the portal’s folder to the site as its index',
    { uri: '/_proxy/' },
    { site: '/_proxy/index.html' },
  ),
  at(
    'passes a file of the portal to the site',
    { uri: '/_proxy/portal.js', query: 'v=1' },
    {
      site: '/_proxy/portal.js',
    },
  ),
  at(
    'passes a folder below the portal to the site unchanged, because only the portal has an index',
    { uri: '/_proxy/errors/' },
    {
      site: '/_proxy/errors/',
    },
  ),
  at(
    'finds the portal in any spelling of the host',
    { host: 'DEV.example.com.:443', uri: '/_proxy/' },
    {
      site: '/_proxy/index.html',
    },
  ),
  at('knows no other path on the base domain', { uri: '/cart' }, { status: 404, state: 'unknown' }),
  at('knows the portal only with its slash', { uri: '/_proxy' }, { status: 404, state: 'unknown' }),
  at(
    'does not treat another spelling as the portal',
    { uri: '//_proxy/' },
    { status: 404, state: 'unknown' },
  ),
  at(
    'redirects from /@app to the app’s own host and keeps the query',
    { uri: '/@shop/x', query: 'y=1&z=%20' },
    {
      ...to('https://shop.dev.example.com/x?y=1&z=%20'),
    },
  ),
  at(
    'redirects from /@app without a slash to the app’s first page',
    { uri: '/@shop' },
    {
      ...to('https://shop.dev.example.com/'),
    },
  ),
  at('leads from /@APP to the app in lower case', { uri: '/@Shop/x' }, to('https://shop.dev.example.com/x')),
  at(
    'keeps the port in the redirect from /@app',
    { host: 'dev.example.com:8443', uri: '/@shop/x' },
    {
      ...to('https://shop.dev.example.com:8443/x'),
    },
  ),
  at(
    'drops a bare question mark in the redirect from /@app',
    { uri: '/@shop/x', query: '' },
    {
      ...to('https://shop.dev.example.com/x'),
    },
  ),
  at(
    'stays on the app’s host with any path after /@app',
    { uri: '/@shop//evil.example' },
    {
      ...to('https://shop.dev.example.com//evil.example'),
    },
  ),
  at('leads from /@ to the portal', { uri: '/@' }, to('/_proxy/')),
  at('leads from /@/ to the portal', { uri: '/@/x' }, to('/_proxy/')),
  at(
    'redirects from /@ with a name of several labels to the portal',
    { uri: '/@evil.example/x' },
    to('/_proxy/'),
  ),
  at('leads from /@ with a hostile name to the portal', { uri: '/@<script>/x' }, to('/_proxy/')),
  at('leads from /@ with a user and host to the portal', { uri: '/@user@evil/x' }, to('/_proxy/')),
  at(
    'ignores apps that are chosen by cookie or header',
    {
      uri: '/cart',
      cookies: '__Host-proxy-app=shop.123',
      headers: { 'x-proxy-app': 'shop' },
    },
    { status: 404, state: 'unknown' },
  ),
  {
    name: 'uses http and the port on a laptop',
    place: 'laptop',
    request: { host: 'localhost:8080', uri: '/@shop/x' },
    expected: to('http://shop.localhost:8080/x'),
    reads: [],
  },
  {
    name: 'does not serve the portal’s files on an app’s host',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: '/_proxy/portal.js' },
    expected: { status: 404, state: 'unknown path' },
    reads: [],
  },
  {
    name: 'redirects from an app’s host to the portal',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: '/_proxy/' },
    expected: { status: 302, headers: { location: 'https://dev.example.com/_proxy/' } },
    reads: [],
  },
  {
    name: 'serves the assets of our notices on an app’s host',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: '/_proxy/errors/notice.css' },
    expected: { site: '/_proxy/errors/notice.css' },
    reads: [],
  },
  {
    name: 'sends an app its own paths that begin like the portal’s',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: '/_proxy' },
    expected: { domainName: nameOf('shop') },
  },
  {
    name: 'sends an app its own paths that begin like a choice of apps',
    store: { 'shop.dev.example.com': live('shop') },
    request: { uri: '/@cart/x' },
    expected: { domainName: nameOf('shop') },
  },
];
