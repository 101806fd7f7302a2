/** Why no app answers. The first seven are states of an entry or a rule; the others are found by the router. */
export type NoticeName =
  | 'starting'
  | 'waking'
  | 'asleep'
  | 'draining'
  | 'maintenance'
  | 'conflict'
  | 'unreadable'
  | 'unknown'
  | 'expired'
  | 'nopath'
  | 'badhost'
  | 'badpath'
  | 'fault';

/** What a viewer is told. */
export interface Notice {
  name: NoticeName;
  status: number;
  title: string;
  detail: string;
  /** Seconds after which another try makes sense; 0: never by itself. */
  retryAfter: number;
  /** Whether the page asks again by itself after `retryAfter`. */
  refresh: boolean;
}

/**
 * The table of notices, as a switch: a table of objects would be built for every request, since a function's
 * global code runs each time.
 */
export function noticeOf(name: NoticeName): Notice {
  switch (name) {
    case 'starting':
      return unavailable(
        name,
        'Starting',
        'The app is starting. This page opens it as soon as it is ready.',
        5,
        true,
      );
    case 'waking':
      return unavailable(
        name,
        'Waking up',
        'The app was asleep and is starting. This page opens it.',
        5,
        true,
      );
    case 'asleep':
      return unavailable(
        name,
        'Asleep',
        'The instance behind this name is stopped. Start it and the name is live.',
        60,
        false,
      );
    case 'draining':
      return unavailable(name, 'Draining', 'The instances of this app take no new viewers now.', 30, true);
    case 'maintenance':
      return unavailable(
        name,
        'Under maintenance',
        'Somebody is working on this app and will be back.',
        60,
        true,
      );
    case 'conflict':
      return unavailable(
        name,
        'Tags in conflict',
        'A person has to change the tags behind this name; the list of problems says how.',
        300,
        false,
      );
    case 'unreadable':
      return unavailable(
        name,
        'Route not understood',
        "This name's entry was not written for this version of the router, so it is not followed.",
        60,
        false,
      );
    case 'fault':
      return unavailable(
        name,
        'Routing failed',
        'The router could not decide about this request. No app has seen it.',
        5,
        false,
      );
    case 'unknown':
      return refused(
        name,
        404,
        'No such app',
        'No instance claims this name. It may have been terminated, or its tag says otherwise.',
      );
    case 'expired':
      return refused(name, 404, 'Lease ended', 'The time that this app was given is over.');
    case 'nopath':
      return refused(name, 404, 'No such path', 'The app of this name takes other paths than this one.');
    case 'badhost':
      return refused(name, 400, 'Bad host', 'The request names no host that could exist.');
    case 'badpath':
      return refused(
        name,
        400,
        'Ambiguous path',
        'Dot segments, empty segments or encoded slashes in the path could mean another route.',
      );
  }
}

function unavailable(
  name: NoticeName,
  title: string,
  detail: string,
  retryAfter: number,
  refresh: boolean,
): Notice {
  return { name: name, status: 503, title: title, detail: detail, retryAfter: retryAfter, refresh: refresh };
}

function refused(name: NoticeName, status: number, title: string, detail: string): Notice {
  return { name: name, status: status, title: title, detail: detail, retryAfter: 0, refresh: false };
}
