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
    unknown: [404, 'No valid tag claims this name.'],
    A: [60, 'Start its instance to open this app.', 'asleep'],
    S: [5, 'This page opens the app when it is ready.', 'starting', 1],
    W: [5, 'The app is starting again.', 'waking', 1],
    M: [60, 'This app is being worked on.', 'maintenance', 1],
    C: [60, 'Its tags make no route.', 'conflict'],
    draining: [30, 'Its instances take no new viewers.', '', 1],
    [UNREADABLE]: [60, 'The router cannot read its entry.', UNREADABLE],
    fault: [5, 'No app has seen this request.'],
    expired: [404, 'Its time is over.'],
    [UNKNOWN_PATH]: [404, 'This app takes other paths.'],
    'invalid host': [400, 'No app can have this name.'],
    [AMBIGUOUS]: [400, 'This path can be read in two ways.'],
  };
  if (BARE) notices['open?'] = [409, 'Another page sent you here. All apps here trust each other.'];
  return present(notices[code]);
}
