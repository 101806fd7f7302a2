import { sessionEnd } from '../../../core/session/session.ts';
import { answerJson } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import { type Call, isSameOrigin } from '../call.ts';
import type { Desk } from '../desk.ts';
import { describeSession } from './me.ts';
import { sessionCookies } from './send-on.ts';
import { readSession } from './signed-in.ts';

/**
 * Gives a session another hour, until eight hours after the sign-in. An ended session can be renewed too, so an app with a page that
 * stays open needs no redirect. The access rule must be the one that the session was made for: the groups of the person are not
 * known here.
 */
export async function renew(call: Call, desk: Desk): Promise<Response> {
  if (!isSameOrigin(call)) return notice('other site', call.request);
  const found = await readSession(call, desk, { mayHaveEnded: true });
  if (found instanceof Response) return found;
  const { session, keys, access } = found;
  const endsAt = sessionEnd(session.signedInAt, call.now);
  if (endsAt === undefined) return notice('not signed in', call.request);
  const renewed = { ...session, endsAt, sequence: Math.max(session.sequence, access.sequence) };
  return answerJson('renewed', describeSession(renewed), {
    cookies: sessionCookies(desk, call, keys, renewed),
  });
}
