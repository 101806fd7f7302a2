import type { EdgeRequest, EdgeResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import type { RulePath, WireRuleOptions } from '../../../core/wire/layout.ts';
import { isOriginPort } from '../../../core/wire/limits.ts';
import { present } from '../certain.ts';
import { cf } from '../modules.ts';
import { portOf } from '../request/port.ts';
import { queryOf } from '../request/query.ts';
import { redirect, wantsPage } from './answer.ts';
import { AMBIGUOUS, type NoticeCode, UNREADABLE } from './notice.ts';

/** The app-selection cookie of the bare domain. It belongs to the router, so apps never see it. */
export const APP_COOKIE = '__Host-proxy-app';

/**
 * Points the request at one instance, tells the app how the viewer came, and removes headers that a viewer may have forged.
 * Every setting of the origin that could do harm is set here. The others (path, keep-alive, kind of address) are inherited from
 * the placeholder, which has none of them except one custom header, `X-Forwarded-Proto`. A function may not set that header
 * (Developer Guide, "Restrictions on edge functions").
 *
 * `X-Forwarded-For` arrives with everything that the viewer wrote in it; `x-proxy-viewer` is the address that CloudFront saw.
 *
 * @param found the groups of the plain value: token, address and id of the instance are 2, 3 and 4. A token has letters, digits,
 *   hyphens and underscores, so it cannot end its header early.
 */
export function send(
  event: ViewerRequestEvent,
  host: Hostname,
  key: Hostname,
  found: readonly string[],
  port: number,
  path: RulePath,
  options?: WireRuleOptions,
): EdgeRequest | EdgeResponse | NoticeCode {
  const request = event.request;
  const headers = request.headers;
  let certName: string | undefined;
  let timeout = 60;
  if (options) {
    certName = options.t;
    timeout = +(options.w || timeout);
    if (
      !(timeout > 0 && timeout <= 120) ||
      timeout % 1 ||
      (certName && (certName.length > 64 || certName.search(/^[a-z](?:\.?[a-z\d-])+$/)))
    )
      return UNREADABLE;
  }
  const domainName = present(found[3]);
  // Port 80 is usual, and a call costs more than a comparison.
  if ((port !== 80 && !isOriginPort(port)) || domainName.length > 253) return UNREADABLE;
  const sent = headers['host'];
  // Usually the header is the name itself. Only another header is worth the regular expression that finds a port.
  const named = sent && sent.value === host;
  const suffix = named ? '' : portOf(request);
  delete headers['x-proxy-app'];
  delete headers['x-forwarded-prefix'];
  // Servers that turn hyphens into underscores (CGI, WSGI, Rack) would take these for the router's headers.
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
  const token = found[2];
  if (token) headers['x-proxy-token'] = { value: token };
  else delete headers['x-proxy-token'];
  // RFC 7239 §4: a host with a port is a quoted string. The viewer's address is in `x-proxy-viewer`, which no viewer can write.
  headers['forwarded'] = {
    value: 'host=' + (suffix ? '"' + host + suffix + '"' : host) + ';proto=' + SCHEME,
  };
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    connectionAttempts: 2,
    timeouts: { connectionTimeout: 3, readTimeout: timeout },
    customOriginConfig: { port: port, protocol: certName ? 'https' : 'http', sslProtocols: ['TLSv1.2'] },
  };
  if (options && options.s && path !== '/') {
    // Without the final slash, relative links of the page would lead out of the prefix. A program gets the path that it asked
    // for.
    if (request.uri === path && request.method === 'GET' && wantsPage(request))
      return redirect(path + '/' + queryOf(request));
    headers['x-forwarded-prefix'] = { value: path.replace('=', '') };
    // No path lies below an exact rule: with its `=` the rule is longer than the path.
    const below = request.uri.slice(path.length) || '/';
    // CloudFront refuses these bytes in a path that a function has changed.
    if (below.search(/[^!"$-~\u0080-\uffff]/) >= 0) return AMBIGUOUS;
    request.uri = below;
  }
  if (certName) {
    // The certificate must carry the configured name, because EC2's own names have no certificate.
    origin.sni = certName;
    origin.allowedCertificateNames = [certName];
  }
  cf.updateRequestOrigin(origin);
  if (cf.logCustomData) cf.logCustomData(key + ' ' + found[4] + ' ' + path);
  return request;
}
