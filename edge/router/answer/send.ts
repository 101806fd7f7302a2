import type { EdgeRequest, EdgeResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import type { Hostname, InstanceId } from '../../../core/wire/brands.ts';
import type { RulePath, WireRuleOptions } from '../../../core/wire/layout.ts';
import { isOriginPort } from '../../../core/wire/limits.ts';
import { cf } from '../modules.ts';
import { portOf } from '../request/port.ts';
import { queryOf } from '../request/query.ts';
import { redirect, wantsPage } from './answer.ts';
import { AMBIGUOUS, type NoticeCode, UNREADABLE } from './notice.ts';

/** The app-selection cookie of the bare domain: ours, so no app ever sees it. */
export const APP_COOKIE = '__Host-proxy-app';

/**
 * Points the request at one instance, tells the app how the viewer came, and removes what a viewer may have forged under
 * our names. Every setting of the origin that could harm is said: what is left out (path, keep-alive, kind of address) is inherited
 * from the placeholder, which has none of them but one custom header, `X-Forwarded-Proto`. A function may not set that one
 * (Developer Guide, "Restrictions on edge functions").
 *
 * `X-Forwarded-For` arrives with whatever the viewer wrote in it; `x-proxy-viewer` is the address that CloudFront saw.
 *
 * @param token letters, digits, hyphens and underscores: nothing that could break out of its header
 */
export function send(
  event: ViewerRequestEvent,
  host: Hostname,
  key: Hostname,
  id: InstanceId,
  domainName: string,
  port: number,
  token: string,
  path: RulePath,
  options?: WireRuleOptions,
): EdgeRequest | EdgeResponse | NoticeCode {
  const request = event.request;
  const headers = request.headers;
  const certName = options && options.t;
  const timeout = (options && options.w) || 60;
  if (
    !isOriginPort(port) ||
    !(timeout > 0 && timeout <= 120) ||
    timeout % 1 ||
    domainName.length > 253 ||
    (certName && (certName.length > 64 || !isOriginName(certName)))
  )
    return UNREADABLE;
  // What a wildcard covers is the viewer's word, and CloudFront takes no empty label in a Host for the origin.
  if (key !== host && !isOriginName('a.' + host)) return 'invalid host';
  const sent = headers['host'];
  // Mostly the header is the name itself; only else is it worth a regular expression to see whether it has a port.
  const named = sent && sent.value === host;
  const suffix = named ? '' : portOf(request);
  delete headers['x-proxy-app'];
  delete headers['x-proxy-token'];
  delete headers['x-forwarded-prefix'];
  // Servers that turn hyphens into underscores (CGI, WSGI, Rack) would take these for ours.
  delete headers['x_forwarded_host'];
  delete headers['x_forwarded_port'];
  delete headers['x_forwarded_prefix'];
  delete headers['x_forwarded_proto'];
  delete headers['x_proxy_viewer'];
  delete headers['x_proxy_token'];
  delete headers['x_request_id'];
  delete request.cookies[APP_COOKIE];
  headers['x-forwarded-host'] = named ? sent : { value: host + suffix };
  headers['x-forwarded-port'] = { value: suffix ? suffix.slice(1) : SCHEME === 'https' ? '443' : '80' };
  headers['x-proxy-viewer'] = { value: event.viewer.ip };
  headers['x-request-id'] = { value: event.context.requestId };
  if (token) headers['x-proxy-token'] = { value: token };
  // RFC 7239 §4: a port makes the host a quoted string. The address is in our own header, where no viewer can write.
  headers['forwarded'] = {
    value: 'host=' + (suffix ? '"' + host + suffix + '"' : host) + ';proto=' + SCHEME,
  };
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    connectionAttempts: 2,
    timeouts: { connectionTimeout: 3, readTimeout: +timeout },
    customOriginConfig: { port: port, protocol: certName ? 'https' : 'http', sslProtocols: ['TLSv1.2'] },
  };
  if (options && options.s && path !== '/') {
    // Relative links of a page without the slash would lead out of the prefix. A program gets what it asked for.
    if (request.uri === path && request.method === 'GET' && wantsPage(request))
      return redirect(path + '/' + queryOf(request));
    headers['x-forwarded-prefix'] = { value: path.replace('=', '') };
    // Below an exact rule there is nothing: with its `=` it is longer than the path.
    const below = request.uri.slice(path.length) || '/';
    // CloudFront takes no such byte in a path that a function has changed.
    if (below.search(/[^!"$-~\u0080-\uffff]/) >= 0) return AMBIGUOUS;
    request.uri = below;
  }
  if (certName) {
    // The certificate must carry the name: EC2's own names have none.
    origin.sni = certName;
    origin.allowedCertificateNames = [certName];
  }
  cf.updateRequestOrigin(origin);
  if (cf.logCustomData) cf.logCustomData(key + ' ' + id + ' ' + path);
  return request;
}

/**
 * What CloudFront takes for an origin, and EC2 for a public name: a DNS name that begins with a letter, as no address does.
 */
export function isOriginName(name: string): boolean {
  return !name.search(/^[a-z][a-z\d-]{0,62}(?:\.[a-z\d][a-z\d-]{0,62})+$/);
}
