import type { EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  END,
  FIRST_KEY,
  HINT_ACCESS,
  HINT_ADDRESS,
  HINT_INSTANCE,
  HINT_TO,
  type IsMac,
  isValid,
  KEY_END,
  MOST_COOKIES,
  type Opened,
  ORIGIN,
  openSigned,
  PASS_HEADER,
  SEQUENCE,
  SESSION_COOKIE,
  SUBJECT,
  USER,
} from '../../../core/wire/session.ts';
import { answerNotice, redirect, wantsPage } from '../answer/answer.ts';
import { NOT_SIGNED_IN } from '../answer/notice.ts';
import { present } from '../certain.ts';
import { md5 } from '../md5.ts';
import { crypto } from '../modules.ts';
import { headerOf } from '../request/header.ts';
import { portOf } from '../request/port.ts';
import { startOf } from './start.ts';

/** Compares hashes of both MACs: a person who learned one could not make the MAC of it. CloudFront has no comparison in constant time. */
const isMac: IsMac = (key, text, given) => md5(macOf(key, text)) === md5(given);

function macOf(key: string, text: string): string {
  return crypto.createHmac('sha256', key).update(text).digest('base64url');
}

function openAt(kind: string, host: Hostname, text: string, words: readonly string[]): Opened | undefined {
  return openSigned(kind + '|' + DEPLOYMENT + '|' + host + '|', text, words, Date.now() / 1000, isMac);
}

/**
 * The value of a hostname, or the one that its newer hint stands for. Without the origin secret the token of an address is unknown, so
 * such a hint does not count.
 *
 * @param value of the hostname's own key; `''` without an entry
 * @param keys the value of `:keys`
 */
export function newestOf(value: string, host: Hostname, text: string, keys: string): string {
  const words = keys.split(' ');
  const hint = openAt('hint', host, text, words);
  // The number is the end of a value, in base 36. A hostname without an entry has none.
  if (!hint || +present(hint[SEQUENCE]) <= parseInt(present(value.split('#').pop()), 36)) return value;
  const instance = hint[HINT_INSTANCE];
  const origin = present(words[ORIGIN]);
  if (instance && !origin[1]) return value;
  return (
    '3 ' +
    hint[HINT_ACCESS] +
    ' ' +
    hint[HINT_TO] +
    ' ' +
    // As the updater computes it (updater/tokens/origin-tokens.ts).
    (instance &&
      macOf(origin, host).slice(0, 16) + ' ' + hint.slice(HINT_ADDRESS, -1).join('.') + ' ' + instance + ' ')
  );
}

/**
 * Decides whether a viewer may use a gated hostname: the answer to a viewer who may not; otherwise it tells the app who is signed in.
 * It never says whether the hostname has an entry.
 *
 * @param keys the value of `:keys`
 * @param since the number of the entry's access rule; 0 for no entry
 * @param level the labels that the lookup climbed to the entry
 */
export function admit(
  event: ViewerRequestEvent,
  host: Hostname,
  keys: string,
  since: number,
  level: number,
): EdgeResponse | undefined {
  const request = event.request;
  const words = keys.split(' ');
  // An error of a missing word has the same answer.
  if (!present(words[FIRST_KEY])[KEY_END]) throw Error('keys');
  const open = (kind: string, text: string) => {
    const opened = openAt(kind, host, text, words);
    return opened && isValid(opened, words, since, level) && opened;
  };
  const sent = headerOf(request, PASS_HEADER);
  const pass = sent && open('pass', sent);
  let opened = pass;
  const cookie = request.cookies[SESSION_COOKIE];
  const cookies = cookie ? cookie.multiValue || [cookie] : [];
  for (let i = 0; !pass && i < MOST_COOKIES; i++) {
    const each = cookies[i];
    const session = each && open('session', each.value);
    if (session) {
      // Sessions of two people are worth none. The concierge removes them.
      if (opened && opened[SUBJECT] !== session[SUBJECT]) {
        opened = '';
        break;
      }
      opened = session;
    }
  }
  const site = headerOf(request, 'sec-fetch-site');
  const origin = headerOf(request, 'origin');
  // Sibling apps are the same site, so the cookie comes with their requests too. An upgrade to a WebSocket has no Sec-Fetch-Site. A
  // program has no browser that another site could misuse.
  if (
    !opened ||
    (!pass &&
      (site
        ? site !== 'same-origin' && site !== 'none'
        : origin && origin !== SCHEME + '://' + host + portOf(request)))
  ) {
    const dest = headerOf(request, 'sec-fetch-dest');
    // Only a person can be sent to sign in. A page that is fetched early is for nobody yet.
    const isPage =
      request.method === 'GET' &&
      (dest ? dest === 'document' : !site) &&
      !headerOf(request, 'sec-purpose') &&
      wantsPage(request);
    if (!opened)
      return isPage ? redirect(startOf(request, host)) : answerNotice(NOT_SIGNED_IN, request, host);
    // Without Sec-Fetch-Site it has an Origin, which a navigation by a link has not.
    if (!isPage || !site) return answerNotice('other site', request, host);
  }
  if (since) {
    const headers = request.headers;
    headers['x-proxy-user'] = { value: opened.slice(USER, -1).join('.') };
    headers['x-proxy-subject'] = { value: present(opened[SUBJECT]) };
    headers['x-proxy-until'] = { value: present(opened[END]) };
  }
  return undefined;
}
