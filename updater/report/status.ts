import {
  MOST_DRIFTED,
  MOST_WRITES,
  parseStatusFile,
  STATUS_MS,
  type StatusFile,
  type WriteTime,
} from '../../core/journal/status-file.ts';
import { Fault } from '../../core/schema.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import type { KnownStatus } from '../run/memory.ts';
import type { ReportParts } from '../run/parts.ts';
import { findDrifted } from './figures.ts';
import { type FinishedRun, isSweep } from './record.ts';

type StatusParts = Pick<ReportParts, 'statusFile' | 'memory' | 'clock' | 'settings'> & {
  store: Pick<ReportParts['store'], 'takeovers'>;
};

/**
 * Counts a run, and publishes the status with the next sweep: at once if it has news, and otherwise every five minutes, so that a reader
 * can tell a quiet updater from a dead one.
 */
export async function publishStatus(parts: StatusParts, run: FinishedRun): Promise<void> {
  const { memory, store, settings, statusFile } = parts;
  const known =
    memory.status?.takeovers === store.takeovers ? memory.status : await recallStatus(parts, store.takeovers);
  const now = run.endedAt;
  const status = addRun(known, run);
  memory.status = status;
  const isComplete = isSweep(run.received.map(({ event }) => event)) && run.result?.entries !== undefined;
  if (!isComplete) return;
  const document = describeStatus(status, now);
  const content = JSON.stringify(document);
  if (content === status.saved.content && now - status.saved.at < STATUS_MS) return;
  const updatedAt = new Date(now).toISOString();
  const file: StatusFile = {
    ...{ version: 1, deployment: settings.deployment, updatedAt, lastSweep: updatedAt },
    ...document,
  };
  await statusFile.save(JSON.stringify(file));
  memory.status = { ...status, saved: { content, at: now } };
}

/** The status that another environment published. */
async function recallStatus({ statusFile }: StatusParts, takeovers: number): Promise<KnownStatus> {
  const loaded = await statusFile.load(undefined);
  const file = typeof loaded === 'string' ? undefined : parseStatusFile(loaded.body);
  const { writes = [], drift, store, updatedAt = '' } = file instanceof Fault ? {} : (file ?? {});
  return {
    ...{ takeovers, writes, drift, store: undefined },
    day: { date: updatedAt.slice(0, 10), writes: store?.writesToday ?? 0 },
    saved: { content: '', at: 0 },
  };
}

function addRun(known: KnownStatus, run: FinishedRun): KnownStatus {
  const date = new Date(run.endedAt).toISOString().slice(0, 10);
  const before = known.day.date === date ? known.day.writes : 0;
  const drifted = findDrifted(run);
  return {
    ...known,
    writes: [...known.writes, ...writeTimesOf(run)].slice(-MOST_WRITES),
    drift:
      drifted.length === 0
        ? known.drift
        : {
            at: new Date(run.endedAt).toISOString(),
            hostnames: drifted.slice(0, MOST_DRIFTED),
            count: drifted.length,
          },
    day: { date, writes: before + (run.calls.writes ?? 0) },
    store: run.result?.store ?? known.store,
  };
}

/** Of each event that changed the store. Sweeps and replays have no meaningful time. */
function writeTimesOf({ received, result, calls: { acceptedAt } }: FinishedRun): WriteTime[] {
  const changes = (result?.puts.length ?? 0) + (result?.deletes.length ?? 0);
  if (acceptedAt === undefined || changes === 0) return [];
  const at = new Date(acceptedAt).toISOString();
  return received.flatMap(({ event: { verdict, kind, replay, time } }) => {
    const isNews = verdict === 'hint' && kind !== 'schedule' && kind !== 'manual' && replay === undefined;
    return isNews && time !== undefined
      ? [{ at, milliseconds: Math.max(0, acceptedAt - Date.parse(time)) }]
      : [];
  });
}

function describeStatus(
  { writes, drift, store, day }: KnownStatus,
  now: Milliseconds,
): Pick<StatusFile, 'drift' | 'store' | 'writes'> {
  const isToday = day.date === new Date(now).toISOString().slice(0, 10);
  const writesToday = isToday ? day.writes : 0;
  return {
    ...(drift === undefined ? {} : { drift }),
    ...(store === undefined
      ? {}
      : { store: { keys: store.items, bytes: store.bytes, limit: LIMITS.storeBytes, writesToday } }),
    writes: [...writes],
  };
}
