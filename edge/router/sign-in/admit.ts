import type { EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  END,
  FIRST_KEY,
  isValid,
  KEY_END,
  MOST_COOKIES,
  PASS_HEADER,
  SESSION_COOKIE,
  SUBJECT,
  USER,
} from '../../../core/wire/session.ts';
import { answerNotice, redirect, wantsPage } from '../answer/answer.ts';
import { NOT_SIGNED_IN } from '../answer/notice.ts';
import { present } from '../certain.ts';
import { headerOf } from '../request/header.ts';
import { portOf } from '../request/port.ts';
import { callOf } from './call-of.ts';
import { openFor } from './open.ts';

/** The headers that tell an app who is signed in. */
export const USER_HEADER = 'x-proxy-user';
export const SUBJECT_HEADER = 'x-proxy-subject';
export const UNTIL_HEADER = 'x-proxy-until';

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
    const opened = openFor(kind, host, text, words);
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
      return isPage ? redirect(callOf(request, START)) : answerNotice(NOT_SIGNED_IN, request, host);
    // Without Sec-Fetch-Site it has an Origin, which a navigation by a link has not.
    if (!isPage || !site) return answerNotice('other site', request, host);
  }
  if (since) {
    const headers = request.headers;
    headers[USER_HEADER] = { value: opened.slice(USER, -1).join('.') };
    headers[SUBJECT_HEADER] = { value: present(opened[SUBJECT]) };
    headers[UNTIL_HEADER] = { value: present(opened[END]) };
  }
  return undefined;
}
