import type { Watched } from '../../core/events/fleet-event.ts';
import { decisionKey } from '../../core/journal/journal-key.ts';
import { printRecord } from '../../core/journal/journal-record.ts';
import { buildRoutesFile } from '../../core/journal/routes-file.ts';
import type { Meter } from '../meter.ts';
import type { Journal, Metrics, Notebook } from '../ports.ts';
import { isCovered } from '../read/coverage.ts';
import { collectHints } from '../read/hints.ts';
import { journalEvents, type Message, parseMessage } from '../read/messages.ts';
import { memoryOf } from './memory.ts';
import { type Parts, type Reconciled, reconcile } from './reconcile.ts';
import { buildFigures, buildLogLine, buildRecord, type FinishedRun, isWorthKeeping } from './report.ts';

export type { Message } from '../read/messages.ts';

/** What a run works with, beside what a reconcile does. */
export interface RunParts extends Parts {
  journal: Journal;
  routesFile: Notebook;
  /** Events from elsewhere are ignored. */
  watched: Watched;
  /** Stands around the fleet and the store. */
  meter: Meter;
  metrics: Metrics;
  log: (line: Record<string, unknown>) => void;
}

/** Thrown when the batch has to come back: the store could not be written. */
export class StoreUnwritten extends Error {
  override name = 'StoreUnwritten';
}

/**
 * One batch of messages: journals every event, reconciles once if any of them is a hint that no
 * look has answered yet, and records what came of it.
 *
 * No message fails for its own content, since a failed one would block the queue's group. The journal and the routes
 * go their own ways: neither waits for the other to succeed.
 *
 * @throws StoreUnwritten when the routes are not what they should be and only another try can help
 */
export async function run(parts: RunParts, messages: readonly Message[], requestId: string): Promise<void> {
  const startedAt = parts.clock.now();
  const received = messages.map((message) => parseMessage(message, parts.watched));
  const journaled = journalEvents(parts.journal, received);
  const arrived = received.map(({ event, message }) => ({ event, sentAt: message.sentAt }));
  const hints = collectHints(arrived, startedAt);
  const { look } = memoryOf(parts.store);
  const isNews = hints.events.some((event) => look === undefined || !isCovered(event, look));
  const result = isNews ? await reconcile(parts, hints) : undefined;
  const unjournaled = await journaled;
  const ran: FinishedRun = {
    ...{
      deployment: parts.settings.deployment,
      requestId,
      startedAt,
      endedAt: parts.clock.now(),
      received,
      result,
    },
    calls: parts.meter.drain(),
    found: parts.store.found,
  };
  const isTold = await report(parts, ran, unjournaled);
  await parts.store.endRun({ recorded: isTold });
  if (result?.unwritten) throw new StoreUnwritten(result.reason);
}

/**
 * Tells journal, portal, log and metrics, none of which may harm the routes or another of them.
 *
 * @returns false when the journal did not take the record
 */
async function report(parts: RunParts, ran: FinishedRun, unjournaled: readonly unknown[]): Promise<boolean> {
  const record = buildRecord(ran);
  const { startedAt, requestId, result } = ran;
  const key = decisionKey(startedAt, requestId, record.attempt);
  const [kept, published] = await Promise.allSettled([
    isWorthKeeping(record) ? parts.journal.append(key, printRecord(record)) : undefined,
    result?.entries ? publish(parts, result) : undefined,
  ]);
  const journal = [...unjournaled, ...reasonsIn([kept])];
  const publishing = reasonsIn([published]);
  parts.log(buildLogLine(record));
  for (const error of journal) complain(parts, 'journal', error);
  for (const error of publishing) complain(parts, 'routes file', error);
  parts.metrics.send(buildFigures(ran, { journal: journal.length, publish: publishing.length }));
  return kept.status === 'fulfilled';
}

function reasonsIn(outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

/**
 * What this environment published last, without its time: an equal file need not be written again, unless another
 * environment may have written one since.
 */
const published = new WeakMap<Notebook, { content: string; takeovers: number }>();

async function publish({ settings, routesFile, store, clock }: RunParts, result: Reconciled): Promise<void> {
  const facts = { deployment: settings.deployment, baseDomain: settings.baseDomain, updatedAt: '' };
  const file = buildRoutesFile(facts, result.entries ?? new Map(), result.problems);
  const content = JSON.stringify(file);
  const { takeovers } = store;
  const last = published.get(routesFile);
  if (last?.content === content && last.takeovers === takeovers) return;
  await routesFile.save(JSON.stringify({ ...file, updatedAt: new Date(clock.now()).toISOString() }));
  published.set(routesFile, { content, takeovers });
}

function complain(parts: RunParts, what: string, error: unknown): void {
  parts.log({ level: 'ERROR', message: `${what} not written`, error: String(error) });
}
