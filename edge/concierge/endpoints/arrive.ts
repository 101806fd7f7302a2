import { isBits128 } from '../../../core/session/fields.ts';
import { parseReturnPath } from '../../../core/session/return-path.ts';
import { isInTime } from '../../../core/session/signed.ts';
import { TICKET } from '../../../core/session/ticket.ts';
import { answerPicture, redirectTo } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import { type Call, parameter } from '../call.ts';
import { clearCookie, cookieValues } from '../cookies/cookies.ts';
import { type Desk, endpointAt, originOf, unseal } from '../desk.ts';
import { hintCookies, newestFor, readLastChange } from '../newest.ts';
import { findSession, isStillSignedIn, isUnderRule } from '../people.ts';
import { bindingOf } from '../proofs.ts';
import { tryAgain } from './goal.ts';
import { sessionCookies } from './send-on.ts';
import { readViewer } from './signed-in.ts';

/** On an app's hostname: ends a sign-in if it has a ticket, and is a picture then; else leads a page that waits back to its path. */
export function arrive(call: Call, desk: Desk): Promise<Response> {
  return call.query.has('ticket') ? arriveWithTicket(call, desk) : arriveAgain(call, desk);
}

/** The browser gets a hint if the hostname has changed and the edge may not know it yet. Without one the page waits for the store. */
async function arriveAgain(call: Call, desk: Desk): Promise<Response> {
  const to = parseReturnPath(parameter(call, 'to'));
  const [keys, viewer, change] = await Promise.all([
    desk.readKeys(),
    readViewer(call, desk),
    readLastChange(call, desk),
  ]);
  if (viewer instanceof Response) return redirectTo('sign in', endpointAt(desk, call.host, 'start', { to }));
  const known = change === 'unreadable' ? undefined : change;
  return redirectTo('back', originOf(desk, call.host) + to, {
    cookies: hintCookies(desk, call, keys, newestFor(known, viewer, call)),
  });
}

/**
 * Turns a ticket into a session, in the browser that began the sign-in. The page of the base domain that loads the picture goes on in
 * any case, and `start` tells whether the session is there.
 */
async function arriveWithTicket(call: Call, desk: Desk): Promise<Response> {
  const [keys, access] = await Promise.all([desk.readKeys(), desk.readAccess()]);
  const { host, now } = call;
  const ticket = unseal(desk, TICKET, parameter(call, 'ticket'), host, keys.apex.accept);
  const isBound = cookieValues(call.cookies, 'browser').some(
    (value) => isBits128(value) && bindingOf(host, value) === ticket?.browser,
  );
  const isUsable =
    ticket !== undefined &&
    isInTime(ticket, now) &&
    isStillSignedIn(ticket, access) &&
    isUnderRule(ticket, host, access);
  if (!isBound || !isUsable)
    return notice('link not valid', call.request, { link: tryAgain(desk, { host, to: '/' }) });
  const before = findSession(desk, call, keys);
  const isKnown = before !== undefined && before !== 'two people';
  // The session of another person may be one that the last claimant has put into this browser.
  const isSameClaimant = isKnown && before.subject === ticket.subject && isUnderRule(before, host, access);
  const { browser: _, ...person } = ticket;
  return answerPicture('signed in', {
    // The other cookie has done its work. Apps would get it too.
    cookies: [...sessionCookies(desk, call, keys, person), ...clearCookie('browser')],
    // A service worker of the last claimant would stay otherwise. Not "cookies": that would remove the session as well.
    headers: isSameClaimant ? {} : { 'clear-site-data': '"cache", "storage"' },
  });
}
