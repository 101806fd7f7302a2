import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { hostnameOf, WILDCARD_STEPS } from '../../core/wire/hostname.ts';
import { GONE_LETTER, PUBLIC } from '../../core/wire/layout.ts';
import { answerNotice, redirect } from './answer/answer.ts';
import { AMBIGUOUS, UNKNOWN_PATH, UNREADABLE } from './answer/notice.ts';
import { chooseApp } from './bare.ts';
import { follow } from './entry/follow.ts';
import { cf } from './modules.ts';
import { labelEnd, labelOf } from './request/app-path.ts';
import { portOf } from './request/port.ts';
import { queryOf } from './request/query.ts';
import { isForeign, isOurs, mayHaveDots, SITE } from './request/site-path.ts';

const kvs = cf.kvs();

/**
 * The CloudFront Function at viewer request: reads one key for an exact hostname (one more for each step that a
 * wildcard climbs) and sends the viewer to the right instance, or says why not.
 *
 * It never throws and never falls through: the default origin is a placeholder that no request may reach.
 */
export async function handler(event: ViewerRequestEvent): Promise<EdgeRequest | EdgeResponse> {
  const request = event.request;
  let host = '';
  // What a fault means: before the entry is in hand it is ours, from then on it is the entry's.
  let blame: 'fault' | typeof UNREADABLE = 'fault';
  try {
    const header = request.headers['host'];
    if (header) host = hostnameOf(header.value);
    const uri = request.uri;
    let key = host;
    // Everything but a plain path of an app's own name is the rarer case.
    if (BARE || !host || host === BASE_DOMAIN || uri[0] !== '/' || uri[1] === '_' || uri[1] === '%') {
      const place = findKey(event, host);
      if (typeof place !== 'string') return place;
      key = place;
    }
    let dot = 0;
    let step = 0;
    let value = '';
    for (;;) {
      try {
        // Awaited here and not in a function of its own, which would cost as much as the read itself.
        value = await kvs.get(key);
      } catch (_missing) {
        value = '';
      }
      // A name that is gone answers as one that never was.
      if (value && (value[4] !== GONE_LETTER || !value.startsWith(PUBLIC))) {
        // A key that the path asks for is chosen first, one that is chosen is followed.
        const choice = BARE && uri[1] === '@' && chooseApp(event, host, true);
        if (choice) return choice;
        blame = UNREADABLE;
        const outcome = follow(event, host, key, value);
        return typeof outcome === 'string' ? answerNotice(outcome, request, host) : outcome;
      }
      // One label up, never above the base domain; names elsewhere and bare mode have nothing above them.
      if (BARE || step === WILDCARD_STEPS || (!step++ && !host.endsWith('.' + BASE_DOMAIN))) break;
      dot = host.indexOf('.', dot + 1);
      if (dot < 0 || host.length - dot <= BASE_DOMAIN.length) break;
      key = '*' + host.slice(dot);
    }
    return answerNotice('unknown', request, host);
  } catch (error) {
    console.log(blame + ' ' + host + ': ' + error);
    return answerNotice(blame, request, host);
  }
}

/** The key to read, or what needs no key: our own pages, the way to the portal, a host that can't exist. */
function findKey(event: ViewerRequestEvent, host: string): string | EdgeRequest | EdgeResponse {
  const request = event.request;
  const uri = request.uri;
  if (!host || uri[0] !== '/') return answerNotice('invalid host', request, host);
  const isSite = uri.startsWith(SITE);
  if (isForeign(uri) || (isSite ? mayHaveDots(uri) : isOurs(uri)))
    return answerNotice(AMBIGUOUS, request, host);
  if (isSite) {
    if (BARE || host === BASE_DOMAIN || uri.startsWith('/_proxy/errors/')) {
      // Our own files lie in the site bucket, the origin of this behaviour; S3 knows no index documents.
      if (uri === SITE) request.uri += 'index.html';
      return request;
    }
    return uri === SITE
      ? redirect(SCHEME + '://' + BASE_DOMAIN + portOf(request) + uri)
      : answerNotice(UNKNOWN_PATH, request, host);
  }
  return BARE ? chooseApp(event, host) : host === BASE_DOMAIN ? answerApex(request, host) : host;
}

/** The base domain itself holds the portal; `/@shop/…` is a short way to an app's own name. */
function answerApex(request: EdgeRequest, host: string): EdgeResponse {
  const uri = request.uri;
  const isShort = uri[1] === '@';
  const end = labelEnd(uri);
  const app = isShort && labelOf(uri.slice(2, end));
  if (app)
    return redirect(
      SCHEME + '://' + app + '.' + host + portOf(request) + (uri.slice(end) || '/') + queryOf(request),
    );
  return isShort || uri === '/' ? redirect(SITE) : answerNotice('unknown', request, host);
}
