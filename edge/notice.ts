/** Why no app answers: a state of an entry or of a rule, or something that the router found. */
export type NoticeName =
  | 'starting'
  | 'waking'
  | 'asleep'
  | 'draining'
  | 'maintenance'
  | 'conflict'
  | 'unreadable'
  | 'fault'
  | 'unknown'
  | 'expired'
  | 'unknown path'
  | 'invalid host'
  | 'ambiguous path'
  | 'open?';

/** `retryAfter` in seconds, 0 where another try is pointless; `refresh` where a waiting page should ask by itself. */
export type Notice = readonly [status: number, detail: string, retryAfter: number, refresh?: boolean];

/**
 * What a viewer is told. A switch rather than a table of objects: a function's global code runs for every request, and
 * would build the whole table each time.
 */
export function noticeOf(name: NoticeName): Notice {
  switch (name) {
    case 'starting':
      return [503, 'This page opens the app when it is ready.', 5, true];
    case 'waking':
      return [503, 'The app was stopped and starts again.', 5, true];
    case 'asleep':
      return [503, 'Its instance is stopped. Start it, and this name is live.', 60];
    case 'draining':
      return [503, 'Its instances take no new viewers.', 30, true];
    case 'maintenance':
      return [503, 'Somebody is working on this app.', 60, true];
    case 'conflict':
      return [503, 'Its tags contradict each other.', 60];
    case 'unreadable':
      return [503, 'This router does not follow its entry.', 60];
    case 'fault':
      return [503, 'No app has seen this request.', 5];
    case 'unknown':
      return [404, 'No instance claims this name.', 0];
    case 'expired':
      return [404, 'The time of this app is over.', 0];
    case 'unknown path':
      return [404, 'This app takes other paths.', 0];
    case 'invalid host':
      return [400, 'No app can have this name.', 0];
    case 'open?':
      return [200, 'Another page sent you here. All apps here trust each other.', 0];
    case 'ambiguous path':
      return [400, 'It could be read as the path of another route.', 0];
  }
}
