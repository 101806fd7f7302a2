import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import crypto from 'crypto';
import {
  DEPTH,
  ENDLESS_HEAD,
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
import { headerOf } from '../request/header.ts';
import { slips } from '../request/site-path.ts';
import { pathOf, taken } from './match.ts';

/**
 * Follows an entry: the request pointed at an instance, or the notice that says why not.
 *
 * Most entries are plain: live, one instance, a port for all or for each path, and one expression reads and checks such a
 * value. Any other has a head of JSON; it is brought down to the plain value of the one instance that it comes to.
 *
 * The value is treated as hostile, but only what this request needs is looked at. What is not as `encodeEntry` writes it
 * is `unreadable`, and the caller takes whatever is thrown for that.
 */
export function follow(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  value: string,
): EdgeRequest | EdgeResponse | NoticeCode {
  let plain = value;
  let path = '';
  let options: WireRuleOptions | undefined;
  const isHead = value[2] === '[' && value[0] === '2';
  // Declared here because a variable of a block costs the edge more than one of the function.
  const request = event.request;
  let from = 0;
  let until: number | undefined;
  let instance: number;
  let hash: number;
  let isDraining: 1 | undefined;
  if (isHead) {
    from = value.indexOf(' ', 2);
    // With the blank before it: anything else there is no JSON.
    const head = JSON.parse(value.slice(1, from)) as WireHead;
    if (head.length > ENDLESS_HEAD) {
      const expiry = head[4];
      isDraining = head[5];
      if (typeof expiry !== 'number' || head.length > WHOLE_HEAD || (isDraining && isDraining !== 1))
        return UNREADABLE;
      if (expiry && Date.now() >= expiry * 1000) return 'expired';
    }
    const rules = head[0];
    let to = rules as WireTo;
    if (typeof rules === 'object') {
      const depth = (rules as WirePaths)[DEPTH];
      if (depth) path = pathOf(rules as WirePaths, request);
      const rule = taken(depth ? (rules as WirePaths)[path] : (rules as WireRule), request);
      if (rule === undefined) return depth ? (path as NoticeCode) : UNKNOWN_PATH;
      if (typeof rule === 'object') {
        to = rule[0];
        options = rule[1];
      } else to = rule;
    }
    if (typeof to === 'string') return closedNotice(to);
    const seeds = head[3];
    if (seeds || typeof to === 'object') {
      // What stays the same for one viewer: the app's own cookie, the app-selection cookie, else address and browser.
      let cookie = options && options.k && request.cookies[options.k];
      if (BARE && !cookie) cookie = request.cookies[APP_COOKIE];
      const viewer = (cookie && cookie.value) || event.viewer.ip + headerOf(request, 'user-agent');
      hash = +('0x' + crypto.createHash('md5').update(viewer.slice(0, 1024)).digest('hex').slice(0, 6));
      if (typeof to === 'object') {
        const at = backendAt(hash, seeds, to, isDraining);
        if (at < 0) return 'draining';
        instance = to[at] as number;
        to = to[at + 1] as number;
      } else instance = pickOf(hash, seeds as readonly number[]);
      if (seeds) {
        from += instance * head[2];
        until = from + head[2];
      }
    }
    // A width that is wrong could begin within a word.
    if (value[from] !== ' ') return UNREADABLE;
    plain = '2 ' + to + ' ' + head[1] + value.slice(from, until);
  }
  const found =
    /^2 ([1-9]\d*|{[^[ ]+) ([\w-]*) ([a-z][a-z\d-]{0,62}(?:\.[a-z\d][a-z\d-]{0,62})+) ([\w-]+) /.exec(plain);
  if (!found) return isHead ? UNREADABLE : closed(value);
  let port = +(found[1] as string);
  if (!port) {
    const rules = JSON.parse(found[1] as string) as WirePaths;
    path = pathOf(rules, request);
    const to = rules[path];
    if (typeof to !== 'number') return to === undefined ? (path as NoticeCode) : closedNotice(to as string);
    port = to;
  }
  if (!path && slips(request.uri)) return AMBIGUOUS;
  return send(
    event,
    host,
    key,
    found[4] as string,
    found[3] as string,
    port,
    found[2] as string,
    path || '/',
    options,
  );
}

/** Why a closed entry serves nobody: `2 A …`, `2 A1798761600 …` with the end of a lease. */
function closed(value: string): NoticeCode {
  const expiry = +value.slice(3, value.indexOf(' ', 2));
  const letter = value[2] as string;
  if (!value.startsWith('2 ') || letter < 'A' || !(expiry >= 0)) return UNREADABLE;
  return expiry && Date.now() >= expiry * 1000 ? 'expired' : closedNotice(letter);
}

/** The letter of a closed state is its own notice. */
function closedNotice(letter: string): NoticeCode {
  return typeof letter === 'string' && letter.length === 1 ? (letter as NoticeCode) : UNREADABLE;
}

/** Where in `to` the backend stands that the viewer's hash picks; negative when none takes new viewers. */
function backendAt(
  hash: number,
  seeds: readonly number[] | 0,
  to: readonly number[],
  isDraining: 1 | undefined,
): number {
  const candidates: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < to.length; i += 3) {
    candidates.push(seeds ? (seeds[to[i] as number] as number) : 0);
    weights.push(isDraining || (to[i + 2] as number));
  }
  return 3 * pickWeighted(hash, candidates, weights);
}
