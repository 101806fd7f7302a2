import type { FleetEvent } from '../../core/events/fleet-event.ts';
import type { InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { ReceivedMessage } from './messages.ts';

/** What a batch of events asks of one reconcile. */
export interface Hints {
  /** The events that are hints. */
  events: readonly FleetEvent[];
  /** Instances to look at although their tags may be gone. */
  ids: readonly InstanceId[];
  /** Instances that a young notification reports as running. */
  running: ReadonlySet<InstanceId>;
  /** Ask the store whether it is still what we believe. */
  audit: boolean;
  /** Somebody who looked says that instances in no listing are gone. */
  confirmed: boolean;
  /** Other batches wait: what this one does not see, the next will. */
  backlog: boolean;
}

/** For how long "it runs" is news. */
const NEWS_SECONDS: Seconds = 60;

/** How long a confirmation counts: a queue may hold it back until the fleet is another. */
export const CONFIRMATION_MS: Milliseconds = 15 * 60_000;

/** Time in the queue from which on a batch stands in a line. */
const BACKLOG_MS: Milliseconds = 2_000;

/** What hints are collected from. */
export type ReceivedEvent = Pick<ReceivedMessage, 'event' | 'sentAt'>;

export function collectHints(received: readonly ReceivedEvent[], now: Milliseconds): Hints {
  const hints = received.filter(({ event }) => event.verdict === 'hint');
  const events = hints.map(({ event }) => event);
  return {
    events,
    ids: [...new Set(events.flatMap(({ ids }) => ids))],
    running: new Set(events.filter((event) => isNewlyRunning(event, now)).flatMap(({ ids }) => ids)),
    audit: events.some(({ kind, name }) => kind === 'schedule' && name === 'audit'),
    confirmed: hints.some(({ event, sentAt }) => isConfirmed(event) && now - sentAt < CONFIRMATION_MS),
    backlog: hints.every(({ sentAt }) => now - sentAt > BACKLOG_MS),
  };
}

function isConfirmed(event: FleetEvent): boolean {
  return event.verdict === 'hint' && event.confirms === 'removals';
}

function isNewlyRunning({ kind, name, time, replay }: FleetEvent, now: Milliseconds): boolean {
  if (kind !== 'state-change' || name !== 'running' || time === undefined || replay !== undefined)
    return false;
  return now - Date.parse(time) < NEWS_SECONDS * 1000;
}
