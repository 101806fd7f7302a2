import { type Session, SIGN_IN_SECONDS } from '../../../core/session/session.ts';
import { answerJson } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import type { Call } from '../call.ts';
import type { Desk } from '../desk.ts';
import { findWho } from '../people.ts';
import { readSession } from './signed-in.ts';

/** On an app's hostname: the person and the times of the session, for the app's own pages. */
export async function me(call: Call, desk: Desk): Promise<Response> {
  const found = await readSession(call, desk);
  return found instanceof Response ? found : answerJson('signed in', describeSession(found.session));
}

/** On the base domain: the person as the provider described it. */
export async function meOnApex(call: Call, desk: Desk): Promise<Response> {
  const [keys, access] = await Promise.all([desk.readKeys(), desk.readAccess()]);
  const who = findWho(desk, call, keys, access);
  if (who === undefined || who === 'two people') return notice('not signed in', call.request);
  const { user, subject, groups, signedInAt, endsAt } = who;
  return answerJson('signed in', { user, subject, groups, signedInAt, until: endsAt });
}

/** A session as the app's pages see it. Times are epoch seconds. */
export function describeSession({ user, subject, signedInAt, endsAt }: Session) {
  return { user, subject, signedInAt, until: endsAt, renewableUntil: signedInAt + SIGN_IN_SECONDS };
}
