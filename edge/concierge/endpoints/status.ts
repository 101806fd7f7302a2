import { answerJson } from '../answers/answer.ts';
import { notice } from '../answers/notice.ts';
import type { Call } from '../call.ts';
import type { Desk } from '../desk.ts';
import { newestFor, readLastChange } from '../newest.ts';
import { readViewer } from './signed-in.ts';

/**
 * The newest state of the hostname, and the sequence number of the write that made it. It needs a session where the hostname is gated,
 * and every name without an entry is, so that it tells nothing about names.
 */
export async function status(call: Call, desk: Desk): Promise<Response> {
  const [viewer, change] = await Promise.all([readViewer(call, desk), readLastChange(call, desk)]);
  if (viewer instanceof Response) return viewer;
  if (change === 'unreadable') return notice('state not known', call.request);
  const { state } = newestFor(change, viewer, call);
  const sequence = state === 'unchanged' ? viewer.access.sequence : change?.sequence;
  return answerJson('known', { state, sequence });
}
