import type { ViewerRequestEvent } from 'cloudfront';
import { buildEdge, buildSiteRouter, type EdgeConstants } from '../../../build/edge.ts';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { matchBehaviour } from '../../../core/explain/site/behaviour.ts';
import { HINT_COOKIE, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';

/** The deployments of the cases. */
export const PLACES = {
  domain: { baseDomain: 'dev.example.com', scheme: 'https' },
  bare: { baseDomain: '', scheme: 'https' },
  laptop: { baseDomain: 'localhost', scheme: 'http' },
  signIn: { baseDomain: 'dev.example.com', scheme: 'https', signIn: { deployment: 'main' } },
} as const satisfies Record<string, EdgeConstants>;

export type Place = keyof typeof PLACES;

/** The built site router. */
export const SITE_ROUTER = buildSiteRouter(PLACES.signIn);

/** A request as it arrives over the wire. */
export interface CaseRequest {
  /** Default GET. */
  method?: string;
  /** Host header; `null` for none. Default shop.dev.example.com, or the distribution's name on the bare domain. */
  host?: string | null;
  /** Path as sent; default `/`. */
  uri?: string;
  /** Without its `?`; absent for none. */
  query?: string;
  headers?: Readonly<Record<string, string>>;
  /** Cookie header. */
  cookies?: string;
  /** Default 192.0.2.7. */
  ip?: string;
}

/** The request goes to an instance. All members that are absent here are as the viewer sent them. */
export interface Forwarded {
  domainName: string;
  /** Default 80. */
  port?: number;
  /** The name for https. Default http. */
  certName?: string;
  /** Default: the case's host. */
  hostHeader?: string;
  uri?: string;
  /** Values of the relevant headers; `undefined` for an absent one. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** Seconds; default: that of the placeholder. */
  timeout?: number;
  /** Default: CloudFront's own default, IPv4. */
  ipAddressType?: 'ipv6';
}

/** The router answers by itself. */
export interface Answered {
  status: number;
  /** `x-proxy-state` and the title in the body, if it has one. */
  state?: string;
  /** Values of the relevant headers; `undefined` for an absent one. */
  headers?: Readonly<Record<string, string | undefined>>;
  cookies?: Readonly<Record<string, { value: string; attributes: string }>>;
  /** A part of the body. In a list, the body has the first part and none of the others. */
  body?: string | readonly [has: string, ...hasNot: string[]];
}

/** The request goes to the site bucket, which is the origin of its behaviour. */
export interface ToSite {
  site: string;
}

/** The request goes to the concierge, the function behind the endpoints of sign-in. */
export interface ToConcierge {
  /** The viewer's hostname, which the concierge reads in `x-proxy-host`. */
  concierge: string;
  /** Default: all that the viewer sent. */
  cookies?: readonly string[];
}

/** A line of the table. Every runtime of the router gives the same answer to it. */
export interface RouterCase {
  /** A sentence about the router's behaviour. */
  name: string;
  /** Default `domain`. */
  place?: Place;
  store?: Readonly<Record<string, Entry | string>>;
  request?: CaseRequest;
  expected: Forwarded | Answered | ToSite | ToConcierge;
  /** The pick in the access log; absent if it does not matter here. */
  log?: string;
  /** Keys in the order of their reads. Default: the host, once. */
  reads?: readonly string[];
}

/** Headers of a navigation that a person starts in a browser. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;

export const REQUEST_ID = 'Nj0dcyFz8xgk';
export const DISTRIBUTION = 'd111111abcdef8.cloudfront.net';

/** The Host header of a case; `undefined` for none. */
export function hostOf({ place, request }: RouterCase): string | undefined {
  const usual = place === 'bare' ? DISTRIBUTION : 'shop.dev.example.com';
  return request?.host === null ? undefined : (request?.host ?? usual);
}

/** The event of a case. It is new each time, because the router changes it. */
export function eventOf(one: RouterCase): ViewerRequestEvent {
  const { method = 'GET', uri = '/', query, headers = {}, cookies, ip = '192.0.2.7' } = one.request ?? {};
  const host = hostOf(one);
  const named = { ...(host === undefined ? {} : { Host: host }), ...headers };
  const all = Object.entries(cookies === undefined ? named : { ...named, Cookie: cookies });
  const event = viewerEvent({
    method,
    target: query === undefined ? uri : `${uri}?${query}`,
    rawHeaders: all.flat(),
    ip,
    id: `${REQUEST_ID}-and-more`,
    distributionDomainName: DISTRIBUTION,
  });
  return event;
}

/** Whether the site router gets the request of a case, which only a deployment with sign-in has. */
export function isOfSiteRouter(place: Place, one: RouterCase): boolean {
  return place === 'signIn' && matchBehaviour(eventOf(one).request.uri) !== 'apps';
}

const CODES = new Map<Place, string>();

/** The built function that gets the request of a case. */
export function codeFor(place: Place, one: RouterCase): string {
  if (isOfSiteRouter(place, one)) return SITE_ROUTER;
  const code = CODES.get(place) ?? buildEdge(PLACES[place]);
  CODES.set(place, code);
  return code;
}

/** The store of a case as the edge holds it. */
export function storeOf({ store = {} }: RouterCase): Record<string, string> {
  return Object.fromEntries(
    Object.entries(store).map(([key, entry]) => [
      key,
      typeof entry === 'string' ? entry : encodeEntry(entry),
    ]),
  );
}

/** The names of our headers after CGI, WSGI and Rack have replaced the hyphens. */
export const UNDERSCORED = [
  'x_forwarded_host',
  'x_forwarded_port',
  'x_forwarded_prefix',
  'x_forwarded_proto',
  'x_proxy_viewer',
  'x_proxy_token',
  'x_proxy_user',
  'x_proxy_subject',
  'x_proxy_until',
  'x_request_id',
];

/** The same names with only one of their two hyphens replaced. */
export const MIXED = UNDERSCORED.flatMap((name) => [
  name.replace('_', '-'),
  name.replace(/_(?=[^_]*$)/, '-'),
]);

/** Names that the router does not set today. With sign-in it removes every name that begins like one of ours. */
export const ALMOST_OURS = [
  'x-proxy-groups',
  'x_proxy_users',
  'x-proxy_user-id',
  'x-forwarded_for',
  'x_forwarded_for',
];
/** Headers of sign-in that no viewer can send to an app. */
export const OF_SIGN_IN = [
  'x-proxy-user',
  'x-proxy-subject',
  'x-proxy-until',
  'x-proxy-pass',
  'x-proxy-host',
];

/** The cookie by which the bare domain remembers an app. */
export const APP_COOKIE = '__Host-proxy-app';

/** Headers that never reach an app, unless the case says otherwise. */
export function removedIn(place: Place = 'domain'): readonly string[] {
  const choice = place === 'bare' ? ['x-proxy-app'] : place === 'signIn' ? [...MIXED, ...ALMOST_OURS] : [];
  return ['x-forwarded-prefix', 'x-proxy-token', ...choice, ...OF_SIGN_IN, ...UNDERSCORED];
}

/** Cookies of the router, which never reach an app. */
export function ownCookiesIn(place: Place = 'domain'): readonly string[] {
  return place === 'bare' ? [APP_COOKIE] : place === 'signIn' ? [SESSION_COOKIE, HINT_COOKIE] : [];
}
