import { isBits128 } from '../../../core/session/fields.ts';
import { parseReturnPath } from '../../../core/session/return-path.ts';
import { isInTime } from '../../../core/session/signed.ts';
import { TICKET } from '../../../core/session/ticket.ts';
import { redirectTo } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import { type Call, parameter, roundOf } from '../call.ts';
import { cookieValues } from '../cookies/cookies.ts';
import { type Desk, endpointAt, originOf, unseal } from '../desk.ts';
import { hintCookies, newestFor, readLastChange } from '../newest.ts';
import { findSession, isStillSignedIn, isUnderRule } from '../people.ts';
import { bindingOf } from '../proofs.ts';
import { tryAgain } from './goal.ts';
import { sessionCookies } from './send-on.ts';
import { readViewer } from './signed-in.ts';
import { countArrival } from './start.ts';

/** On an app's hostname: ends a sign-in if it has a ticket, else leads a page that waits back to its path. */
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

/** Turns a ticket into a session, in the browser that began the sign-in. */
async function arriveWithTicket(call: Call, desk: Desk): Promise<Response> {
  const [keys, access] = await Promise.all([desk.readKeys(), desk.readAccess()]);
  const { host, now } = call;
  const ticket = unseal(desk, TICKET, parameter(call, 'ticket'), host, keys.apex.accept);
  if (ticket === undefined)
    return notice('link not valid', call.request, { link: tryAgain(desk, { host, to: '/' }) });
  const { to, browser, ...person } = ticket;
  const isBound = cookieValues(call.cookies, 'browser').some(
    (value) => isBits128(value) && bindingOf(host, value) === browser,
  );
  const before = findSession(desk, call, keys);
  const isKnown = before !== undefined && before !== 'two people';
  const isUsable =
    isInTime(ticket, now) && isStillSignedIn(person, access) && isUnderRule(person, host, access);
  if (!isBound || !isUsable) return restart(call, desk, to, isBound);
  const isSameClaimant = isKnown && isUnderRule(before, host, access);
  return redirectTo('signed in', originOf(desk, host) + to, {
    cookies: [...sessionCookies(desk, call, keys, person), countArrival(call)],
    // A service worker of the last claimant would stay otherwise. Not "cookies": that would remove the session as well.
    headers: isSameClaimant ? {} : { 'clear-site-data': '"cache", "storage"' },
  });
}

/** From the beginning: the ticket is too old, or is for another browser, as one in a link of a stranger is. */
function restart(call: Call, desk: Desk, to: string, isBound: boolean): Response {
  const round = roundOf(call) + (isBound ? 0 : 1);
  return redirectTo('once more', endpointAt(desk, call.host, 'start', { to, round: String(round) }));
}
