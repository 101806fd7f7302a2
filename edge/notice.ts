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

/**
 * What a viewer is told; undefined for a letter that no state has. A switch rather than a table of objects: a function's
 * global code runs for every request, and would build the whole table each time. The commonest stand first.
 */
export function noticeOf(code: NoticeCode): Notice | undefined {
  switch (code) {
    case 'unknown':
      return [404, 0, 'No instance claims this name.'];
    case 'A':
      return [503, 60, 'Its instance is stopped. Start it, and this name is live.', 'asleep'];
    case 'S':
      return [503, 5, 'This page opens the app when it is ready.', 'starting', 1];
    case 'W':
      return [503, 5, 'The app was stopped and starts again.', 'waking', 1];
    case 'M':
      return [503, 60, 'Somebody is working on this app.', 'maintenance', 1];
    case 'C':
      return [503, 60, 'Its tags make no route as they are.', 'conflict'];
    case 'draining':
      return [503, 30, 'Its instances take no new viewers.', code, 1];
    case 'unreadable':
      return [503, 60, 'This router does not follow its entry.'];
    case 'fault':
      return [503, 5, 'No app has seen this request.'];
    case 'expired':
      return [404, 0, 'The time of this app is over.'];
    case 'unknown path':
      return [404, 0, 'This app takes other paths.'];
    case 'invalid host':
      return [400, 0, 'No app can have this name.'];
    case 'ambiguous path':
      return [400, 0, 'It could be read as the path of another route.'];
    case 'open?':
      return [200, 0, 'Another page sent you here. All apps here trust each other.'];
  }
}
