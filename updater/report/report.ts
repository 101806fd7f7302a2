import { decisionKey } from '../../core/journal/journal-key.ts';
import { printRecord } from '../../core/journal/journal-record.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import type { ReportParts } from '../run/parts.ts';
import { publishAccess } from '../sign-in/publish-access.ts';
import { buildFigures } from './figures.ts';
import { type ListedRun, listRun, NOTHING_LISTED } from './listing.ts';
import { buildLogLine } from './log-line.ts';
import { publish } from './publish.ts';
import { recall } from './recall.ts';
import { buildRecord, type FinishedRun, isSweep, isWorthKeeping } from './record.ts';

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
  const [kept, published, access] = await Promise.allSettled([
    isWorthKeeping(record) ? parts.journal.append(key, printRecord(record)) : undefined,
    isListed(run) ? publishRun(parts, run) : undefined,
    result?.entries && parts.signIn
      ? publishAccess(parts, parts.signIn, LayeredMap.from(result.entries))
      : undefined,
  ]);
  const journal = [...unjournaled, ...reasonsIn(kept)];
  const publishing = reasonsIn(published);
  parts.log(buildLogLine(record));
  for (const error of journal) logFailure(parts, 'journal', error);
  for (const error of publishing) logFailure(parts, 'list of routes', error);
  for (const error of reasonsIn(access)) logFailure(parts, 'list of access rules', error);
  const unpublished = publishing.length + (parts.truth?.drainFailures() ?? 0);
  parts.metrics.send(buildFigures(run, { journal: journal.length, publish: unpublished }));
  return kept.status === 'fulfilled';
}

/** Publishes what a run knows for people. */
async function publishRun(parts: ReportParts, run: ListedRun): Promise<void> {
  const { memory, portal, store } = parts;
  const known =
    memory.listed?.takeovers === store.takeovers
      ? memory.listed.list
      : {
          ...NOTHING_LISTED,
          ...(portal.detail === 'full' ? await recall(parts, run.result.before ?? new Map()) : {}),
        };
  const list = listRun(known, run, memory.index, portal);
  memory.listed = { list, takeovers: store.takeovers };
  await publish(parts, list, { sweep: isSweep(run.received.map(({ event }) => event)) });
}

function isListed(run: FinishedRun): run is ListedRun {
  return run.result?.entries !== undefined;
}

function reasonsIn(outcome: PromiseSettledResult<unknown>): unknown[] {
  return outcome.status === 'rejected' ? [outcome.reason] : [];
}

function logFailure({ log }: ReportParts, document: string, error: unknown): void {
  log({ level: 'ERROR', message: `the ${document} could not be written`, error: String(error) });
}
