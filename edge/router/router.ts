import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { labelEnd, labelOf } from '../../core/wire/app-path.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { hostnameOf, WILDCARD_STEPS } from '../../core/wire/hostname.ts';
import { GONE_LETTER } from '../../core/wire/layout.ts';
import { HINT_COOKIE, KEYS_KEY } from '../../core/wire/session.ts';
import { LONGEST_SITE_PATH, mayHaveDots, SITE } from '../../core/wire/site-path.ts';
import { answerNotice, redirect } from './answer/answer.ts';
import { AMBIGUOUS, FAULT, INVALID_HOST, UNKNOWN, UNREADABLE } from './answer/notice.ts';
import { chooseApp } from './bare.ts';
import { follow, type Outcome } from './entry/follow.ts';
import { cf, querystring } from './modules.ts';
import { portOf } from './request/port.ts';
import { queryOf } from './request/query.ts';
import { isForeign } from './request/site-path.ts';
import { admit } from './sign-in/admit.ts';
import { removeForged } from './sign-in/forged.ts';
import { newestOf } from './sign-in/newest.ts';
import { answerSite } from './site.ts';

const kvs = cf.kvs();

/**
 * The CloudFront Function at viewer request. It reads one key for an exact hostname, one more for each step that a wildcard climbs,
 * and one more for a header below the base domain that is not a name. Then it sends the viewer to an instance, or answers with the reason why it cannot.
 *
 * With sign-in it checks the session of a viewer once it knows that the hostname is not open, which takes one read more. Hostnames
 * with and without an entry are alike until then. A viewer with a hint that is newer than the entry gets what the hint tells.
 *
 * It never throws and never falls through: the default origin is a placeholder that no request may reach.
 */
export async function handler(event: ViewerRequestEvent): Promise<EdgeRequest | EdgeResponse> {
  const request = event.request;
  const header = request.headers['host'];
  let host = header ? header.value : '';
  // The meaning of a fault: until the entry has been read it is the router's, afterwards it is the entry's.
  let blame: typeof FAULT | typeof UNREADABLE = FAULT;
  try {
    const uri = request.uri;
    const second = uri[1];
    // With sign-in the key of a wildcard is not read for a header of its text: the answer would tell a stranger that there is one. No
    // name begins with a character before the hyphen.
    const isOdd = (SIGN_IN ? host < '-' : second === '%') || uri[0] !== '/' || second === '_';
    // Usually the header is the key itself. `follow` checks it together with the value, in one step.
    let isHeader = !BARE && !isOdd && host !== BASE_DOMAIN && host.endsWith(BASE_DOMAIN);
    let key = !BARE && isHeader ? host : '';
    let dot = -1;
    let start = 0;
    let step = 0;
    let value = '';
    let outcome: Outcome | '' = '';
    // With sign-in: the number of the access rule, 0 without an entry and -1 if every viewer may come; and the keys, once they are read.
    let since = 0;
    let keys = '';
    for (;;) {
      if (!key) {
        key = host = hostnameOf(host);
        if (BARE || isOdd || !host || host === BASE_DOMAIN) {
          const place = findKey(event, host);
          if (typeof place !== 'string') return place;
          key = place;
        }
      }
      try {
        // Awaited here, because an async function of its own would cost as much as the read itself.
        value = await kvs.get(key);
      } catch (_missing) {
        value = '';
      }
      if (SIGN_IN && !step && request.cookies[HINT_COOKIE]) {
        try {
          keys = await kvs.get(KEYS_KEY);
          value = newestOf(value, host, request, keys);
        } catch (_keyless) {
          // A hint that cannot be checked does not count.
        }
      }
      if (SIGN_IN) {
        // Searched and compared, because a regular expression costs three times as much. A hostname that is gone is like one that never
        // existed.
        const at = value.indexOf(' ', 3);
        if (value >= '3 g0' && value < '3 h') since = parseInt(value.slice(3, at), 36);
        else if (value >= '3 o ' && value < '3 o!') since = -1;
        if (since && value[at + 1] === GONE_LETTER) since = 0;
        else if (value) {
          // No access rule has the number 0. An entry from before sign-in is refused.
          if (!since) outcome = UNREADABLE;
          value = '3 p' + value.slice(at);
          break;
        }
      } else outcome = '';
      // A hostname that is gone gets the same answer as one that never existed. Compared, because `startsWith` costs seven times
      // as much.
      if (!SIGN_IN && value && (value < '3 p G' || value >= '3 p H')) {
        // If the path asks for an app, the choice comes first; the entry of an app that is already chosen is followed.
        const choice = BARE && second === '@' && chooseApp(event, host, true);
        if (choice) return choice;
        blame = UNREADABLE;
        outcome = follow(event, host, key, value);
        if (typeof outcome !== 'string') return outcome;
      }
      if (!BARE && isHeader) {
        isHeader = false;
        // A header that is not a name, like `*.shop.example.com`, may be a key, but leads to no entry.
        if (hostnameOf(host) !== host) {
          key = '';
          continue;
        }
      }
      // One label up, but never above the base domain. Other hostnames and bare mode have no level above them.
      if (
        BARE ||
        (!SIGN_IN && outcome) ||
        step === WILDCARD_STEPS ||
        (!step++ && !host.endsWith('.' + BASE_DOMAIN))
      )
        break;
      start = dot + 1;
      dot = host.indexOf('.', start);
      if (dot < 0 || host.length - dot <= BASE_DOMAIN.length) break;
      // The viewer chooses the labels under a wildcard, and CloudFront refuses such a label in the origin's Host header.
      if (dot === start || dot > start + 63 || host[start] === '-')
        return answerNotice(INVALID_HOST, request, host);
      key = '*' + host.slice(dot);
    }
    if (SIGN_IN && !outcome) {
      if (since < 0) removeForged(request.headers);
      else {
        // Without keys this throws.
        if (!keys) keys = await kvs.get(KEYS_KEY);
        const refused = admit(event, host, keys, since, step);
        if (refused) return refused;
      }
      if (since) {
        blame = UNREADABLE;
        outcome = follow(event, host, key, value);
        if (typeof outcome !== 'string') return outcome;
      }
    }
    // With sign-in a viewer of a gated hostname has a session here.
    return answerNotice(
      outcome || UNKNOWN,
      request,
      // The bare domain has one hostname for all apps.
      BARE ? key : host,
      (SIGN_IN ? since > 0 : DETAIL) && outcome ? value : '',
    );
  } catch (error) {
    console.log(blame.split('|')[0] + ' ' + host + ': ' + error);
    return answerNotice(blame, request, hostnameOf(host));
  }
}

/** The key to read, or a response that needs no key: our own pages, the redirect to the portal, an impossible host. */
function findKey(event: ViewerRequestEvent, host: Hostname): string | EdgeRequest | EdgeResponse {
  const request = event.request;
  const uri = request.uri;
  const isSite = uri.startsWith(SITE);
  // CloudFront refuses an origin's Host header with an empty label, one that begins with a hyphen, or one of 64 characters. With a
  // base domain the keys have no such label, and the labels under a wildcard are checked.
  const isImpossible = BARE ? host.search(/^\b([a-z\d-]{1,63}(\.\b|$))+$/) : !host;
  if (isImpossible || uri[0] !== '/') return answerNotice(INVALID_HOST, request, host);
  // The first segment may be ours with escapes, as `%5Fproxy` is. With every character escaped it ends at the twentieth character.
  // With sign-in the site router gets these paths. One that is ours as written, and came here, leads to another path.
  if (
    SIGN_IN
      ? isSite
      : isForeign(uri) ||
        (isSite
          ? uri[LONGEST_SITE_PATH] || mayHaveDots(uri)
          : // Here a path of an app begins with `_` or an escape. A long one would be searched twice after this.
            (!BARE && uri[2_048]) || querystring.unescape(uri.slice(0, 20)).startsWith(SITE))
  )
    return answerNotice(AMBIGUOUS, request, host);
  if (!SIGN_IN && isSite) return answerSite(request, host);
  if (BARE) return chooseApp(event, host);
  if (host !== BASE_DOMAIN) return host;
  // With sign-in there is no room for short addresses.
  if (!SIGN_IN) return answerApex(request, host);
  return uri === '/' ? redirect(SITE) : answerNotice(UNKNOWN, request, host);
}

/** The base domain itself serves the portal; `/@shop/…` redirects to an app's own hostname. */
function answerApex(request: EdgeRequest, host: string): EdgeResponse {
  const uri = request.uri;
  const isShort = uri[1] === '@';
  const end = labelEnd(uri);
  const app = isShort && labelOf(uri.slice(2, end));
  if (app)
    return redirect(
      SCHEME + '://' + app + '.' + host + portOf(request) + (uri.slice(end) || '/') + queryOf(request),
    );
  return isShort || uri === '/' ? redirect(SITE) : answerNotice(UNKNOWN, request, host);
}
