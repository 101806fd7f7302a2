import { isBits128 } from '../../../core/session/fields.ts';
import { parseReturnPath } from '../../../core/session/return-path.ts';
import { isInTime } from '../../../core/session/signed.ts';
import { redirectTo } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import { type Call, MOST_ROUNDS, parameter, roundOf } from '../call.ts';
import { clearCookie, cookieValues, setCookie } from '../cookies/cookies.ts';
import { apexHost, type Desk, endpointAt, originOf } from '../desk.ts';
import { findSession, isStillSignedIn, isUnderRule } from '../people.ts';
import { bindingOf } from '../proofs.ts';

const DAY = 86_400;

/** Arrivals are counted for so many seconds. */
const COUNTED = 30;

/** After so many arrivals in a row the edge does not know the session yet. */
const MOST_ARRIVALS = 5;

/** On an app's hostname: gives the browser a cookie of its own, and sends it to the base domain. */
export async function start(call: Call, desk: Desk): Promise<Response> {
  const to = parseReturnPath(parameter(call, 'to'));
  const back = originOf(desk, call.host) + to;
  const round = roundOf(call);
  const arrivals = arrivalsOf(call);
  const [keys, access] = await Promise.all([desk.readKeys(), desk.readAccess()]);
  const session = findSession(desk, call, keys);
  const isKnown = session !== undefined && session !== 'two people';
  const isGood =
    isKnown &&
    // The router refuses those of two people.
    cookieValues(call.cookies, 'session').length === 1 &&
    isInTime(session, call.now) &&
    isStillSignedIn(session, access) &&
    isUnderRule(session, call.host, access);
  // The edge does not know the newest keys and rules, or it knows newer ones than we do, or many tabs sign in at once. The page asks again,
  // and then one more arrival is allowed. After a round the edge has not refused a good session yet, and a session that is not good after
  // the last round does not come: the browser loads no pictures.
  if (isKnown && arrivals >= MOST_ARRIVALS && (isGood ? round === 0 : round < MOST_ROUNDS))
    return notice('not known yet', call.request, {
      again: isGood ? back : endpointAt(desk, call.host, 'start', { to, round: String(round + 1) }),
      cookies: [printArrivals(MOST_ARRIVALS - 1)],
    });
  // Another tab has signed in, or the edge will know soon.
  if (isGood) return redirectTo('signed in', back, { cookies: [countArrival(call)] });
  const again = { href: endpointAt(desk, call.host, 'start', { to }), words: 'Try again' };
  if (round >= MOST_ROUNDS || (!isKnown && arrivals >= MOST_ROUNDS))
    return notice('no cookies', call.request, { link: again, cookies: clearCookie('arrivals') });
  const known = cookieValues(call.cookies, 'browser').find(isBits128);
  const browser = known ?? desk.clock.bits128();
  const query = {
    ...{ host: call.host, to, browser: bindingOf(call.host, browser), round: String(round) },
    // It does not have to come back here, because its cookies count the arrivals. Later rounds are counted in the address.
    ...(isKnown && round === 0 ? { kept: '1' } : {}),
  };
  return redirectTo('sign in', endpointAt(desk, apexHost(desk), 'sign-in', query), {
    // Sent each time, so that it does not end on the way.
    cookies: [
      setCookie('browser', browser, DAY),
      ...(isKnown ? [countArrival(call)] : []),
      ...(session === 'two people' ? clearCookie('session') : []),
    ],
  });
}

/** How often the browser has come back with a session within the last seconds. */
function arrivalsOf({ cookies }: Call): number {
  const [count = ''] = cookieValues(cookies, 'arrivals');
  return /^\d$/.test(count) ? Number(count) : 0;
}

/** The cookie that counts one more arrival. */
function countArrival(call: Call): string {
  return printArrivals(Math.min(arrivalsOf(call) + 1, 9));
}

function printArrivals(count: number): string {
  return setCookie('arrivals', String(count), COUNTED);
}
