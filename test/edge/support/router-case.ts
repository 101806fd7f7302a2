import type { ViewerRequestEvent } from 'cloudfront';
import type { EdgeConstants } from '../../../build/edge.ts';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';

/** The deployments that cases run in. */
export const PLACES = {
  domain: { baseDomain: 'dev.example.com', scheme: 'https' },
  bare: { baseDomain: '', scheme: 'https' },
  laptop: { baseDomain: 'localhost', scheme: 'http' },
} as const satisfies Record<string, EdgeConstants>;

export type Place = keyof typeof PLACES;

/** One request, as it comes over the wire. */
export interface CaseRequest {
  /** Default GET. */
  method?: string;
  /** Host header; `null` for none. Default shop.dev.example.com, of a bare domain its distribution's name. */
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

/** The request goes to an instance. Everything that is not said is as the viewer sent it. */
export interface Forwarded {
  domainName: string;
  /** Default 80. */
  port?: number;
  /** https to this name. Default http. */
  certName?: string;
  /** Default the case's host. */
  hostHeader?: string;
  uri?: string;
  /** Values of headers that matter here; `undefined` for one that is absent. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** Seconds; default 60. */
  timeout?: number;
}

/** The router answers by itself. */
export interface Answered {
  status: number;
  /** `x-proxy-state` and, where there is one, the title in the body. */
  state?: string;
  /** Values of headers that matter here; `undefined` for one that is absent. */
  headers?: Readonly<Record<string, string | undefined>>;
  cookies?: Readonly<Record<string, { value: string; attributes: string }>>;
  /** Parts that the body has; of a list, the first, and then none of the rest. */
  body?: string | readonly [has: string, ...hasNot: string[]];
}

/** The request goes to the site bucket, the origin of its own behaviour. */
export interface ToSite {
  site: string;
}

/** One line of the table that every runtime of the router answers alike. */
export interface RouterCase {
  /** A sentence about the router. */
  name: string;
  /** Default `domain`. */
  place?: Place;
  store?: Readonly<Record<string, Entry | string>>;
  request?: CaseRequest;
  expected: Forwarded | Answered | ToSite;
  /** What the access log says of the choice; absent where it does not matter here. */
  log?: string;
  /** Keys in the order in which they are read. Default: the host, once. */
  reads?: readonly string[];
}

/** What a browser says of a person's own navigation. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
} as const;

export const REQUEST_ID = 'Nj0dcyFz8xgk';
export const DISTRIBUTION = 'd111111abcdef8.cloudfront.net';

/** The Host header that a case sends; `undefined` for none. */
export function hostOf({ place, request }: RouterCase): string | undefined {
  const usual = place === 'bare' ? DISTRIBUTION : 'shop.dev.example.com';
  return request?.host === null ? undefined : (request?.host ?? usual);
}

/** The event of a case; a fresh one each time, since the router writes into it. */
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

/** The store of a case as the edge holds it. */
export function storeOf({ store = {} }: RouterCase): Record<string, string> {
  return Object.fromEntries(
    Object.entries(store).map(([key, entry]) => [
      key,
      typeof entry === 'string' ? entry : encodeEntry(entry),
    ]),
  );
}

/** What CGI, WSGI and Rack make of the hyphens in headers of ours. */
export const UNDERSCORED = [
  'x_forwarded_host',
  'x_forwarded_port',
  'x_forwarded_prefix',
  'x_forwarded_proto',
  'x_proxy_viewer',
  'x_proxy_token',
  'x_request_id',
];
