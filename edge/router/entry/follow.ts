import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import crypto from 'crypto';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  DEPTH,
  ENDLESS_HEAD,
  PUBLIC,
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
import { present } from '../certain.ts';
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
  if (value[4] === '[' && value.startsWith(PUBLIC)) return followHead(event, host, key, value);
  const found =
    /^3 p ([1-9]\d*|{[^[ ]+) ([\w-]*) ([a-z][a-z\d-]{0,62}(?:\.[a-z\d][a-z\d-]{0,62})+) ([\w-]+) /.exec(
      value,
    );
  if (!found) return readClosed(value);
  let port = +present(found[1]);
  if (!port) {
    const rules: WirePaths = JSON.parse(present(found[1]));
    const matched = matchPath(rules, event.request);
    if (matched === UNKNOWN_PATH || matched === AMBIGUOUS) return matched;
    path = matched;
    const to = rules[matched];
    if (typeof to !== 'number') return readLetter(to);
    port = to;
  }
  if (!path && mayReachSite(event.request.uri)) return AMBIGUOUS;
  return send(
    event,
    host,
    key,
    present(found[4]),
    present(found[3]),
    port,
    present(found[2]),
    path || '/',
    options,
  );
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
      const found = matchPath(rules, request);
      if (found === UNKNOWN_PATH || found === AMBIGUOUS) return found;
      path = found;
      rule = rules[found];
    } else rule = rules;
    const outcome = matchRule(rule, request);
    if (outcome === undefined) return UNKNOWN_PATH;
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
      const at = pickBackend(hash, seeds, to, isDraining);
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
  return follow(event, host, key, PUBLIC + to + ' ' + head[1] + value.slice(from, until), path, options);
}

/** The reason why a closed entry has no instance: `3 p A …`, `3 p A1798761600 …` with the end of a lease. */
function readClosed(value: string): NoticeCode {
  const expiry = +value.slice(5, value.indexOf(' ', 4));
  const letter = present(value[4]);
  if (!value.startsWith(PUBLIC) || letter < 'A' || !(expiry >= 0)) return UNREADABLE;
  return expiry && Date.now() >= expiry * 1000 ? 'expired' : readLetter(letter);
}

/** The letter of a closed state is its own notice; any other value is unreadable. */
function readLetter(letter: unknown): NoticeCode {
  const isClosed = letter === 'A' || letter === 'S' || letter === 'W' || letter === 'M' || letter === 'C';
  return isClosed ? letter : UNREADABLE;
}

/** The index in `to` of the backend that the viewer's hash picks; negative if no backend takes new viewers. */
function pickBackend(
  hash: number,
  seeds: readonly number[] | 0,
  to: readonly number[],
  isDraining: 1 | undefined,
): number {
  const candidates: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < to.length; i += 3) {
    candidates.push(seeds ? present(seeds[present(to[i])]) : 0);
    weights.push(isDraining || present(to[i + 2]));
  }
  return 3 * pickWeighted(hash, candidates, weights);
}
