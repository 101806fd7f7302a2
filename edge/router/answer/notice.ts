import type { ClosedLetter } from '../../../core/wire/layout.ts';
import { present } from '../certain.ts';

/** The reason why no app answers: the letter of a closed state (core/wire/layout.ts), or a finding of the router. */
export type NoticeCode =
  | ClosedLetter
  | 'draining'
  | 'unreadable'
  | 'fault'
  | 'unknown'
  | 'expired'
  | 'unknown path'
  | 'invalid host'
  | 'ambiguous path'
  | 'open?'
  | 'not signed in'
  | 'other site';

/** Codes that are used in several places: a name takes fewer bytes in the bundle than a text. */
export const UNREADABLE = 'unreadable';
export const AMBIGUOUS = 'ambiguous path';
export const UNKNOWN_PATH = 'unknown path';
export const NOT_SIGNED_IN = 'not signed in';

/**
 * The number and the sentence of a notice, and its name if that is not the code. A number of 400 and more is the status, because a
 * retry is pointless. Otherwise the status is 503, and the number is the seconds until a retry makes sense; with a plus a waiting
 * page reloads by itself.
 *
 * The object is built for each notice, because a function's global code runs for every request.
 */
export function noticeOf(code: NoticeCode): string {
  const notices: Partial<Record<NoticeCode, string>> = {
    unknown: '404|No app uses this name.',
    A: '+60|Start its instance to open it.|asleep',
    S: SIGN_IN ? '+2|The app starts now.|starting' : '+5|The app opens here when it is ready.|starting',
    W: (SIGN_IN ? '+2' : '+5') + '|The app is starting again.|waking',
    M: '+60|This app is under maintenance.|maintenance',
    C: '60|A tag of its instances is wrong.|conflict',
    draining: '+30|This app takes no new visitors now.',
    [UNREADABLE]: '60|The proxy cannot read its entry.',
    fault: '5|The app got no request. Try again.',
    expired: '404|Its lease has ended.',
    [UNKNOWN_PATH]: '404|This app has no such path.',
    'invalid host': '400|This is not a valid app name.',
    [AMBIGUOUS]: '400|This path can be read in two ways.',
  };
  if (BARE) notices['open?'] = '409|Another page sent you here. All apps here trust each other.';
  if (SIGN_IN) {
    notices[NOT_SIGNED_IN] = '401|Nothing was sent. Sign in first.';
    notices['other site'] = '403|Another site sent this.';
  }
  return present(notices[code]);
}
