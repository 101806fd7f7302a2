import { Fault, listOf, parseDocument } from '../core/schema.ts';
import type { Milliseconds } from '../core/wire/brands.ts';
import { CHANGE, type Change } from './timeline.ts';

/** The header that `/_local/` wants: no page that a browser has open can send it across origins. */
export const LOCAL_HEADER = 'x-proxy-local';

/** Thrown for an answer that can't be read, or that refuses; the message says what to do. */
export class CloudAnswerError extends Error {
  override name = 'CloudAnswerError';
}

const headers = { [LOCAL_HEADER]: '1' };

/** Milliseconds that a cloud on this machine has for a word. */
const PATIENCE_MS = 2_000;

/** True when a local cloud answers at `api` (`http://127.0.0.1:<port>`). */
export async function isCloudAnswering(api: string): Promise<boolean> {
  try {
    const url = `${api}/_local/changes?since=${Date.now()}`;
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.text();
    return response.ok;
  } catch (error) {
    // Nobody listens, or somebody who speaks no HTTP, or does not answer: no cloud in any case.
    if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}

/** The changes of routes from `since` on, oldest first. */
export async function changesSince(api: string, since: Milliseconds): Promise<Change[]> {
  const response = await fetch(`${api}/_local/changes?since=${since}`, { headers });
  const changes = parseDocument(await response.text(), listOf(CHANGE));
  if (!(changes instanceof Fault)) return changes;
  throw new CloudAnswerError(
    `the local cloud at ${api} gave an answer that this version does not read: ${changes}; start it again with this version`,
  );
}

/** Puts an event in as EventBridge would. */
export async function sendEvent(api: string, event: unknown): Promise<void> {
  const body = JSON.stringify(event);
  const response = await fetch(`${api}/_local/events`, { method: 'POST', headers, body });
  if (response.ok) return;
  throw new CloudAnswerError(
    `the local cloud at ${api} did not take the event: ${response.status} ${await response.text()}`,
  );
}

/** Resolves with true when no instance is changing and the updater has seen every event, with false after `patience` ms. */
export async function waitUntilSettled(api: string, patience: Milliseconds): Promise<boolean> {
  try {
    await fetch(`${api}/_local/settled`, { headers, signal: AbortSignal.timeout(patience) });
    return true;
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}
