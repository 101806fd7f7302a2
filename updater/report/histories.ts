import type { Entry } from '../../core/entry/entry.ts';
import {
  addChange,
  type HistoryChange,
  type HistoryFile,
  type HistoryState,
  isSameState,
  MOST_MOMENTS,
  parseHistoryFile,
} from '../../core/journal/history-file.ts';
import type { PortalSettings } from '../../core/journal/portal-settings.ts';
import type { Listed } from '../../core/journal/routes-file.ts';
import { Fault } from '../../core/schema.ts';
import { toMilliseconds } from '../../core/time.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { DueHistories } from '../run/memory.ts';
import type { ReportParts } from '../run/parts.ts';
import { causesOf, type ListedRun } from './listing.ts';

/** Files that are written at the same time. */
const AT_ONCE = 32;

/** Time for the files of one run, since the next batch waits for it. The rest is for later runs. */
const PATIENCE_MS: Milliseconds = 2_000;

/** Most hostnames that wait. Of others, the file says at its next change how they stood. */
const MOST_WAITING = 5_000;

/** The changes that a run wrote and people are told. */
export function findHistoryChanges(run: ListedRun, known: Listed, portal: PortalSettings): DueHistories {
  const { result, calls, endedAt } = run;
  const at = new Date(calls.acceptedAt ?? endedAt).toISOString();
  const changes = new Map<Hostname, HistoryChange[]>();
  for (const hostname of [...result.puts, ...result.deletes]) {
    const [was, is] = [result.before?.get(hostname), result.entries.get(hostname)];
    const [before, after] = [stateOf(was), stateOf(is)];
    if (isSameState(before, after)) continue;
    const beforeSince = known.marks.get(hostname)?.since;
    changes.set(hostname, [
      {
        before,
        ...(was === undefined || beforeSince === undefined ? {} : { beforeSince }),
        after: { ...after, at, how: 'written', causes: causesOf(run, was, is, portal) },
      },
    ]);
  }
  return changes;
}

function stateOf(entry: Entry | undefined): HistoryState {
  if (entry === undefined) return { state: 'gone', instances: [] };
  const { state, instances, expiresAt } = entry;
  const end = expiresAt === undefined ? {} : { expiresAt: new Date(toMilliseconds(expiresAt)).toISOString() };
  return { state, instances: instances.map(({ id }) => id), ...end };
}

/**
 * Writes changes to the files of their hostnames, with those that wait from earlier runs. A run gives up after its first failure and
 * after two seconds, and later runs write the rest. What a process takes along when it ends is not lost: the next change of the name
 * notes how it stood, and the journal has every change.
 *
 * @throws the first failure
 */
export async function publishHistories(
  { historyFile, memory, clock }: Pick<ReportParts, 'historyFile' | 'memory' | 'clock'>,
  changes: DueHistories,
): Promise<void> {
  const due = new Map(memory.histories);
  // A file has no more moments, so a bucket that refuses writes for hours costs no more memory.
  for (const [hostname, more] of changes)
    due.set(hostname, [...(due.get(hostname) ?? []), ...more].slice(-MOST_MOMENTS));
  for (const hostname of [...due.keys()].slice(0, Math.max(0, due.size - MOST_WAITING))) due.delete(hostname);
  memory.histories = due;
  const startedAt = clock.now();
  const failures: unknown[] = [];
  await fewAtOnce([...due], AT_ONCE, async ([hostname, mine]) => {
    if (failures.length > 0 || clock.now() - startedAt >= PATIENCE_MS) return;
    try {
      await addToFile(historyFile(hostname), hostname, mine);
      due.delete(hostname);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

async function addToFile(
  document: ReturnType<ReportParts['historyFile']>,
  hostname: Hostname,
  changes: readonly HistoryChange[],
): Promise<void> {
  const loaded = await document.load(undefined);
  const parsed = typeof loaded === 'string' ? undefined : parseHistoryFile(loaded.body);
  // A damaged file begins again.
  const known = parsed instanceof Fault ? undefined : parsed;
  const file = changes.reduce<HistoryFile | undefined>((all, each) => addChange(all, hostname, each), known);
  if (file) await document.save(JSON.stringify(file));
}
