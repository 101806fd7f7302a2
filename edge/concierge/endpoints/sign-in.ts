import { isBits128 } from '../../../core/session/fields.ts';
import { parseReturnPath } from '../../../core/session/return-path.ts';
import { STATE, STATE_SECONDS } from '../../../core/session/state.ts';
import { redirectTo } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import { type Call, MOST_ROUNDS, parameter, roundOf } from '../call.ts';
import { clearCookie, cookieValues, setCookie } from '../cookies/cookies.ts';
import { apexHost, type Desk, isOurs, seal } from '../desk.ts';
import { findWho } from '../people.ts';
import type { Keys } from '../ports.ts';
import { bindingOf, isWord, signInProof } from '../proofs.ts';
import { askingAddress, type Goal, tryAgain } from './goal.ts';
import { sendOn } from './send-on.ts';

const DAY = 86_400;

/** On the base domain: sends a known person on, and everybody else to the provider. */
export async function signIn(call: Call, desk: Desk): Promise<Response> {
  const keys = await desk.readKeys();
  const known = browserOf(call);
  const browser = known ?? desk.clock.bits128();
  const out = parameter(call, 'out');
  if (out !== '') return await signOutHere(call, desk, keys, out);
  const goal = goalOf(call, desk, browser);
  if (goal === undefined) return notice('link not valid', call.request);
  const isAsked = isWord(desk, keys.apex.accept, 'again', known ?? '', parameter(call, 'again'), call.now);
  const access = await desk.readAccess();
  const who = findWho(desk, call, keys, access);
  if (who !== undefined && who !== 'two people' && !isAsked)
    return sendOn(call, desk, {
      keys,
      access,
      who,
      goal,
      asking: askingAddress(desk, keys, call, browser, goal),
    });
  if (goal.round >= MOST_ROUNDS) return notice('no cookies', call.request, { link: tryAgain(desk, goal) });
  if (!isAsked && cookieValues(call.cookies, 'out').length > 0)
    return notice('signed out', call.request, {
      link: { href: askingAddress(desk, keys, call, browser, goal), words: 'Sign in again' },
      cookies: [setCookie('browser', browser, DAY)],
    });
  return toProvider({ desk, call, keys, browser, goal, asks: isAsked });
}

function goalOf(call: Call, desk: Desk, browser: string): Goal | undefined {
  const apex = apexHost(desk);
  const host = parameter(call, 'host') || apex;
  const given = host === apex ? bindingOf(apex, browser) : parameter(call, 'browser');
  if (!isOurs(desk, host) || !isBits128(given)) return undefined;
  const keepsCookies = parameter(call, 'kept') === '1';
  return {
    host,
    to: parseReturnPath(parameter(call, 'to')),
    browser: given,
    round: roundOf(call),
    keepsCookies,
  };
}

/** Begins a sign-in at the provider. */
async function toProvider({
  desk,
  call,
  keys,
  browser,
  goal,
  asks,
}: {
  desk: Desk;
  call: Call;
  keys: Keys;
  browser: string;
  goal: Goal;
  asks: boolean;
}): Promise<Response> {
  const value = { ...goal, endsAt: call.now + STATE_SECONDS, nonce: desk.clock.bits128() };
  const state = seal(desk, STATE, value, apexHost(desk), keys.apex);
  const address = await desk.provider.signInAddress(signInProof(desk, keys.apex.sign, browser, state), asks);
  return redirectTo('to the provider', address, { cookies: [setCookie('browser', browser, DAY)] });
}

/** Takes the word of an app's hostname that the person has signed out there. */
async function signOutHere(call: Call, desk: Desk, keys: Keys, out: string): Promise<Response> {
  const who = findWho(desk, call, keys, await desk.readAccess());
  const isKnown = who !== undefined && who !== 'two people';
  // Without a person there is nothing to end.
  if (!isKnown) return notice('signed out', call.request);
  // A link of a stranger must not sign a person out.
  return isWord(desk, keys.apex.accept, 'out', who.subject, out, call.now)
    ? signedOut(call, desk, keys)
    : notice('still signed in', call.request, { detail: `You are signed in as ${who.user}.` });
}

/** Ends the sign-in on the base domain. The next one asks first, since the provider may still know the person. */
export function signedOut(call: Call, desk: Desk, keys: Keys): Response {
  const browser = browserOf(call) ?? desk.clock.bits128();
  const apex = apexHost(desk);
  const goal = { host: apex, to: '/', browser: bindingOf(apex, browser) };
  return notice('signed out', call.request, {
    link: { href: askingAddress(desk, keys, call, browser, goal), words: 'Sign in again' },
    cookies: [
      ...clearCookie('who'),
      ...clearCookie('session'),
      setCookie('out', '1', DAY),
      setCookie('browser', browser, DAY),
    ],
  });
}

/** The cookie by which a sign-in recognises the browser. */
function browserOf({ cookies }: Call): string | undefined {
  return cookieValues(cookies, 'browser').find(isBits128);
}
