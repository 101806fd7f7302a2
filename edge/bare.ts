import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { hostnameOf } from '../core/hostname.ts';
import { redirect, tell } from './answer.ts';
import { APP_COOKIE } from './headers.ts';
import { queryOf } from './query.ts';

/**
 * Without a base domain one hostname serves every app: the app is chosen by `/@app/…`, which a cookie remembers, or
 * by the header `x-proxy-app`. Answers the key of the app, or the response that chooses one.
 *
 * All apps there share one origin in the browser (cookies, storage, service workers): one trust zone.
 */
export function appOf(event: ViewerRequestEvent, host: string): string | EdgeResponse {
  const request = event.request;
  const asked = appPath(request.uri);
  if (asked && asked[0]) return choose(event, asked[0], asked[1]);
  if (asked) {
    const portal = redirect('/_proxy/');
    // Neither a name that no app can have nor another site's link clears what the app stored.
    return /^\/@\/?$/.test(request.uri) && isDeliberate(request) ? leave(portal) : portal;
  }
  const header = request.headers['x-proxy-app'];
  const app = header ? labelOf(header.value) : chosen(request);
  if (app) return app;
  return request.uri === '/' ? redirect('/_proxy/') : tell('unknown', request, host);
}

/** `/@shop/cart` → `['shop', '/cart']`; `['', …]` where no app can have the name, as in `/@/`. */
export function appPath(uri: string): [app: string, rest: string] | undefined {
  if (!uri.startsWith('/@')) return undefined;
  const slash = uri.indexOf('/', 2);
  return slash < 0 ? [labelOf(uri.slice(2)), '/'] : [labelOf(uri.slice(2, slash)), uri.slice(slash)];
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
  if (before && before !== app) return leave(redirect(request.uri + query));
  // A year: a session's cookie would be gone before what the app stored is.
  return withCookie(redirect(rest + query), `${app}.${event.context.requestId.slice(0, 12)}`, '31536000');
}

/**
 * Forgets the app: what it stored must not be read by the next. The cookie is expired by its own header, too, so that a
 * browser that ignores Clear-Site-Data comes back without it and does not loop.
 */
function leave(response: EdgeResponse): EdgeResponse {
  response.headers['clear-site-data'] = { value: '"cache","cookies","storage"' };
  return withCookie(response, '', '0');
}

function withCookie(response: EdgeResponse, value: string, seconds: string): EdgeResponse {
  response.cookies = {
    [APP_COOKIE]: { value: value, attributes: 'Path=/;Secure;HttpOnly;SameSite=Lax;Max-Age=' + seconds },
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
