import { answerJson, redirectTo } from '../answers/answer.ts';
import { notice, wantsPage } from '../answers/notice.ts';
import { type Call, isSameOrigin } from '../call.ts';
import { clearCookie } from '../cookies/cookies.ts';
import { apexHost, type Desk, endpointAt } from '../desk.ts';
import { findSession } from '../people.ts';
import { printWord } from '../proofs.ts';
import { signedOut } from './sign-in.ts';

/** The base domain takes the word of an app's hostname for so many seconds. */
const WORD_SECONDS = 60;

/**
 * On an app's hostname: ends the session there, and sends a browser to the base domain to end the sign-in as well. A script gets the
 * address for it as `next`. Sessions at other apps end within the hour.
 */
export async function signOut(call: Call, desk: Desk): Promise<Response> {
  if (!isSameOrigin(call)) return notice('other site', call.request);
  const keys = await desk.readKeys();
  const session = findSession(desk, call, keys);
  const cookies = [...clearCookie('session'), ...clearCookie('arrivals')];
  // A person whose session is gone gets the page of the base domain, which ends nothing without the word.
  const subject = session === undefined || session === 'two people' ? '' : session.subject;
  const word = printWord(desk, keys.apex.sign, 'out', subject, call.now + WORD_SECONDS);
  const next = endpointAt(desk, apexHost(desk), 'sign-in', { out: word });
  return wantsPage(call.request)
    ? redirectTo('signed out', next, { cookies })
    : answerJson('signed out', { next }, { cookies });
}

/** On the base domain: ends the sign-in. */
export async function signOutOnApex(call: Call, desk: Desk): Promise<Response> {
  return isSameOrigin(call)
    ? signedOut(call, desk, await desk.readKeys())
    : notice('other site', call.request);
}
