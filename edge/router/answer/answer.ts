import type { EdgeRequest, EdgeResponse } from 'cloudfront';
import { API, SITE } from '../../../core/wire/site-path.ts';
import { present } from '../certain.ts';
import { headerOf } from '../request/header.ts';
import { callOf } from '../sign-in/call-of.ts';
import { NOT_SIGNED_IN, type Notice, OPEN } from './notice.ts';

/** The value of a header. Answers are many bytes and rare, so a call is cheaper than the words. */
function field(value: string): { value: string } {
  return { value: value };
}

/** An answer that the router itself makes. Caches must not store it, and browsers must not frame it or guess its type. */
function respond(status: number, type: string, body: string): EdgeResponse {
  return {
    statusCode: status,
    headers: {
      'content-type': { value: type },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'content-security-policy': {
        // An app may frame its own pages. If its session has ended, the link in the frame leads to sign in.
        value: SIGN_IN
          ? "default-src 'self';frame-ancestors 'self'"
          : "default-src 'self';frame-ancestors 'none'",
      },
    },
    body: { encoding: 'text', data: body },
  };
}

/**
 * A redirect that the router makes. `location` begins with one slash, or with the edge's scheme and a name under the base
 * domain: a caller that passes a viewer's path has already refused `//` and `/\`.
 */
export function redirect(location: string): EdgeResponse {
  const response = respond(302, 'text/plain', '');
  response.headers['location'] = field(location);
  return response;
}

/**
 * Tells a viewer why no app answers. A navigating browser gets a page, a program gets `application/problem+json` (RFC 9457),
 * and HEAD and OPTIONS get status and headers alone. `x-proxy-state` names the case for all of them.
 *
 * @param value the entry, for a viewer who may know since when it stands so and which instances it has
 */
export function answerNotice(
  notice: Notice,
  request: EdgeRequest,
  host: string,
  value?: string,
): EdgeResponse {
  const parts = notice.split('|');
  const name = present(parts[0]);
  const number = present(parts[1]);
  const detail = present(parts[2]);
  const isTemporary = +number < 400;
  const status = isTemporary ? 503 : +number;
  const method = request.method;
  const page = wantsPage(request);
  let body = '';
  if (method !== 'HEAD' && method !== 'OPTIONS') {
    // Without sign-in, scripts of other origins may read a notice.
    const shown = SIGN_IN || !request.headers['origin'] ? value : '';
    // The last word of an entry has the number of its write: epoch seconds.
    const mark = shown && /#(\w{6,7})$/.exec(shown);
    // Instances are whole words: a part of a token may look like an id.
    const instances = mark && present(value).match(/(?<= )i-\w+(?= )/g);
    // Joined, because `JSON.stringify` costs 14,000 instructions more. No part has a character that JSON escapes. The address is that of
    // the page about all notices, which names the problem for programs (RFC 9457). It is on every hostname.
    body =
      '{"type":"/_proxy/errors/about.html#' +
      // Without sign-in no name has two blanks.
      (SIGN_IN ? name.split(' ').join('-') : name.replace(' ', '-')) +
      '","title":"' +
      name +
      '","status":' +
      status +
      ',"detail":"' +
      detail +
      '","host":"' +
      host +
      (mark ? '","since":' + parseInt(present(mark[1]), 36) : '"') +
      (instances ? ',"instances":["' + instances.join('","') + '"]}' : '}');
    if (page) {
      // Concatenated, because a template takes a sixth more at the edge.
      body =
        '<!doctype html><html lang=en><meta name=viewport content="width=device-width"><link rel=stylesheet href=/_proxy/errors/notice.css><title>' +
        name +
        ' - ' +
        host +
        '</title><main><code>' +
        host +
        '</code><h1>' +
        name +
        '</h1><p>' +
        detail +
        '<p><a href="' +
        // An empty link leads to the page's own address, whatever its length.
        (BARE && notice === OPEN
          ? '">Open'
          : SIGN_IN && notice === NOT_SIGNED_IN
            ? callOf(request, START) + '" target=_top>Sign in'
            : SITE + '#explain=' + host + '">Why?') +
        '</a></main><script type=json>' +
        body +
        '</script><script src=/_proxy/errors/' +
        // With sign-in the script asks the concierge for the newest state.
        (SIGN_IN && method === 'GET' ? 'wait' : 'notice') +
        '.js></script>';
      // A reload would repeat a form's POST as a GET, so only the page of a GET reloads itself.
      if (number[0] === '+' && method === 'GET')
        body += SIGN_IN
          ? // Without scripts the page goes through the concierge.
            '<noscript><meta http-equiv=refresh content="' +
            +number +
            ';url=' +
            callOf(request, 'arrive') +
            '">'
          : '<meta http-equiv=refresh content=' + +number + '>';
    }
  }
  const response = respond(status, page ? 'text/html;charset=utf-8' : 'application/problem+json', body);
  const headers = response.headers;
  headers['x-proxy-state'] = field(name);
  if (SIGN_IN && notice === NOT_SIGNED_IN) headers['x-proxy-renew'] = field(API + 'renew');
  if (isTemporary) headers['retry-after'] = field('' + +number);
  // On the bare domain all apps are one origin, and a page with a question must be shown to its viewer alone. With sign-in the router
  // answers a script of another origin only for open apps, and there is no room for this.
  if (
    !BARE &&
    !SIGN_IN &&
    request.headers['origin'] &&
    echoHeader(headers, 'allow-origin', headerOf(request, 'origin'))
  ) {
    headers['vary'] = field('origin');
    headers[SHARED + 'allow-credentials'] = field('true');
    headers[SHARED + 'expose-headers'] = field('x-proxy-state,retry-after');
    // The preflight allows the method and headers that it asks for, so that the request itself gets this notice.
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

/** Whether the client wants a page for a person instead of text for a program. */
export function wantsPage(request: EdgeRequest): boolean {
  const accept = headerOf(request, 'accept');
  // No browser sends a longer header, and the cost of a search grows with the length.
  return accept.length < 512 && accept.includes('text/html') && !request.headers['sec-websocket-key'];
}

const SHARED = 'access-control-';

/**
 * Lets a script of another origin read a notice: otherwise a sleeping app looks like a "CORS error". Copies the requested
 * values if their length is bounded and every header may have their characters. The length is checked first: a test of 30,000
 * characters costs as much as fourteen requests, even if the expression stops early.
 */
function echoHeader(headers: EdgeResponse['headers'], name: string, asked: string): boolean | '' {
  const isSound = asked && asked.length < 400 && /^[ -~]+$/.test(asked);
  if (isSound) headers[SHARED + name] = field(asked);
  return isSound;
}
