import type { ClosedLetter } from '../../../core/wire/layout.ts';
import { present } from '../certain.ts';

/** Why no app answers: the letter of a closed state (core/wire/layout.ts), or what the router found. */
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
  | 'open?';

/**
 * `answer` is the status where another try is pointless, else the seconds until one makes sense, and the status is 503;
 * `refresh` where a waiting page should ask by itself; `name` where it is not the code itself.
 */
export type Notice = readonly [answer: number, detail: string, name?: string, refresh?: 1];

/** The codes that several places give: a name costs the bundle less than a text. */
export const UNREADABLE = 'unreadable';
export const AMBIGUOUS = 'ambiguous path';
export const UNKNOWN_PATH = 'unknown path';

/**
 * What a viewer is told. Made anew for each notice, since a function's global
 * code runs for every request.
 */
export function noticeOf(code: NoticeCode): Notice {
  const notices: Record<Exclude<NoticeCode, 'open?'>, Notice> & { 'open?'?: Notice } = {
    unknown: [404, 'No app uses this name.'],
    A: [60, 'Start its instance to open this app.', 'asleep'],
    S: [5, 'This page opens the app when it is ready.', 'starting', 1],
    W: [5, 'The app is starting again.', 'waking', 1],
    M: [60, 'This app is under maintenance.', 'maintenance', 1],
    C: [60, "This app's tags need a fix.", 'conflict'],
    draining: [30, 'This app takes no new visitors now.', '', 1],
    [UNREADABLE]: [60, "The proxy cannot read this app's entry.", UNREADABLE],
    fault: [5, 'The app got no request. Try again.'],
    expired: [404, "This app's lease has ended."],
    [UNKNOWN_PATH]: [404, 'This app has no route for this path.'],
    'invalid host': [400, 'This is not a valid app name.'],
    [AMBIGUOUS]: [400, 'This path can be read in two ways.'],
  };
  if (BARE) notices['open?'] = [409, 'Another page sent you here. All apps here trust each other.'];
  return present(notices[code]);
}
