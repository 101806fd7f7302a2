import { isGated } from '../../../core/entry/access.ts';
import type { Session } from '../../../core/session/session.ts';
import { isInTime } from '../../../core/session/signed.ts';
import { notice } from '../answers/notice.ts';
import type { Call } from '../call.ts';
import { clearCookie } from '../cookies/cookies.ts';
import type { Desk } from '../desk.ts';
import { findSession, isStillSignedIn, isUnderRule } from '../people.ts';
import type { AccessTable, Keys } from '../ports.ts';

/** The session of a request, with the keys and the table by which it was checked. */
export interface SignedInCall {
  session: Session;
  keys: Keys;
  access: AccessTable;
}

/** A viewer who may know about a hostname. */
export interface Viewer {
  /** Absent where the hostname is open. */
  session?: Session;
  access: AccessTable;
}

/** The viewer of a request: a person with a session, or everybody where the hostname is open; else the answer that there is no session. */
export async function readViewer(call: Call, desk: Desk): Promise<Viewer | Response> {
  const access = await desk.readAccess();
  const found = access.accessOf(call.host);
  return found === undefined || isGated(found.access) ? readSession(call, desk) : { access };
}

/** The session of a request if it is good now, or the answer that there is none. An ended one is good if `mayHaveEnded`. */
export async function readSession(
  call: Call,
  desk: Desk,
  { mayHaveEnded = false } = {},
): Promise<SignedInCall | Response> {
  const [keys, access] = await Promise.all([desk.readKeys(), desk.readAccess()]);
  const session = findSession(desk, call, keys);
  if (session === 'two people')
    return notice('not signed in', call.request, { cookies: clearCookie('session') });
  const isGood =
    session !== undefined &&
    (mayHaveEnded || isInTime(session, call.now)) &&
    isStillSignedIn(session, access) &&
    isUnderRule(session, call.host, access);
  if (isGood) return { session, keys, access };
  return notice('not signed in', call.request, { link: { href: '/', words: 'Sign in' } });
}
