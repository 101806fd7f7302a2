import { decisionKey } from '../../core/journal/journal-key.ts';
import { printRecord } from '../../core/journal/journal-record.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import type { ReportParts } from '../run/parts.ts';
import { publishAccess } from '../sign-in/publish-access.ts';
import { buildFigures } from './figures.ts';
import { buildLogLine } from './log-line.ts';
import { publishRun } from './publish-run.ts';
import { buildRecord, type FinishedRun, isWorthKeeping } from './record.ts';
import { publishStatus } from './status.ts';

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
  const [kept, published, status, access] = await Promise.allSettled([
    isWorthKeeping(record) ? parts.journal.append(key, printRecord(record)) : undefined,
    publishRun(parts, run),
    parts.portal.detail === 'full' ? publishStatus(parts, run) : undefined,
    result?.entries && parts.signIn
      ? publishAccess(parts, parts.signIn, LayeredMap.from(result.entries))
      : undefined,
  ]);
  const journal = [...unjournaled, ...reasonsIn(kept)];
  const publishing = [...reasonsIn(published), ...reasonsIn(status)];
  parts.log(buildLogLine(record));
  for (const error of journal) logFailure(parts, 'journal', error);
  for (const error of reasonsIn(published)) logFailure(parts, 'list of routes', error);
  for (const error of reasonsIn(status)) logFailure(parts, 'status', error);
  for (const error of reasonsIn(access)) logFailure(parts, 'list of access rules', error);
  const unpublished = publishing.length + (parts.truth?.drainFailures() ?? 0);
  parts.metrics.send(buildFigures(run, { journal: journal.length, publish: unpublished }));
  return kept.status === 'fulfilled';
}

function reasonsIn(outcome: PromiseSettledResult<unknown>): unknown[] {
  return outcome.status === 'rejected' ? [outcome.reason] : [];
}

function logFailure({ log }: ReportParts, document: string, error: unknown): void {
  log({ level: 'ERROR', message: `the ${document} could not be written`, error: String(error) });
}
