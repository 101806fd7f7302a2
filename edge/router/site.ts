import type { EdgeRequest, EdgeResponse } from 'cloudfront';
import type { Hostname } from '../../core/wire/brands.ts';
import { API, SITE } from '../../core/wire/site-path.ts';
import { answerNotice, redirect } from './answer/answer.ts';
import { UNKNOWN_PATH } from './answer/notice.ts';
import { portOf } from './request/port.ts';

/** Answers a path below `/_proxy/`: our own pages, of which those below `errors/` are on every hostname, the redirect to the portal, an endpoint of sign-in. */
export function answerSite(request: EdgeRequest, host: Hostname): EdgeRequest | EdgeResponse {
  const uri = request.uri;
  if (SIGN_IN && uri.startsWith(API)) return toConcierge(request, host);
  if (!BARE && host !== BASE_DOMAIN && !uri.startsWith(SITE + 'errors/'))
    return uri === SITE
      ? redirect(SCHEME + '://' + BASE_DOMAIN + portOf(request) + uri)
      : answerNotice(UNKNOWN_PATH, request, host);
  // Our own files are in the site bucket, the origin of their behaviour. S3 has no index documents there.
  if (uri === SITE) request.uri += 'index.html';
  return request;
}

/**
 * The endpoints of sign-in, each with its only method. Any other request ends here: the function behind them costs a hundred times as
 * much. It refuses an endpoint of the base domain on an app's hostname, and the other way round. CloudFront replaces the Host header on
 * the way, and the function has no use for the secrets of an app.
 */
function toConcierge(request: EdgeRequest, host: string): EdgeRequest | EdgeResponse {
  const call = request.method + request.uri.slice(API.length);
  if (call.search(/^(GET(start|arrive|status|me|sign-in|callback)|POST(renew|sign-out))$/))
    return answerNotice(UNKNOWN_PATH, request, host);
  for (const name in request.cookies) if (!name.startsWith('__Host-proxy-')) delete request.cookies[name];
  delete request.headers['authorization'];
  request.headers['x-proxy-host'] = { value: host };
  return request;
}
