import type { EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  END,
  EPOCH,
  FIRST_KEY,
  ID_LENGTH,
  KEY_LENGTH,
  KEYS_KEY,
  LEVEL,
  MAC_LENGTH,
  MOST_COOKIES,
  PASS_HEADER,
  REVOKED,
  SEQUENCE,
  SEQUENCE_DIGITS,
  SESSION_COOKIE,
  SUBJECT,
  SUBJECT_LENGTH,
  TIME_DIGITS,
} from '../../../core/wire/session.ts';
import { answerNotice, redirect, wantsPage } from '../answer/answer.ts';
import { NOT_SIGNED_IN, OTHER_SITE } from '../answer/notice.ts';
import { present } from '../certain.ts';
import { headerOf } from '../request/header.ts';
import { portOf } from '../request/port.ts';
import { isAuthentic } from './authentic.ts';
import { callOf } from './call-of.ts';
import { removeForged } from './forged.ts';

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
  // An error of a missing key has the same answer.
  if (keys[FIRST_KEY + KEY_LENGTH] !== ' ') throw Error(KEYS_KEY);
  const cookie = request.cookies[SESSION_COOKIE];
  const several = cookie && cookie.multiValue;
  let opened = '';
  let subject = '';
  // A pass comes before all sessions.
  for (let i = -1; i < (several ? several.length : 1) && i < MOST_COOKIES; i++) {
    const sent = i < 0 ? request.headers[PASS_HEADER] : several ? several[i] : cookie;
    if (sent) {
      const text = sent.value;
      const id = text.slice(SUBJECT, SUBJECT + (i < 0 ? ID_LENGTH : SUBJECT_LENGTH));
      if (
        isAuthentic(i < 0 ? 'p' : 's', host, text, keys) &&
        // With the dot after it the same epoch is the greater text, because a blank follows in the keys.
        text.slice(EPOCH, EPOCH + TIME_DIGITS + 1) > keys &&
        (!since ||
          (+text.slice(SEQUENCE, SEQUENCE + SEQUENCE_DIGITS) >= since &&
            // The star of a pass is not a number, and neither is the difference.
            !(+present(text[LEVEL]) - level))) &&
        (i >= 0 || !keys.includes(id, REVOKED))
      ) {
        // Sessions of two people are worth none. The concierge removes them.
        if (opened && id !== subject) {
          opened = '';
          break;
        }
        opened = text;
        subject = id;
        if (i < 0) break;
      }
    }
  }
  const site = headerOf(request, 'sec-fetch-site');
  // Sibling apps are the same site, so the cookie comes with their requests too. An upgrade to a WebSocket has no Sec-Fetch-Site. A
  // program has no browser that another site could misuse, and a shorter subject.
  if (
    !opened ||
    (subject[ID_LENGTH] &&
      (site
        ? site !== 'same-origin' && site !== 'none'
        : headerOf(request, 'origin') &&
          headerOf(request, 'origin') !== SCHEME + '://' + host + portOf(request)))
  ) {
    const dest = headerOf(request, 'sec-fetch-dest');
    // Only a person can be sent to sign in. A page that is fetched early is for nobody yet.
    const isPage =
      request.method === 'GET' &&
      (dest ? dest === 'document' : !site) &&
      !request.headers['sec-purpose'] &&
      wantsPage(request);
    if (!opened)
      return isPage ? redirect(callOf(request, START)) : answerNotice(NOT_SIGNED_IN, request, host);
    // Without Sec-Fetch-Site it has an Origin, which a navigation by a link has not.
    if (!isPage || !site) return answerNotice(OTHER_SITE, request, host);
  }
  if (since) {
    const headers = request.headers;
    removeForged(headers);
    headers['x-proxy-user'] = { value: opened.slice(SUBJECT + subject.length + 1, -MAC_LENGTH - 1) };
    headers['x-proxy-subject'] = { value: subject };
    headers['x-proxy-until'] = { value: opened.slice(END, END + TIME_DIGITS) };
  }
  return undefined;
}
