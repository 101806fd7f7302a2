import type { ReportParts } from '../run/parts.ts';
import { findHistoryChanges, publishHistories } from './histories.ts';
import { amendCauses, collectUncalled } from './late-callers.ts';
import { type ListedRun, listRun, NOTHING_LISTED } from './listing.ts';
import { publish } from './publish.ts';
import { recall } from './recall.ts';
import { type FinishedRun, isSweep } from './record.ts';

/** Publishes what a run knows for people: the list of routes, and the histories of the hostnames that it changed. */
export async function publishRun(parts: ReportParts, run: FinishedRun): Promise<void> {
  if (parts.portal.detail === 'names') return publishNames(parts, run);
  const { memory, portal, settings, store } = parts;
  const events = run.received.map(({ event }) => event);
  const known = await knownList(parts, run);
  const list = isListed(run) ? listRun(known, run, memory.index, portal, settings) : known;
  const changes = isListed(run) ? findHistoryChanges(run, known, portal) : new Map();
  const uncalled = collectUncalled(memory.uncalled, changes);
  const isAmendable = portal.principals && known !== NOTHING_LISTED;
  const amended = isAmendable ? amendCauses(list, uncalled, events) : { list, changes: new Map(), uncalled };
  memory.uncalled = amended.uncalled;
  if (known !== NOTHING_LISTED || isListed(run))
    memory.listed = { list: amended.list, takeovers: store.takeovers };
  const outcomes = await Promise.allSettled([
    isListed(run) || amended.list !== known
      ? publish(parts, amended.list, { sweep: isSweep(events) })
      : undefined,
    publishHistories(parts, new Map([...changes, ...amended.changes])),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Without details there is nothing to remember. */
async function publishNames(parts: ReportParts, run: FinishedRun): Promise<void> {
  if (!isListed(run)) return;
  const list = listRun(NOTHING_LISTED, run, undefined, parts.portal, parts.settings);
  await publish(parts, list, { sweep: isSweep(run.received.map(({ event }) => event)) });
}

/** The list of the runs before. A run that does not know the entries reads nothing. */
async function knownList(parts: ReportParts, run: FinishedRun) {
  const { memory, store } = parts;
  if (memory.listed?.takeovers === store.takeovers) return memory.listed.list;
  if (!isListed(run)) return NOTHING_LISTED;
  return { ...NOTHING_LISTED, ...(await recall(parts, run.result.before ?? new Map())) };
}

function isListed(run: FinishedRun): run is ListedRun {
  return run.result?.entries !== undefined;
}
