import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { hostnameOf } from '../core/hostname.ts';
import { confirmation, redirect, tell } from './answer.ts';
import { APP_COOKIE, APP_HEADER } from './headers.ts';

const COOKIE_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/**
 * Without a base domain one hostname serves every app: the app is chosen by `/@app/…`, which a cookie remembers, or
 * by the header `x-proxy-app`. Answers the key of the app, or the response that chooses one.
 *
 * All apps there share one origin in the browser (cookies, storage, service workers): one trust zone.
 */
export function appOf(event: ViewerRequestEvent, host: string): string | EdgeResponse {
  const request = event.request;
  if (request.uri.startsWith('/@')) return choose(event, host);
  const header = request.headers[APP_HEADER];
  const cookie = request.cookies[APP_COOKIE];
  const app =
    header !== undefined ? labelOf(header.value) : cookie !== undefined ? chosenBy(cookie.value) : '';
  if (app !== '') return app;
  return request.uri === '/' ? redirect('/_proxy/') : tell('unknown', request, host);
}

/** `/@shop/cart?x=1` → the cookie for `shop`, then `/cart?x=1`. `/@` leaves the app and goes back to the portal. */
function choose(event: ViewerRequestEvent, host: string): EdgeResponse {
  const request = event.request;
  const slash = request.uri.indexOf('/', 2);
  const app = labelOf(slash < 0 ? request.uri.slice(2) : request.uri.slice(2, slash));
  const rest = slash < 0 ? '/' : request.uri.slice(slash);
  if (request.uri === '/@' || request.uri === '/@/') return forget(redirect('/_proxy/'));
  if (app === '') return tell('unknown', request, host);
  // A rest such as //evil.example would be another host in a Location.
  if (/^\/[/\\]/.test(rest)) return tell('badpath', request, host);
  const target = request.uri + queryOf(request);
  if (!isDeliberate(request)) return confirmation(app, target);
  const cookie = request.cookies[APP_COOKIE];
  if (cookie !== undefined && chosenBy(cookie.value) !== app) return switchFrom(target);
  const response = redirect(rest + queryOf(request));
  // What follows the label is the viewer's own: instances of a pool are picked by it.
  response.cookies = {
    [APP_COOKIE]: { value: `${app}.${event.context.requestId.slice(0, 12)}`, attributes: COOKIE_ATTRIBUTES },
  };
  return response;
}

/**
 * Leaves the app before the next one is chosen: what it stored must not be read by another. The cookie is expired by
 * its own header, so that a browser that ignores Clear-Site-Data comes back without it and does not loop.
 */
function switchFrom(target: string): EdgeResponse {
  const response = forget(redirect(target));
  response.headers['clear-site-data'] = { value: '"cache", "cookies", "storage"' };
  return response;
}

function forget(response: EdgeResponse): EdgeResponse {
  response.cookies = { [APP_COOKIE]: { value: '', attributes: `${COOKIE_ATTRIBUTES}; Max-Age=0` } };
  return response;
}

/** Only a person's own top-level navigation chooses: another site's link or frame gets a page that asks. */
function isDeliberate(request: EdgeRequest): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  return (
    request.method === 'GET' &&
    headerOf(request, 'sec-fetch-mode') === 'navigate' &&
    headerOf(request, 'sec-fetch-dest') === 'document' &&
    (site === 'none' || site === 'same-origin')
  );
}

function headerOf(request: EdgeRequest, name: string): string {
  const header = request.headers[name];
  return header === undefined ? '' : header.value;
}

function labelOf(text: string): string {
  return text.includes('.') ? '' : hostnameOf(text);
}

function chosenBy(cookie: string): string {
  const dot = cookie.indexOf('.');
  return labelOf(dot < 0 ? cookie : cookie.slice(0, dot));
}

/** The query string with its `?`, byte for byte where the runtime has the original. */
export function queryOf(request: EdgeRequest): string {
  if (typeof request.rawQueryString === 'function') {
    const raw = request.rawQueryString();
    return raw === undefined ? '' : `?${raw}`;
  }
  if (typeof request.querystring === 'string')
    return request.querystring === '' ? '' : `?${request.querystring}`;
  const pairs: string[] = [];
  const names = Object.keys(request.querystring);
  for (let i = 0; i < names.length; i++) pairs.push(pairOf(String(names[i]), request.querystring));
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function pairOf(
  name: string,
  query: Record<string, { value: string; multiValue?: { value: string }[] }>,
): string {
  const first = query[name] as { value: string; multiValue?: { value: string }[] };
  const all = first.multiValue === undefined ? [first] : first.multiValue;
  const pairs: string[] = [];
  for (let i = 0; i < all.length; i++) pairs.push(`${name}=${(all[i] as { value: string }).value}`);
  return pairs.join('&');
}
