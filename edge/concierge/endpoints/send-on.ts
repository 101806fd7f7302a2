import { describeAdmitted, isAdmitted } from '../../../core/access/access-rule.ts';
import { isGated } from '../../../core/entry/access.ts';
import { SESSION, type Session, sessionEnd } from '../../../core/session/session.ts';
import { TICKET, TICKET_SECONDS } from '../../../core/session/ticket.ts';
import type { Who } from '../../../core/session/who.ts';
import { policyWith, redirectTo } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import type { Call } from '../call.ts';
import { setCookie } from '../cookies/cookies.ts';
import { apexHost, type Desk, endpointAt, originOf, seal } from '../desk.ts';
import type { AccessTable, Keys } from '../ports.ts';
import type { Goal } from './goal.ts';

/** A person whom the base domain knows, on the way to an app. */
interface Journey {
  keys: Keys;
  access: AccessTable;
  who: Who;
  goal: Goal;
  /** The address at which the provider asks for the account. */
  asking: string;
  cookies?: readonly string[];
}

/**
 * Decides whether the person may open the hostname, and sends the person there. The decision is made here, where the groups are
 * known. A name without an entry gets a session as well, so that it answers like any other.
 *
 * The ticket goes to the hostname in the address of a picture on a page of the base domain. A service worker that the last claimant
 * of the hostname has left behind sees the navigations to it, but no picture of our page. The page goes on once the picture is there
 * (docs/decisions/0432).
 */
export function sendOn(call: Call, desk: Desk, journey: Journey): Response {
  const { keys, access, who, goal, asking, cookies = [] } = journey;
  const found = access.accessOf(goal.host);
  if (found !== undefined && isGated(found.access) && !isAdmitted(found.access.rule, who))
    return notice('not admitted', call.request, {
      detail: `You are signed in as ${who.user}. ${goal.host} ${describeAdmitted(found.access.rule)}.`,
      link: { href: asking, words: 'Use another account' },
      cookies,
    });
  const { signedInAt, epoch, subject, user } = who;
  const person = { signedInAt, epoch, subject, user, sequence: access.sequence, level: found?.level ?? 0 };
  if (goal.host === apexHost(desk))
    return redirectTo('signed in', originOf(desk, goal.host) + goal.to, {
      cookies: [...cookies, ...sessionCookies(desk, call, keys, person)],
    });
  const { browser, to, round, keepsCookies } = goal;
  const value = { ...person, browser, endsAt: call.now + TICKET_SECONDS };
  const ticket = seal(desk, TICKET, value, goal.host, keys.apex);
  // Only `start` ends the sign-in of a browser that keeps no cookies. It costs one more request.
  const next = keepsCookies
    ? originOf(desk, goal.host) + to
    : endpointAt(desk, goal.host, 'start', { to, round: String(round + 1) });
  const picture = endpointAt(desk, goal.host, 'arrive', { ticket });
  return notice('to the app', call.request, {
    picture,
    again: next,
    link: { href: next, words: 'Open the app' },
    cookies,
    headers: policyWith(picture),
  });
}

/** A browser keeps a cookie for 400 days at most. */
const LONGEST = 34_560_000;

/**
 * The cookie of a session that begins now; none if the sign-in is too old. It stays after the session's end: it can be renewed then,
 * and shows for which claimant the browser has data.
 */
export function sessionCookies(
  desk: Desk,
  call: Pick<Call, 'host' | 'now'>,
  keys: Keys,
  person: Omit<Session, 'endsAt'>,
): string[] {
  const endsAt = sessionEnd(person.signedInAt, call.now);
  if (endsAt === undefined) return [];
  return [setCookie('session', seal(desk, SESSION, { ...person, endsAt }, call.host, keys.edge), LONGEST)];
}
