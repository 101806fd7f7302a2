import type { ClosedState } from '../../../core/wire/layout.ts';
import { present } from '../certain.ts';

/** The reason why no app answers: a closed state, or a finding of the router. */
export type NoticeCode =
  | ClosedState
  | 'draining'
  | 'unreadable'
  | 'fault'
  | 'unknown'
  | 'expired'
  | 'unknown path'
  | 'invalid host'
  | 'ambiguous path'
  | 'open?';

/** Codes that are used in several places: a name takes fewer bytes in the bundle than a text. */
export const UNREADABLE = 'unreadable';
export const AMBIGUOUS = 'ambiguous path';
export const UNKNOWN_PATH = 'unknown path';

/**
 * The number and the sentence of a notice. A number of 400 and more is the status, because a retry is pointless. Otherwise the
 * status is 503, and the number is the seconds until a retry makes sense; with a plus a waiting page reloads by itself.
 *
 * The object is built for each notice, because a function's global code runs for every request.
 */
export function noticeOf(code: NoticeCode): string {
  const notices: Record<Exclude<NoticeCode, 'open?'>, string> & { 'open?'?: string } = {
    unknown: '404No app uses this name.',
    asleep: '060Start its instance to open this app.',
    starting: '+05This page opens the app when it is ready.',
    waking: '+05The app is starting again.',
    maintenance: '+60This app is under maintenance.',
    conflict: "060This app's tags need a fix.",
    draining: '+30This app takes no new visitors now.',
    [UNREADABLE]: "060The proxy cannot read this app's entry.",
    fault: '005The app got no request. Try again.',
    expired: "404This app's lease has ended.",
    [UNKNOWN_PATH]: '404This app has no route for this path.',
    'invalid host': '400This is not a valid app name.',
    [AMBIGUOUS]: '400This path can be read in two ways.',
  };
  if (BARE) notices['open?'] = '409Another page sent you here. All apps here trust each other.';
  return present(notices[code]);
}
