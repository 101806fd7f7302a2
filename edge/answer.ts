import type { EdgeRequest, EdgeResponse } from 'cloudfront';
import { type NoticeName, noticeOf } from './notice.ts';
import { portalUrl } from './place.ts';

/** An answer of ours: nobody may cache, frame or sniff it. */
function respond(status: number, type: string, body: string): EdgeResponse {
  return {
    statusCode: status,
    headers: {
      'content-type': { value: type },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
      'content-security-policy': {
        value: "default-src 'none';style-src 'unsafe-inline';frame-ancestors 'none'",
      },
    },
    body: { encoding: 'text', data: body },
  };
}

/** A redirect of ours; `location` never begins with anything that a viewer sent. */
export function redirect(location: string): EdgeResponse {
  const response = respond(302, 'text/plain', '');
  response.headers['location'] = { value: location };
  return response;
}

/**
 * Tells a viewer why no app answers: a page for a person who navigates, `application/problem+json` (RFC 9457) for a
 * program, status and headers alone for HEAD and OPTIONS. `x-proxy-state` names the case for all of them.
 *
 * @param target where the page's link leads, as the viewer wrote it; the portal unless said otherwise
 */
export function tell(name: NoticeName, request: EdgeRequest, host: string, target?: string): EdgeResponse {
  const notice = noticeOf(name);
  const method = request.method;
  const accept = request.headers['accept'];
  const page = accept && accept.value.includes('text/html') && !request.headers['sec-websocket-key'];
  const body = page
    ? // A reload would repeat a form's POST as a GET, so only a GET page refreshes itself.
      sheet(
        name,
        host,
        notice[1],
        target ? target.replace(/&/g, '&amp;').replace(/"/g, '&quot;') : portalUrl(request),
        target ? 'Open' : 'See what is live',
        notice[2] && notice[3] && method === 'GET' ? notice[2] : 0,
      )
    : JSON.stringify({ title: name, status: notice[0], detail: notice[1], host: host });
  const response = respond(
    notice[0],
    page ? 'text/html;charset=utf-8' : 'application/problem+json',
    method === 'HEAD' || method === 'OPTIONS' ? '' : body,
  );
  response.headers['x-proxy-state'] = { value: name };
  if (notice[2]) response.headers['retry-after'] = { value: '' + notice[2] };
  return response;
}

/** Concatenated, not a template: that costs the edge a sixth. */
function sheet(
  title: string,
  host: string,
  text: string,
  href: string,
  link: string,
  refresh: number | undefined,
): string {
  return (
    '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">' +
    (refresh ? '<meta http-equiv=refresh content=' + refresh + '>' : '') +
    '<title>' +
    title +
    ' - ' +
    host +
    '</title><style>:root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;' +
    'place-items:center;font:17px/1.6 system-ui}main{max-width:30rem;padding:2rem}h1:first-letter{text-transform:uppercase}</style>' +
    '<main>' +
    host +
    '<h1>' +
    title +
    '</h1><p>' +
    text +
    '<p><a href="' +
    href +
    '">' +
    link +
    '</a></main>'
  );
}
