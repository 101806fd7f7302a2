import type { EdgeRequest, EdgeResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import { APP_COOKIE } from '../../../core/wire/app-path.ts';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  DEPTH,
  ENDLESS_HEAD,
  type RulePath,
  WHOLE_HEAD,
  type WireHead,
  type WirePaths,
  type WireRule,
  type WireRuleOptions,
  type WireTo,
} from '../../../core/wire/layout.ts';
import { FIRST_PORT, LAST_PORT } from '../../../core/wire/limits.ts';
import { LONG } from '../../../core/wire/path-bounds.ts';
import { pickOf } from '../../../core/wire/pick.ts';
import { HINT_COOKIE, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { redirect, wantsPage } from '../answer/answer.ts';
import {
  AMBIGUOUS,
  DRAINING,
  EXPIRED,
  type Notice,
  noticeOf,
  UNKNOWN_PATH,
  UNREADABLE,
} from '../answer/notice.ts';
import { asPathNotice, asRulePath, present } from '../certain.ts';
import { cf, crypto } from '../modules.ts';
import { headerOf } from '../request/header.ts';
import { portOf } from '../request/port.ts';
import { queryOf } from '../request/query.ts';
import { mayReachSite } from '../request/site-path.ts';
import { matchPath, matchRule, type Taken } from './match.ts';

/** The result for a request: the request pointed at an instance, an answer of the router, or a notice. */
export type Outcome = EdgeRequest | EdgeResponse | Notice;

/**
 * Follows an entry: returns the request pointed at an instance, or the notice that gives the reason.
 *
 * Most entries are plain: live, one instance, and a port for all paths or for each path. One expression reads and checks such a
 * value, and the host with it, which may be a header as the viewer wrote it. Any other value has a head of JSON and is reduced to
 * the plain value of one of its instances. The value is treated as hostile, but only the parts that this request needs are checked.
 * A part that differs from the output of `encodeEntry` is `unreadable`; the caller treats everything thrown here in the same way.
 *
 * The request tells the app how the viewer came, and loses headers that a viewer may have forged. Every setting of the origin that
 * could do harm is set here. The others are inherited from the placeholder (infra/edge/edge-distribution.ts): attempts and timeouts of
 * a connection, CloudFront's defaults (no path, IPv4), and one custom header, `X-Forwarded-Proto`. A function may not set that header (Developer Guide, "Restrictions on edge
 * functions"). `X-Forwarded-For` arrives with everything that the viewer wrote in it; `x-proxy-viewer` is the address that
 * CloudFront saw.
 *
 * All of this is one function, because a call costs the edge as much as a header.
 */
export function follow(
  event: ViewerRequestEvent,
  host: Hostname,
  key: Hostname,
  value: string,
  path?: RulePath,
  options?: WireRuleOptions,
): Outcome {
  // Compared, because `startsWith` costs seven times as much.
  if (value >= '3 p A' && value < '3 p \\')
    return value < '3 p [' ? readClosed(value) : followHead(event, host, key, value);
  const request = event.request;
  // Checked before the value, because a long path costs as much as two requests. With sign-in CloudFront gives a path that leads to the
  // site to another function. No such path is shorter than `//_proxy/`.
  if (!SIGN_IN && !path && request.uri[8] && value > '3 p' && value < '3 p {' && mayReachSite(request.uri))
    return AMBIGUOUS;
  // No header has a line break, so it cannot pass for a part of the value.
  const found =
    /^[a-z\d.-]{1,253}\n3 p ([1-9]\d*|{[^[ ]+) ([\w-]*) (6:)?((?:[a-z\d][a-z\d-]{0,62}\.)+[a-z][a-z\d-]{0,62})( [\w-]+ )/.exec(
      host + '\n' + value,
    );
  if (!found) return UNREADABLE;
  const headers = request.headers;
  const domainName = present(found[4]);
  let port = +present(found[1]);
  let certName: string | undefined;
  let timeout: number | undefined;
  if (!port) {
    const rules: WirePaths = JSON.parse(present(found[1]));
    const matched = matchPath(rules, request);
    path = asRulePath(matched);
    const to = rules[path];
    if (typeof to !== 'number') return to === undefined ? asPathNotice(matched) : noticeOf(to);
    port = to;
  }
  if (options) {
    certName = options.t;
    timeout = options.w;
    if (
      (timeout && (!(timeout > 0) || timeout > 120 || timeout % 1)) ||
      (certName && (certName[64] || certName.search(/^([a-z\d][a-z\d-]*\.)+[a-z][a-z\d-]*$/)))
    )
      return UNREADABLE;
  }
  // Like `isOriginPort`, without the cost of a call. A length costs more than a character.
  if ((port < FIRST_PORT ? port !== 80 && port !== 443 : port > LAST_PORT || port % 1) || domainName[253])
    return UNREADABLE;
  const sent = present(headers['host']);
  // Usually the header is the name itself. Only another header is worth the regular expression that finds a port.
  const named = sent.value === host;
  const suffix = named ? '' : portOf(request);
  delete headers['x-forwarded-prefix'];
  // Servers that turn hyphens into underscores (CGI, WSGI, Rack) would take some of these for headers that an app gets from the router.
  // With sign-in `removeForged` has removed them. These deletes cost most requests less than its loop.
  if (!SIGN_IN) {
    delete headers['x-proxy-user'];
    delete headers['x-proxy-subject'];
    delete headers['x-proxy-until'];
    delete headers['x-proxy-pass'];
    delete headers['x-proxy-host'];
    delete headers['x_forwarded_host'];
    delete headers['x_forwarded_port'];
    delete headers['x_forwarded_prefix'];
    delete headers['x_forwarded_proto'];
    delete headers['x_proxy_viewer'];
    delete headers['x_proxy_token'];
    delete headers['x_proxy_user'];
    delete headers['x_proxy_subject'];
    delete headers['x_proxy_until'];
    delete headers['x_request_id'];
  }
  if (BARE) {
    delete headers['x-proxy-app'];
    delete request.cookies[APP_COOKIE];
  }
  if (SIGN_IN) {
    delete request.cookies[SESSION_COOKIE];
    delete request.cookies[HINT_COOKIE];
  }
  headers['x-forwarded-host'] = named ? sent : { value: host + suffix };
  headers['x-forwarded-port'] = { value: suffix ? suffix.slice(1) : SCHEME === 'https' ? '443' : '80' };
  headers['x-proxy-viewer'] = { value: event.viewer.ip };
  headers['x-request-id'] = { value: event.context.requestId };
  const token = found[2];
  if (token) headers['x-proxy-token'] = { value: token };
  else if (!SIGN_IN) delete headers['x-proxy-token'];
  // RFC 7239 §4: a host with a port is a quoted string. The viewer's address is in `x-proxy-viewer`, which no viewer can write.
  headers['forwarded'] = {
    value: 'host=' + (suffix ? '"' + host + suffix + '"' : host) + ';proto=' + SCHEME,
  };
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    customOriginConfig: { port: port, protocol: certName ? 'https' : 'http', sslProtocols: ['TLSv1.2'] },
  };
  if (path && options && options.s && path !== '/') {
    // Without the final slash, relative links of the page would lead out of the prefix. A program gets the path that it asked
    // for.
    if (request.uri === path && request.method === 'GET' && wantsPage(request))
      return redirect(path + '/' + queryOf(request));
    headers['x-forwarded-prefix'] = { value: path.replace('=', '') };
    // No path lies below an exact rule: with its `=` the rule is longer than the path.
    const below = request.uri.slice(path.length) || '/';
    // CloudFront refuses these bytes in a path that a function has changed. `matchPath` has searched a longer path.
    if (!request.uri[LONG] && /[^!"$-~\u0080-\uffff]/.test(below)) return AMBIGUOUS;
    request.uri = below;
  }
  if (timeout) origin.timeouts = { readTimeout: timeout };
  if (certName) {
    // The certificate must carry the configured name, because EC2's own names have no certificate.
    origin.sni = certName;
    origin.allowedCertificateNames = [certName];
  }
  if (found[3]) present(origin.customOriginConfig).ipAddressType = 'ipv6';
  cf.updateRequestOrigin(origin);
  if (cf.logCustomData) cf.logCustomData(key + found[5] + (path || '/'));
  return request;
}

/** Picks one instance of a value with a head, and follows the plain value of that instance. */
function followHead(event: ViewerRequestEvent, host: Hostname, key: Hostname, value: string): Outcome {
  let path: RulePath | undefined;
  let options: WireRuleOptions | undefined;
  const request = event.request;
  let from = value.indexOf(' ', 4);
  // The slice includes the blank before the head: any other character there is not JSON.
  const head: WireHead = JSON.parse(value.slice(3, from));
  let isDraining: 1 | undefined;
  // Checked first, because a missing element costs as much as four that exist.
  if (head.length > ENDLESS_HEAD) {
    const expiry = head[4];
    isDraining = head[5];
    if (typeof expiry !== 'number' || head.length > WHOLE_HEAD || (isDraining && isDraining !== 1))
      return UNREADABLE;
    if (expiry && Date.now() >= expiry * 1000) return EXPIRED;
  }
  let to: WireRule | WirePaths | Taken | WireTo | undefined = head[0];
  if (typeof to === 'object') {
    if (DEPTH in to) {
      path = asRulePath(matchPath(to, request));
      to = to[path];
    }
    to = matchRule(to, request);
    if (to === undefined) return path ? asPathNotice(path) : UNKNOWN_PATH;
    if (typeof to === 'object') {
      options = to[1];
      to = to[0];
    }
  }
  if (typeof to === 'string') return noticeOf(to);
  const seeds = head[3];
  if (seeds || typeof to === 'object') {
    // The identity of a viewer: the app's own cookie, else the app-selection cookie, else address and browser.
    let cookie = options && options.k && request.cookies[options.k];
    if (BARE && !cookie) cookie = request.cookies[APP_COOKIE];
    const agent = headerOf(request, 'user-agent');
    // No browser has a longer name, and njs counts the characters of a long one beyond ASCII.
    const viewer = (cookie && cookie.value) || event.viewer.ip + (agent.length < 512 ? agent : '');
    // MD5 spreads texts well enough, and keeps no secret that could be guessed.
    const digest = crypto.createHash('md5').update(viewer.slice(0, 1024)).digest('hex');
    const hash = +('0x' + digest.slice(0, 6));
    const at = pickOf(hash, seeds, typeof to === 'object' ? to : 0, isDraining);
    if (at < 0) return DRAINING;
    if (seeds) from += (typeof to === 'object' ? present(to[at]) : at) * head[2];
    if (typeof to === 'object') to = present(to[at + 1]);
  }
  // With a wrong width the slice could begin within a word.
  if (value[from] !== ' ') return UNREADABLE;
  // Up to the next instance, because a longer text costs more. A value has at most 1,024 bytes.
  const instance = value.slice(from, from + (head[2] || 1024));
  return follow(event, host, key, '3 p ' + to + ' ' + head[1] + instance, path, options);
}

/** The reason why a closed entry has no instance: `3 p A …`, `3 p A1798761600 …` with the end of a lease. */
function readClosed(value: string): Notice {
  const expiry = +value.slice(5, value.indexOf(' ', 4));
  if (!(expiry >= 0)) return UNREADABLE;
  return expiry && Date.now() >= expiry * 1000 ? EXPIRED : noticeOf(value[4]);
}
