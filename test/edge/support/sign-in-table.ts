import type { CaseRequest } from './router-case.ts';

/** How a request is related to the page that sent it. `none` is a person who types an address. */
export const OWN_SITES = ['same-origin', 'none'] as const;
export const OTHER_SITES = ['same-site', 'cross-site'] as const;
export type Site = (typeof OWN_SITES)[number] | (typeof OTHER_SITES)[number];

/** The answer to a viewer: a redirect to sign in, a status, a status with a page, or the app. */
export type Answer = 'start' | '401' | '401 page' | 'app' | '403';

/** One kind of request to a gated hostname, and its answers. */
export interface Row {
  kind: string;
  request(site: Site): CaseRequest;
  noSession: Answer;
  ownSite: Answer;
  otherSite: Answer;
}

export const OWN_ORIGIN = 'https://shop.dev.example.com';
const ORIGINS: Readonly<Record<Site, string>> = {
  none: OWN_ORIGIN,
  'same-origin': OWN_ORIGIN,
  'same-site': 'https://evil.dev.example.com',
  'cross-site': 'https://evil.example',
};

const PAGE = 'text/html,application/xhtml+xml,*/*;q=0.8';

/** Headers of a browser that sends `Sec-Fetch-*`. */
const fetched = (site: Site, mode: string, dest: string, accept = '*/*') => ({
  accept,
  'sec-fetch-site': site,
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
});

const document = (site: Site) => fetched(site, 'navigate', 'document', PAGE);

const fromScripts = { noSession: '401', ownSite: 'app', otherSite: '403' } as const;
const inPages = { noSession: '401 page', ownSite: 'app', otherSite: '403' } as const;

/** The table of the answers to each kind of request; the router's cases are made of it. */
export const ROWS: readonly Row[] = [
  {
    kind: 'a navigation',
    request: (site) => ({ headers: document(site) }),
    noSession: 'start',
    ownSite: 'app',
    otherSite: 'app',
  },
  {
    kind: 'a navigation that a service worker sends',
    request: (site) => ({ headers: fetched(site, 'navigate', 'empty', PAGE) }),
    ...inPages,
  },
  {
    kind: 'a HEAD',
    request: (site) => ({ method: 'HEAD', headers: fetched(site, 'cors', 'empty') }),
    ...fromScripts,
  },
  {
    kind: 'a HEAD that claims to navigate',
    request: (site) => ({ method: 'HEAD', headers: document(site) }),
    noSession: '401 page',
    ownSite: 'app',
    otherSite: '403',
  },
  { kind: 'a fetch', request: (site) => ({ headers: fetched(site, 'cors', 'empty') }), ...fromScripts },
  {
    kind: 'a fetch for HTML',
    request: (site) => ({ headers: fetched(site, 'cors', 'empty', 'text/html') }),
    ...inPages,
  },
  { kind: 'an image', request: (site) => ({ headers: fetched(site, 'no-cors', 'image') }), ...fromScripts },
  { kind: 'a script', request: (site) => ({ headers: fetched(site, 'no-cors', 'script') }), ...fromScripts },
  {
    kind: 'an EventSource',
    request: (site) => ({ headers: fetched(site, 'cors', 'empty', 'text/event-stream') }),
    ...fromScripts,
  },
  {
    kind: 'the navigation of a frame',
    request: (site) => ({ headers: fetched(site, 'navigate', 'iframe', PAGE) }),
    ...inPages,
  },
  {
    kind: 'the navigation of an object',
    request: (site) => ({ headers: fetched(site, 'navigate', 'object', PAGE) }),
    ...inPages,
  },
  {
    kind: 'the POST of a form',
    request: (site) => ({ method: 'POST', headers: { ...document(site), origin: ORIGINS[site] } }),
    ...inPages,
  },
  {
    kind: 'the POST of a script',
    request: (site) => ({
      method: 'POST',
      headers: { ...fetched(site, 'cors', 'empty'), origin: ORIGINS[site] },
    }),
    ...fromScripts,
  },
  ...(['PUT', 'PATCH', 'DELETE'] as const).map(
    (method): Row => ({
      kind: `a ${method}`,
      request: (site) => ({ method, headers: { ...fetched(site, 'cors', 'empty'), origin: ORIGINS[site] } }),
      ...fromScripts,
    }),
  ),
  {
    kind: 'an OPTIONS',
    request: (site) => ({
      method: 'OPTIONS',
      headers: {
        ...fetched(site, 'cors', 'empty'),
        origin: ORIGINS[site],
        'access-control-request-method': 'PUT',
      },
    }),
    ...fromScripts,
  },
  {
    kind: 'a WebSocket without Sec-Fetch',
    request: (site) => ({
      headers: { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: ORIGINS[site] },
    }),
    ...fromScripts,
  },
  {
    kind: 'a WebSocket with Sec-Fetch',
    request: (site) => ({
      headers: {
        ...fetched(site, 'websocket', 'empty'),
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        origin: ORIGINS[site],
      },
    }),
    ...fromScripts,
  },
  {
    kind: 'a WebSocket that claims to navigate',
    request: (site) => ({
      headers: { ...document(site), 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: ORIGINS[site] },
    }),
    ...fromScripts,
  },
  ...['prefetch', 'prefetch;prerender'].map(
    (purpose): Row => ({
      kind: `a ${purpose}`,
      request: (site) => ({ headers: { ...document(site), 'sec-purpose': purpose } }),
      ...inPages,
    }),
  ),
];

/** Requests of clients without `Sec-Fetch-*`; only Origin tells their site. */
export const OLD_ROWS: readonly (Row & { origin?: true })[] = [
  {
    kind: 'a navigation of an old browser',
    request: () => ({ headers: { accept: PAGE } }),
    noSession: 'start',
    ownSite: 'app',
    otherSite: 'app',
  },
  {
    kind: 'a program without headers',
    request: () => ({}),
    noSession: '401',
    ownSite: 'app',
    otherSite: 'app',
  },
  {
    kind: 'a fetch for HTML of an old browser',
    request: (site) => ({ headers: { accept: 'text/html', origin: ORIGINS[site] } }),
    noSession: 'start',
    ownSite: 'app',
    otherSite: '403',
  },
  {
    kind: 'the POST of a form of an old browser',
    request: (site) => ({ method: 'POST', headers: { accept: PAGE, origin: ORIGINS[site] } }),
    ...inPages,
  },
];
