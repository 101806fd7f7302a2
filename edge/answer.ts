import type { EdgeRequest, EdgeResponse } from 'cloudfront';
import { type Notice, type NoticeName, noticeOf } from './notice.ts';
import { portalUrl } from './place.ts';

/** An answer of ours: nobody may cache, frame or sniff it. */
export function respond(status: number, reason: string, type: string, body: string): EdgeResponse {
  return {
    statusCode: status,
    statusDescription: reason,
    headers: {
      'content-type': { value: type },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'content-security-policy': {
        value: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      },
      'referrer-policy': { value: 'no-referrer' },
      'x-robots-tag': { value: 'noindex' },
    },
    body: { encoding: 'text', data: body },
  };
}

/** A redirect of ours; `location` is never taken from the viewer without a fixed beginning. */
export function redirect(location: string): EdgeResponse {
  const response = respond(302, 'Found', 'text/plain', '');
  response.headers['location'] = { value: location };
  return response;
}

/**
 * Tells a viewer why no app answers: a page for a person who navigates, `application/problem+json` (RFC 9457) for a
 * program, nothing but status and headers for HEAD and OPTIONS. `x-proxy-state` names the case for all of them.
 */
export function tell(name: NoticeName, request: EdgeRequest, host: string): EdgeResponse {
  const notice = noticeOf(name);
  const reason =
    notice.status === 503 ? 'Service Unavailable' : notice.status === 404 ? 'Not Found' : 'Bad Request';
  const bodiless = request.method === 'HEAD' || request.method === 'OPTIONS';
  const page = isNavigation(request);
  const response = respond(
    notice.status,
    reason,
    page ? 'text/html; charset=utf-8' : 'application/problem+json',
    bodiless ? '' : page ? pageOf(notice, request, host) : problemOf(notice, host),
  );
  response.headers['x-proxy-state'] = { value: name };
  if (notice.retryAfter > 0) response.headers['retry-after'] = { value: String(notice.retryAfter) };
  return response;
}

/** Browsers say `text/html` when a person opens a page; programs, fetches, event streams and websockets do not. */
function isNavigation(request: EdgeRequest): boolean {
  const accept = request.headers['accept'];
  return accept?.value.includes('text/html') && request.headers['sec-websocket-key'] === undefined;
}

function problemOf(notice: Notice, host: string): string {
  return JSON.stringify({
    title: notice.title,
    status: notice.status,
    detail: notice.detail,
    state: notice.name,
    host: host,
  });
}

const STYLE =
  ':root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;font:17px/1.6 system-ui,sans-serif;' +
  'background:light-dark(#f6f7f9,#14161a);color:light-dark(#1c2330,#e8ebf0)}main{max-width:30rem;padding:2rem}' +
  'h1{margin:.2em 0;font-size:2.2rem;letter-spacing:-.02em}code{color:light-dark(#5b6577,#9aa5b8)}a{color:light-dark(#1a56db,#8ab4ff)}';

/** A reload would repeat a form's POST as a GET, so only a GET page refreshes itself. */
function pageOf(notice: Notice, request: EdgeRequest, host: string): string {
  const refresh =
    notice.refresh && request.method === 'GET'
      ? `<meta http-equiv=refresh content=${notice.retryAfter}>`
      : '';
  return sheet(refresh, notice.title, escaped(host), notice.detail, portalUrl(request), 'See what is live');
}

function sheet(
  head: string,
  title: string,
  kicker: string,
  text: string,
  href: string,
  link: string,
): string {
  return (
    '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">' +
    `${head}<title>${title}</title><style>${STYLE}</style><main><code>${kicker}</code><h1>${title}</h1>` +
    `<p>${text}</p><a href="${escaped(href)}">${link}</a></main>`
  );
}

/** Asks a viewer whom somebody else's page sent here whether to open the app: their own click is same-origin. */
export function confirmation(app: string, target: string): EdgeResponse {
  return respond(
    200,
    'OK',
    'text/html; charset=utf-8',
    sheet(
      '',
      `Open ${escaped(app)}?`,
      escaped(app),
      'Another page sent you here. Everything on this domain shares one trust zone.',
      target,
      `Open ${escaped(app)}`,
    ),
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
