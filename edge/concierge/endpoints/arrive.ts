import { isBits128 } from '../../../core/session/fields.ts';
import { isInTime } from '../../../core/session/signed.ts';
import { TICKET } from '../../../core/session/ticket.ts';
import { redirectTo } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import { type Call, parameter, roundOf } from '../call.ts';
import { cookieValues } from '../cookies/cookies.ts';
import { type Desk, endpointAt, originOf, unseal } from '../desk.ts';
import { findSession, isStillSignedIn, isUnderRule } from '../people.ts';
import { bindingOf } from '../proofs.ts';
import { tryAgain } from './goal.ts';
import { sessionCookies } from './send-on.ts';
import { countArrival } from './start.ts';

/** On an app's hostname: turns a ticket into a session, in the browser that began the sign-in. */
export async function arrive(call: Call, desk: Desk): Promise<Response> {
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
