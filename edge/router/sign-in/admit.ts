import type { EdgeResponse, Multi, ViewerRequestEvent } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import {
  END,
  LEVEL,
  type Mac,
  openSigned,
  PASS_HEADER,
  PASS_ID,
  PASS_NAME,
  readKeys,
  SEQUENCE,
  SESSION_COOKIE,
  SUBJECT,
  USER,
} from '../../../core/wire/session.ts';
import { answerNotice, redirect, wantsPage } from '../answer/answer.ts';
import { NOT_SIGNED_IN } from '../answer/notice.ts';
import { present } from '../certain.ts';
import { crypto } from '../modules.ts';
import { headerOf } from '../request/header.ts';
import { portOf } from '../request/port.ts';
import { startOf } from './start.ts';

/** The headers that tell an app who is signed in. */
export interface Told {
  'x-proxy-user': Multi;
  /** For a program the id of its pass. */
  'x-proxy-subject': Multi;
  'x-proxy-until': Multi;
}

const mac: Mac = (key, text) => crypto.createHmac('sha256', key).update(text).digest('base64url');

/**
 * Decides whether a viewer may use a gated hostname: the headers for the app, or the answer to a viewer who may not. It never says
 * whether the hostname has an entry.
 *
 * @param keysText the value of `:keys`
 * @param parts of the entry: the second is the number of its access rule in base 36; null for no entry
 * @param level the labels that the lookup climbed to the entry
 */
export function admit(
  event: ViewerRequestEvent,
  host: Hostname,
  keysText: string,
  parts: RegExpExecArray | null,
  level: number,
): Told | EdgeResponse {
  const request = event.request;
  const keys = readKeys(keysText);
  if (!keys) return answerNotice('fault', request, host);
  const scope = DEPLOYMENT + '|' + host;
  const now = Date.now() / 1000;
  const sent = headerOf(request, PASS_HEADER);
  const pass = sent && openSigned('pass', sent, scope, keys, now, mac);
  const cookie = request.cookies[SESSION_COOKIE];
  // A browser has one cookie of the name. Readers disagree about which of several counts.
  const session = cookie && !cookie.multiValue && openSigned('session', cookie.value, scope, keys, now, mac);
  const isFor =
    session &&
    (!parts ||
      (parseInt(present(session[SEQUENCE]), 36) >= parseInt(present(parts[2]), 36) &&
        +present(session[LEVEL]) === level));
  const opened = pass || (isFor && session);
  const site = headerOf(request, 'sec-fetch-site');
  const dest = headerOf(request, 'sec-fetch-dest');
  // Only a person can be sent to sign in. A page that is fetched early is for nobody yet.
  const isPage =
    request.method === 'GET' &&
    (dest ? dest === 'document' : !site) &&
    !headerOf(request, 'sec-purpose') &&
    wantsPage(request);
  if (!opened) return isPage ? redirect(startOf(request, host)) : answerNotice(NOT_SIGNED_IN, request, host);
  const origin = headerOf(request, 'origin');
  // Sibling apps are the same site, so the cookie comes with their requests too. An upgrade to a WebSocket has no Sec-Fetch-Site. A
  // program has no browser that another site could misuse.
  if (
    !pass &&
    (site
      ? site !== 'same-origin' && site !== 'none' && !isPage
      : origin && origin !== SCHEME + '://' + host + portOf(request))
  )
    return answerNotice('other site', request, host);
  return {
    'x-proxy-user': { value: pass ? 'pass:' + pass[PASS_NAME] : opened.slice(USER).join('.') },
    'x-proxy-subject': { value: present(opened[pass ? PASS_ID : SUBJECT]) },
    'x-proxy-until': { value: '' + parseInt(present(opened[END]), 36) },
  };
}
