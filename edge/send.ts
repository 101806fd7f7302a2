import type { EdgeRequest, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import cf from 'cloudfront';
import type { WireRuleOptions } from '../core/layout.ts';
import { isOriginPort } from '../core/limits.ts';
import { pathBelow } from '../core/path.ts';
import { AMBIGUOUS, type NoticeCode, UNREADABLE } from './notice.ts';
import { portOf } from './place.ts';

/** The app-selection cookie of the bare domain: ours, so no app ever sees it. */
export const APP_COOKIE = '__Host-proxy-app';

/**
 * Points the request at one instance, tells the app how the viewer came, and removes what a viewer may have forged under
 * our names. Every setting of the origin that could harm is said: what is left out (path, keep-alive, kind of address) is inherited
 * from the placeholder, which has none of them.
 *
 * `X-Forwarded-Proto` is not among the headers: a function may not set it (Developer Guide, "Restrictions on edge
 * functions"), so `Forwarded` (RFC 7239) says the scheme. `X-Forwarded-For` arrives with whatever the viewer wrote
 * in it; `x-proxy-viewer` is the address that CloudFront saw.
 *
 * @param token letters, digits, hyphens and underscores: nothing that could break out of its header
 */
export function send(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  id: string,
  domainName: string,
  port: number,
  token: string,
  path: string,
  options?: WireRuleOptions,
): EdgeRequest | NoticeCode {
  const request = event.request;
  const headers = request.headers;
  const certName = options && options.t;
  if (
    !isOriginPort(port) ||
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
  delete headers['x_proxy_viewer'];
  delete headers['x_proxy_token'];
  delete headers['x_request_id'];
  delete request.cookies[APP_COOKIE];
  headers['x-forwarded-host'] = named ? sent : { value: host + suffix };
  headers['x-forwarded-port'] = { value: suffix ? suffix.slice(1) : SCHEME === 'https' ? '443' : '80' };
  headers['x-proxy-viewer'] = { value: event.viewer.ip };
  headers['x-request-id'] = { value: event.context.requestId };
  // RFC 7239 §4: a port makes the host a quoted string. The address is in our own header, where no viewer can write.
  headers['forwarded'] = {
    value: 'host=' + (suffix ? '"' + host + suffix + '"' : host) + ';proto=' + SCHEME,
  };
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    customHeaders: token ? { 'x-proxy-token': token } : {},
    connectionAttempts: 2,
    timeouts: { connectionTimeout: 3, readTimeout: 60 },
    customOriginConfig: { port: port, protocol: certName ? 'https' : 'http', sslProtocols: ['TLSv1.2'] },
  };
  if (options && options.s && path !== '/') {
    headers['x-forwarded-prefix'] = { value: path.replace('=', '') };
    const below = pathBelow(path, request.uri);
    // CloudFront takes no such byte in a path that a function has changed.
    if (below.search(/[^!-"$-~\u0080-\uffff]/) >= 0) return AMBIGUOUS;
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
  return !name.search(/^[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62})+$/);
}
