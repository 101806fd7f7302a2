import { decisionKey } from '../../core/journal/journal-key.ts';
import { printRecord } from '../../core/journal/journal-record.ts';
import { buildRoutesFile } from '../../core/journal/routes-file.ts';
import { buildFigures } from './figures.ts';
import { buildLogLine } from './log-line.ts';
import type { ReportParts } from './parts.ts';
import type { Reconciled } from './reconciled.ts';
import { buildRecord, type FinishedRun, isWorthKeeping } from './record.ts';

/**
 * Reports a run to journal, portal, log and metrics. A failure of one affects neither the routes nor the others.
 *
 * @param unjournaled errors of events that the journal did not take
 * @returns false if the journal did not take the record
 */
export async function report(
  parts: ReportParts,
  run: FinishedRun,
  unjournaled: readonly unknown[],
): Promise<boolean> {
  const record = buildRecord(run);
  const { startedAt, requestId, result } = run;
  const key = decisionKey(startedAt, requestId, record.attempt);
  const [kept, published] = await Promise.allSettled([
    isWorthKeeping(record) ? parts.journal.append(key, printRecord(record)) : undefined,
    result?.entries ? publish(parts, result) : undefined,
  ]);
  const journal = [...unjournaled, ...reasonsIn(kept)];
  const publishing = reasonsIn(published);
  parts.log(buildLogLine(record));
  for (const error of journal) logFailure(parts, 'journal', error);
  for (const error of publishing) logFailure(parts, 'list of routes', error);
  parts.metrics.send(buildFigures(run, { journal: journal.length, publish: publishing.length }));
  return kept.status === 'fulfilled';
}

function reasonsIn(outcome: PromiseSettledResult<unknown>): unknown[] {
  return outcome.status === 'rejected' ? [outcome.reason] : [];
}

/** Publishes the list of routes. An equal list is not written again, unless another environment may have replaced it. */
async function publish(
  { settings, routesFile, memory, store, clock }: ReportParts,
  result: Reconciled,
): Promise<void> {
  const facts = { deployment: settings.deployment, baseDomain: settings.baseDomain, updatedAt: '' };
  const file = buildRoutesFile(facts, result.entries ?? new Map(), result.problems);
  const content = JSON.stringify(file);
  const { takeovers } = store;
  const last = memory.published;
  if (last?.content === content && last.takeovers === takeovers) return;
  await routesFile.save(JSON.stringify({ ...file, updatedAt: new Date(clock.now()).toISOString() }));
  memory.published = { content, takeovers };
}

function logFailure({ log }: ReportParts, document: string, error: unknown): void {
  log({ level: 'ERROR', message: `the ${document} could not be written`, error: String(error) });
}
