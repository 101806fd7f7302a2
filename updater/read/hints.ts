import type { FleetEvent } from '../../core/events/fleet-event.ts';

/** What a batch of events asks of one reconcile. */
export interface Hints {
  /** The events that are hints. */
  events: readonly FleetEvent[];
  /** Instances to look at although their tags may be gone. */
  ids: readonly string[];
  /** Instances that a young notification reports as running. */
  running: ReadonlySet<string>;
  /** Ask the store whether it is still what we believe. */
  audit: boolean;
  /** Somebody who looked says that instances in no listing are gone. */
  confirmed: boolean;
  /** Other batches wait: what this one does not see, the next will. */
  backlog: boolean;
}

/** Seconds for which "it runs" is news. */
const NEWS_SECONDS = 60;

/** Milliseconds for which a confirmation counts: a queue may hold it back until the fleet is another. */
export const CONFIRMATION_MS = 15 * 60_000;

/** Milliseconds in the queue from which on a batch stands in a line. */
const BACKLOG_MS = 2_000;

/** One event and when the queue took it in, in epoch milliseconds. */
export interface Arrived {
  event: FleetEvent;
  sentAt: number;
}

/** @param now epoch milliseconds */
export function collectHints(arrived: readonly Arrived[], now: number): Hints {
  const hints = arrived.filter(({ event }) => event.verdict === 'hint');
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

function isNewlyRunning({ kind, name, time, replay }: FleetEvent, now: number): boolean {
  if (kind !== 'state-change' || name !== 'running' || time === undefined || replay !== undefined)
    return false;
  return now - Date.parse(time) < NEWS_SECONDS * 1000;
}
