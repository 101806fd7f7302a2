import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { Audit } from '../store/audit-schedule.ts';
import type { ReceivedMessage } from './messages.ts';

/** The hints of a batch for one reconcile. */
export interface Hints {
  /** The events that are hints. */
  events: readonly FleetEvent[];
  /** Instances to read even if their tags are gone. */
  ids: readonly InstanceId[];
  /** Instances that a recent notification reports as running. */
  running: ReadonlySet<InstanceId>;
  /** Ask the store whether its content is still known. */
  audit?: Audit;
  /** A person has confirmed that instances in no listing are gone. */
  confirmed: boolean;
  /** Other batches wait. The next run reads what this one misses. */
  backlog: boolean;
  /** The batch has as many messages as a batch may have, so more are probably waiting. */
  isFull: boolean;
}

/** Age up to which a notice that an instance runs is recent. */
const NEWS_SECONDS: Seconds = 60;

/** Age up to which a confirmation counts: the queue may hold it back until the fleet has changed. */
export const CONFIRMATION_MS: Milliseconds = 15 * 60_000;

/** A batch that waited longer than this is part of a backlog. */
const BACKLOG_MS: Milliseconds = 2_000;

/** Most messages of one batch (infra/updater/updater-function.ts). */
const FULL_BATCH = 10;

/** An event and when the queue took it in. */
export type ReceivedEvent = Pick<ReceivedMessage, 'event' | 'sentAt'>;

export function collectHints(received: readonly ReceivedEvent[], now: Milliseconds): Hints {
  const hints = received.filter(({ event }) => event.verdict === 'hint');
  const events = hints.map(({ event }) => event);
  const audit = findAudit(events);
  return {
    events,
    ids: [...new Set(events.flatMap(({ ids }) => ids))],
    running: new Set(events.filter((event) => isNewlyRunning(event, now)).flatMap(({ ids }) => ids)),
    ...(audit ? { audit } : {}),
    confirmed: hints.some(({ event, sentAt }) => isConfirmed(event) && now - sentAt < CONFIRMATION_MS),
    backlog: hints.every(({ sentAt }) => now - sentAt > BACKLOG_MS),
    isFull: received.length >= FULL_BATCH,
  };
}

function findAudit(events: readonly FleetEvent[]): Audit | undefined {
  const names = events.flatMap(({ kind, name }) => (kind === 'schedule' ? [name] : []));
  if (names.includes('audit')) return 'now';
  return names.includes('audit if due') ? 'if due' : undefined;
}

function isConfirmed(event: FleetEvent): boolean {
  return event.verdict === 'hint' && event.confirms === 'removals';
}

function isNewlyRunning({ kind, name, time, replay }: FleetEvent, now: Milliseconds): boolean {
  if (kind !== 'state-change' || name !== 'running' || time === undefined || replay !== undefined)
    return false;
  return now - Date.parse(time) < NEWS_SECONDS * 1000;
}
