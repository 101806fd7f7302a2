import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { hostnameOf } from '../core/hostname.ts';
import { redirect, tell } from './answer.ts';
import { queryOf } from './query.ts';
import { APP_COOKIE } from './send.ts';

/**
 * Without a base domain one hostname serves every app: the app is chosen by `/@app/…`, which a cookie remembers, or
 * by the header `x-proxy-app`. Answers the key of the app, or the response that chooses one.
 *
 * All apps there share one origin in the browser (cookies, storage, service workers): one trust zone.
 */
export function appOf(event: ViewerRequestEvent, host: string): string | EdgeResponse {
  const request = event.request;
  const asked = appPath(request.uri);
  if (asked) return asked[0] ? choose(event, asked[0], asked[1]) : toPortal(request);
  const app = labelOf(headerOf(request, 'x-proxy-app')) || chosen(request);
  if (app) return app;
  return request.uri === '/' ? redirect('/_proxy/') : tell('unknown', request, host);
}

/** `/@shop/cart` → `['shop', '/cart']`; `['', …]` where no app can have the name, as in `/@/`. */
export function appPath(uri: string): [app: string, rest: string] | undefined {
  if (!uri.startsWith('/@')) return undefined;
  const rest = uri.indexOf('/', 2);
  return rest < 0 ? [labelOf(uri.slice(2)), '/'] : [labelOf(uri.slice(2, rest)), uri.slice(rest)];
}

function labelOf(text: string): string {
  return text.includes('.') ? '' : hostnameOf(text);
}

/** The app in the cookie; what follows its label is the viewer's own, by which instances of a pool are picked. */
function chosen(request: EdgeRequest): string {
  const cookie = request.cookies[APP_COOKIE];
  return cookie ? labelOf(cookie.value.split('.')[0] as string) : '';
}

function choose(event: ViewerRequestEvent, app: string, rest: string): EdgeResponse {
  const request = event.request;
  const query = queryOf(request);
  // A rest such as //evil.example would be another host in a Location.
  if (/^\/[/\\]/.test(rest)) return tell('ambiguous path', request, app);
  if (!isDeliberate(request)) return tell('open?', request, app, request.uri + query);
  const before = chosen(request);
  // The viewer comes again without the cookie: what clears all cookies can't set one.
  if (before && before !== app) return leave(request.uri + query);
  // A year: a session's cookie would be gone before what the app stored is.
  return go(rest + query, app + '.' + event.context.requestId.slice(0, 12), 31536000);
}

/** Neither a name that no app can have nor another site's link clears what the app stored. */
function toPortal(request: EdgeRequest): EdgeResponse {
  return /^\/@\/?$/.test(request.uri) && isDeliberate(request) ? leave('/_proxy/') : redirect('/_proxy/');
}

/**
 * Forgets the app: what it stored must not be read by the next. The cookie is expired by its own header, too, so that a
 * browser that ignores Clear-Site-Data comes back without it and does not loop.
 */
function leave(location: string): EdgeResponse {
  const response = go(location, '', 0);
  response.headers['clear-site-data'] = { value: '"cache","cookies","storage"' };
  return response;
}

/** A redirect with the cookie that remembers the app. */
function go(location: string, cookie: string, seconds: number): EdgeResponse {
  const response = redirect(location);
  response.cookies = {
    [APP_COOKIE]: { value: cookie, attributes: 'Path=/;Secure;HttpOnly;SameSite=Lax;Max-Age=' + seconds },
  };
  return response;
}

/** Only a person's own top-level navigation chooses: another site's link or frame gets a page that asks. */
function isDeliberate(request: EdgeRequest): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  return (
    request.method === 'GET' &&
    headerOf(request, 'sec-fetch-dest') === 'document' &&
    (site === 'none' || site === 'same-origin')
  );
}

function headerOf(request: EdgeRequest, name: string): string {
  const header = request.headers[name];
  return header ? header.value : '';
}
