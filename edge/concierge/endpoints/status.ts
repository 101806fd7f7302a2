import { isGated } from '../../../core/entry/access.ts';
import { answerJson } from '../answers/answer.ts';
import type { Call } from '../call.ts';
import type { Desk } from '../desk.ts';
import { readSession } from './signed-in.ts';

/**
 * The sequence number of the newest access rules. It needs a session where the hostname is gated, and every name without an entry
 * is, so that it tells nothing about names.
 */
export async function status(call: Call, desk: Desk): Promise<Response> {
  const access = await desk.readAccess();
  const found = access.accessOf(call.host);
  if (found === undefined || isGated(found.access)) {
    const session = await readSession(call, desk);
    if (session instanceof Response) return session;
  }
  return answerJson('known', { sequence: access.sequence });
}
