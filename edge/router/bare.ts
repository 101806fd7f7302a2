import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { APP_COOKIE, labelEnd, labelOf } from '../../core/wire/app-path.ts';
import { SITE } from '../../core/wire/site-path.ts';
import { answerNotice, redirect } from './answer/answer.ts';
import { AMBIGUOUS, OPEN, UNKNOWN } from './answer/notice.ts';
import { present } from './certain.ts';
import { headerOf } from './request/header.ts';
import { queryOf } from './request/query.ts';

/**
 * Without a base domain one hostname serves every app: `/@app/…` chooses the app and a cookie remembers it, or the header
 * `x-proxy-app` names it. Returns the key of the app that is chosen or requested, or a response that needs no key.
 *
 * Apps have paths like `/@app` of their own, for modules and people: while an app is chosen, only a person's navigation asks
 * for another one. The path takes effect only when the store is known to have the key; `''` then says that the path is the
 * app's own.
 *
 * All apps on this hostname share one origin in the browser (cookies, storage, service workers): one trust zone.
 */
export function chooseApp(event: ViewerRequestEvent, host: string): string | EdgeResponse;
export function chooseApp(event: ViewerRequestEvent, host: string, isKnown: true): '' | EdgeResponse;
export function chooseApp(event: ViewerRequestEvent, host: string, isKnown?: true): string | EdgeResponse {
  const request = event.request;
  const uri = request.uri;
  const before = readChosenApp(request);
  if (uri[1] === '@' && (!before || isNavigation(request))) {
    const end = labelEnd(uri);
    const app = labelOf(uri.slice(2, end));
    if (app) return isKnown ? confirmChoice(event, before, app, uri.slice(end) || '/') : app;
    if (uri.length < 4 && end < 3)
      return (isDeliberate(request, before) ? redirectWithCookie : redirect)(SITE);
  }
  if (isKnown) return '';
  return before || (uri === '/' ? redirect(SITE) : answerNotice(UNKNOWN, request, host));
}

/** The app in the header or the cookie. The rest of the cookie identifies the viewer, for choosing an instance. */
function readChosenApp(request: EdgeRequest): string {
  const cookie = request.cookies[APP_COOKIE];
  return (
    labelOf(headerOf(request, 'x-proxy-app')) ||
    (cookie ? labelOf(present(cookie.value.slice(0, 99).split('.')[0])) : '')
  );
}

function confirmChoice(event: ViewerRequestEvent, before: string, app: string, rest: string): EdgeResponse {
  const request = event.request;
  const query = queryOf(request);
  // A rest like //evil.example in a Location would lead to another host.
  if (/^.[/\\]/.test(rest.slice(0, 2))) return answerNotice(AMBIGUOUS, request, app);
  if (!isDeliberate(request, before)) return answerNotice(OPEN, request, app);
  // The viewer comes again without the cookie: a response that clears all cookies cannot set one.
  if (before && before !== app) return redirectWithCookie(request.uri + query);
  return redirectWithCookie(rest + query, app + '.' + event.context.requestId.slice(0, 12));
}

/**
 * A redirect with the cookie that remembers the app. Without a cookie the browser forgets the app and its stored data, because
 * the next app must not read them. A header of its own also expires the cookie, so that a browser that ignores Clear-Site-Data
 * comes back without it and does not loop.
 */
function redirectWithCookie(location: string, cookie?: string): EdgeResponse {
  const response = redirect(location);
  if (!cookie) response.headers['clear-site-data'] = { value: '"cache","cookies","storage"' };
  response.cookies = {
    [APP_COOKIE]: {
      value: cookie || '',
      // A year: a session cookie would disappear before the data that the app stored.
      attributes: 'Path=/;Secure;HttpOnly;SameSite=Lax;Max-Age=' + (cookie ? 31536000 : 0),
    },
  };
  return response;
}

/** Whether the request fills a browser's window. If a browser does not say so, its Accept header decides. */
function isNavigation(request: EdgeRequest): boolean {
  const dest = headerOf(request, 'sec-fetch-dest');
  return (
    request.method === 'GET' &&
    (dest ? dest === 'document' : headerOf(request, 'accept').startsWith('text/html'))
  );
}

/**
 * Only a person's own navigation chooses: a typed address, or a link of our pages. A link from the chosen app, which may have
 * paths like this, or from another site gets a page that asks. The link of that page is recognised by its referrer.
 */
function isDeliberate(request: EdgeRequest, before: string): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  const from = headerOf(request, 'referer');
  const home = SCHEME + '://' + headerOf(request, 'host');
  return (
    isNavigation(request) &&
    (site === 'none' ||
      ((!site || site === 'same-origin') &&
        ((site && !before) ||
          from.startsWith(home + SITE) ||
          from === home + request.uri + queryOf(request))))
  );
}
