/**
 * The reason why no app answers, as one text: its name, its number, its sentence. A number of 400 and more is the status, because a retry
 * is pointless. Otherwise the status is 503, and the number is the seconds until a retry makes sense; with a plus a waiting page reloads
 * by itself.
 *
 * Texts and not a table, because an object of all notices would cost each answer 9,000 instructions.
 */
export type Notice = `${string}|${string}|${string}`;

export const UNKNOWN = 'unknown|404|No app uses this name.';
export const DRAINING = 'draining|+30|This app takes no new visitors now.';
export const UNREADABLE = 'unreadable|60|The proxy cannot read its entry.';
export const FAULT = 'fault|5|The app got no request. Try again.';
export const EXPIRED = 'expired|404|Its lease has ended.';
export const UNKNOWN_PATH = 'unknown path|404|This app has no such path.';
export const INVALID_HOST = 'invalid host|400|This is not a valid app name.';
export const AMBIGUOUS = 'ambiguous path|400|This path can be read in two ways.';
/** On the bare domain. */
export const OPEN = 'open?|409|Another page sent you here. All apps here trust each other.';
/** With sign-in. */
export const NOT_SIGNED_IN = 'not signed in|401|Nothing was sent. Sign in first.';
export const OTHER_SITE = 'other site|403|Another site sent this.';

/** The notice of a closed state, by its letter (core/wire/layout.ts). Any other value is unreadable. */
export function noticeOf(letter: unknown): Notice {
  if (letter === 'A') return 'asleep|+60|Start its instance to open it.';
  if (letter === 'S')
    return SIGN_IN ? 'starting|+2|The app starts now.' : 'starting|+5|The app opens here when it is ready.';
  if (letter === 'W')
    return SIGN_IN ? 'waking|+2|The app is starting again.' : 'waking|+5|The app is starting again.';
  if (letter === 'M') return 'maintenance|+60|This app is under maintenance.';
  if (letter === 'C') return 'conflict|60|A tag of its instances is wrong.';
  return UNREADABLE;
}
