import { isCovered } from '../read/coverage.ts';
import { collectHints, type Hints } from '../read/hints.ts';
import { journalEvents, type Message, parseMessage } from '../read/messages.ts';
import { report } from '../report/report.ts';
import type { RunParts } from './parts.ts';
import { reconcile } from './reconcile.ts';
import type { Reconciled } from './reconciled.ts';
import { returnEarly } from './return-early.ts';

/** Thrown if the store could not be written, so that the queue delivers the batch again. */
export class StoreUnwrittenError extends Error {
  override name = 'StoreUnwrittenError';
}

/**
 * Handles one batch of messages: parses them and writes them to the journal, reconciles once if a hint is not answered yet,
 * and reports the result.
 *
 * No message fails for its own content, because a failed one would block the queue's group. Neither journal nor routes wait for
 * the other to succeed.
 *
 * @throws StoreUnwrittenError if the routes are not as they should be and only another attempt can help
 */
export async function run(parts: RunParts, messages: readonly Message[], requestId: string): Promise<void> {
  const { clock, journal, meter, settings, store, watched } = parts;
  const startedAt = clock.now();
  const received = messages.map((message) => parseMessage(message, watched));
  const journaled = journalEvents(journal, received);
  const result = await reconcileNews(parts, collectHints(received, startedAt));
  const unjournaled = await journaled;
  const calls = meter.drain();
  const finished = {
    ...{ deployment: settings.deployment, requestId, startedAt, endedAt: clock.now() },
    ...{ received, result, calls, found: store.found },
  };
  const recorded = await report(parts, finished, unjournaled);
  await store.endRun({ recorded });
  if (!result?.unwritten) return;
  await returnEarly(parts, messages, calls.write !== undefined);
  throw new StoreUnwrittenError(result.reason);
}

/** Reconciles unless the last complete run has answered all hints. */
async function reconcileNews(parts: RunParts, hints: Hints): Promise<Reconciled | undefined> {
  const { memory } = parts;
  const { coverage } = memory;
  if (hints.events.every((event) => coverage !== undefined && isCovered(event, coverage))) return undefined;
  memory.coverage = undefined;
  const result = await reconcile(parts, hints);
  memory.coverage = result.coverage;
  return result;
}
