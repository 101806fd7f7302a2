import type { EdgeRequest, EdgeResponse } from 'cloudfront';
import { headerOf } from '../request/header.ts';
import { type NoticeCode, noticeOf } from './notice.ts';

/** An answer of ours: nobody may cache, frame or sniff it. */
function respond(status: number, type: string, body: string): EdgeResponse {
  return {
    statusCode: status,
    headers: {
      'content-type': { value: type },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'content-security-policy': { value: "default-src 'none';style-src 'self';frame-ancestors 'none'" },
    },
    body: { encoding: 'text', data: body },
  };
}

/**
 * A redirect of ours. `location` begins with one slash, or with our scheme and a name under the base domain: whoever passes a
 * viewer's path has refused `//` and `/\` before.
 */
export function redirect(location: string): EdgeResponse {
  const response = respond(302, 'text/plain', '');
  response.headers['location'] = { value: location };
  return response;
}

/**
 * Tells a viewer why no app answers: a page for a person who navigates, `application/problem+json` (RFC 9457) for a
 * program, status and headers alone for HEAD and OPTIONS. `x-proxy-state` names the case for all of them.
 */
export function answerNotice(code: NoticeCode, request: EdgeRequest, host: string): EdgeResponse {
  const notice = noticeOf(code);
  const name = notice[2] || code;
  const retryAfter = notice[0] < 400 ? notice[0] : 0;
  const status = retryAfter ? 503 : notice[0];
  const method = request.method;
  const page = wantsPage(request);
  let body = '';
  if (method !== 'HEAD' && method !== 'OPTIONS') {
    if (page) {
      // Concatenated, not a template: that costs the edge a sixth.
      body =
        '<!doctype html><html lang=en><meta name=viewport content="width=device-width"><link rel=stylesheet href=/_proxy/errors/notice.css><title>' +
        name +
        ' - ' +
        host +
        '</title><main><h1>' +
        name +
        '</h1><p>' +
        notice[1] +
        '<p><a href="' +
        // An empty link leads to the page's own address, however long that is.
        (BARE && code === 'open?' ? '">Open' : '/_proxy/">See what is live') +
        '</a></main>';
      // A reload would repeat a form's POST as a GET, so only a GET's page asks again.
      if (notice[3] && method === 'GET') body += '<meta http-equiv=refresh content=' + retryAfter + '>';
    } else body = JSON.stringify({ title: name, status: status, detail: notice[1], host: host });
  }
  const response = respond(status, page ? 'text/html;charset=utf-8' : 'application/problem+json', body);
  const headers = response.headers;
  headers['x-proxy-state'] = { value: name };
  if (retryAfter) headers['retry-after'] = { value: '' + retryAfter };
  // On the bare domain all apps are one origin, and a page that asks is for its viewer alone.
  if (!BARE && echoHeader(headers, 'allow-origin', headerOf(request, 'origin'))) {
    headers['vary'] = { value: 'origin' };
    headers[SHARED + 'allow-credentials'] = { value: 'true' };
    headers[SHARED + 'expose-headers'] = { value: 'x-proxy-state,retry-after' };
    // A preflight is told that it may send what it asks for, to be answered by the like of this notice.
    if (
      method === 'OPTIONS' &&
      echoHeader(headers, 'allow-methods', headerOf(request, SHARED + 'request-method'))
    ) {
      response.statusCode = 204;
      echoHeader(headers, 'allow-headers', headerOf(request, SHARED + 'request-headers'));
    }
  }
  return response;
}

/** A page for a person, rather than words for a program. */
export function wantsPage(request: EdgeRequest): boolean {
  const accept = headerOf(request, 'accept');
  // No browser's is as long, and a search costs with the length.
  return accept.length < 512 && accept.includes('text/html') && !request.headers['sec-websocket-key'];
}

const SHARED = 'access-control-';

/**
 * Lets a script of another origin read a notice: else it would see "CORS error" for an app that sleeps. Copies what was asked, of
 * bounded length and in characters that any header may have. The length comes first: a test of 30,000 characters costs as much as
 * fourteen requests.
 */
function echoHeader(headers: EdgeResponse['headers'], name: string, asked: string): boolean {
  const isSound = !!asked && asked.length < 400 && /^[ -~]+$/.test(asked);
  if (isSound) headers[SHARED + name] = { value: asked };
  return isSound;
}
