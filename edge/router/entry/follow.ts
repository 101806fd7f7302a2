import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import crypto from 'crypto';
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
import { pickOf, pickWeighted } from '../../../core/wire/pick.ts';
import { AMBIGUOUS, type NoticeCode, UNKNOWN_PATH, UNREADABLE } from '../answer/notice.ts';
import { APP_COOKIE, send } from '../answer/send.ts';
import { asPathNotice, asRulePath, present } from '../certain.ts';
import { headerOf } from '../request/header.ts';
import { mayReachSite } from '../request/site-path.ts';
import { matchPath, matchRule } from './match.ts';

/** The result for a request: the request pointed at an instance, an answer of the router, or a notice. */
export type Outcome = EdgeRequest | EdgeResponse | NoticeCode;

/**
 * Follows an entry: returns the request pointed at an instance, or the notice that gives the reason.
 *
 * Most entries are plain: live, one instance, and a port for all paths or for each path. One expression reads and checks such a
 * value. Any other value has a head of JSON and is reduced to the plain value of one of its instances.
 *
 * The value is treated as hostile, but only the parts that this request needs are checked. A part that differs from the output
 * of `encodeEntry` is `unreadable`; the caller treats everything thrown here in the same way.
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
  const found =
    /^[a-z\d.-]{1,253} 3 p ([1-9]\d*|{[^[ ]+) ([\w-]*) ([a-z][a-z\d-]{0,62}(?:\.[a-z\d][a-z\d-]{0,62})+) ([\w-]+) /.exec(
      host + ' ' + value,
    );
  if (!found) return UNREADABLE;
  const request = event.request;
  let port = +present(found[1]);
  if (!port) {
    const rules: WirePaths = JSON.parse(present(found[1]));
    const matched = matchPath(rules, request);
    path = asRulePath(matched);
    const to = rules[path];
    if (typeof to !== 'number') return to === undefined ? asPathNotice(matched) : readLetter(to);
    port = to;
  }
  // No path that may lead to the site is shorter than `//_proxy/`.
  if (!path && request.uri.length > 8 && mayReachSite(request.uri)) return AMBIGUOUS;
  return send(event, host, key, found, port, path || '/', options);
}

/** Picks one instance of a value with a head, and follows the plain value of that instance. */
function followHead(event: ViewerRequestEvent, host: Hostname, key: Hostname, value: string): Outcome {
  let path: RulePath | undefined;
  let options: WireRuleOptions | undefined;
  // Declared here because a variable of a block costs the edge more than a variable of the function.
  const request = event.request;
  let from = value.indexOf(' ', 4);
  let until: number | undefined;
  let instance: number;
  let hash: number;
  let isDraining: 1 | undefined;
  // The slice includes the blank before the head: any other character there is not JSON.
  const head: WireHead = JSON.parse(value.slice(3, from));
  if (head.length > ENDLESS_HEAD) {
    const expiry = head[4];
    isDraining = head[5];
    if (typeof expiry !== 'number' || head.length > WHOLE_HEAD || (isDraining && isDraining !== 1))
      return UNREADABLE;
    if (expiry && Date.now() >= expiry * 1000) return 'expired';
  }
  const rules = head[0];
  let to: WireTo | '?';
  if (typeof rules === 'object') {
    let rule: WireRule | undefined;
    if (DEPTH in rules) {
      path = asRulePath(matchPath(rules, request));
      rule = rules[path];
    } else rule = rules;
    const outcome = matchRule(rule, request);
    if (outcome === undefined) return path ? asPathNotice(path) : UNKNOWN_PATH;
    if (typeof outcome === 'object') {
      to = outcome[0];
      options = outcome[1];
    } else to = outcome;
  } else to = rules;
  if (typeof to === 'string') return readLetter(to);
  const seeds = head[3];
  if (seeds || typeof to === 'object') {
    // The identity of a viewer: the app's own cookie, else the app-selection cookie, else address and browser.
    let cookie = options && options.k && request.cookies[options.k];
    if (BARE && !cookie) cookie = request.cookies[APP_COOKIE];
    const viewer = (cookie && cookie.value) || event.viewer.ip + headerOf(request, 'user-agent');
    hash = +('0x' + crypto.createHash('md5').update(viewer.slice(0, 1024)).digest('hex').slice(0, 6));
    if (typeof to === 'object') {
      const at = pickWeighted(hash, seeds, to, isDraining);
      if (at < 0) return 'draining';
      instance = present(to[at]);
      to = present(to[at + 1]);
    } else instance = seeds ? pickOf(hash, seeds) : 0;
    if (seeds) {
      from += instance * head[2];
      until = from + head[2];
    }
  }
  // With a wrong width the slice could begin within a word.
  if (value[from] !== ' ') return UNREADABLE;
  return follow(event, host, key, '3 p ' + to + ' ' + head[1] + value.slice(from, until), path, options);
}

/** The reason why a closed entry has no instance: `3 p A …`, `3 p A1798761600 …` with the end of a lease. */
function readClosed(value: string): NoticeCode {
  const expiry = +value.slice(5, value.indexOf(' ', 4));
  if (!(expiry >= 0)) return UNREADABLE;
  return expiry && Date.now() >= expiry * 1000 ? 'expired' : readLetter(value[4]);
}

/** The closed state of a letter. Compared one by one, because a lookup would also find a property that every object has. */
function readLetter(letter: unknown): NoticeCode {
  return letter === 'A'
    ? 'asleep'
    : letter === 'S'
      ? 'starting'
      : letter === 'W'
        ? 'waking'
        : letter === 'M'
          ? 'maintenance'
          : letter === 'C'
            ? 'conflict'
            : UNREADABLE;
}
