/** Why no app answers: the letter of a closed state (core/layout.ts), or what the router found. */
export type NoticeCode =
  | 'S'
  | 'W'
  | 'A'
  | 'M'
  | 'C'
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
 * `retryAfter` in seconds, 0 where another try is pointless; `refresh` where a waiting page should ask by itself; `name`
 * where it is not the code itself.
 */
export type Notice = readonly [
  status: number,
  retryAfter: number,
  detail: string,
  name?: string,
  refresh?: 1,
];

/** The codes that several places give: a name costs the bundle less than a text. */
export const UNREADABLE = 'unreadable';
export const AMBIGUOUS = 'ambiguous path';
export const UNKNOWN_PATH = 'unknown path';

/**
 * What a viewer is told; undefined for a letter that no state has. Made anew for each notice, since a function's global
 * code runs for every request.
 */
export function noticeOf(code: NoticeCode): Notice | undefined {
  const notices: Partial<Record<NoticeCode, Notice>> = {
    unknown: [404, 0, 'No valid tag claims this name.'],
    A: [503, 60, 'Its instance is stopped. Start it, and this name is live.', 'asleep'],
    S: [503, 5, 'This page opens the app when it is ready.', 'starting', 1],
    W: [503, 5, 'The app was stopped and starts again.', 'waking', 1],
    M: [503, 60, 'Somebody is working on this app.', 'maintenance', 1],
    C: [503, 60, 'Its tags make no route as they are.', 'conflict'],
    draining: [503, 30, 'Its instances take no new viewers.', '', 1],
    [UNREADABLE]: [503, 60, 'This router does not follow its entry.'],
    fault: [503, 5, 'No app has seen this request.'],
    expired: [404, 0, 'The time of this app is over.'],
    [UNKNOWN_PATH]: [404, 0, 'This app takes other paths.'],
    'invalid host': [400, 0, 'No app can have this name.'],
    [AMBIGUOUS]: [400, 0, 'This path has more than one reading.'],
  };
  if (BARE) notices['open?'] = [409, 0, 'Another page sent you here. All apps here trust each other.'];
  return notices[code];
}
