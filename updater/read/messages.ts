import { createHash } from 'node:crypto';
import { type FleetEvent, parseFleetEvent, type Watched } from '../../core/events/fleet-event.ts';
import { quarantineKey, rawKey } from '../../core/journal/journal-key.ts';
import { quarantineLine, rawLine } from '../../core/journal/journal-record.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Journal } from '../ports.ts';

/** One message of the queue. */
export interface Message {
  /** The event as EventBridge sent it. */
  body: string;
  /** When the queue took it in. */
  sentAt: Milliseconds;
  /** 1 at the first delivery. */
  attempt: number;
  /** The queue's name of this delivery of the message. */
  receipt: string;
}

/** A message and the event that was parsed from it. */
export interface ReceivedMessage extends Message {
  /** SHA-256 of the body, in hexadecimal digits. */
  hash: string;
  event: FleetEvent;
}

/** Parses a message. Never throws: unreadable text becomes a quarantined event. */
export function parseMessage(message: Message, watched: Watched): ReceivedMessage {
  const hash = createHash('sha256').update(message.body).digest('hex');
  return { ...message, hash, event: parseFleetEvent(parseJson(message.body), watched) };
}

/** Returns text that is not JSON as it is, and the parser quarantines it. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

/**
 * Writes all events to the journal at once. Resolves with one error for each event that could not be written, and never rejects.
 * Sweeps are left out: 43,200 of them a month would bury the other events.
 */
export async function journalEvents(
  journal: Journal,
  received: readonly ReceivedMessage[],
): Promise<unknown[]> {
  const events = received.filter(({ event }) => event.kind !== 'schedule');
  const outcomes = await Promise.allSettled(events.map((each) => journalEvent(journal, each)));
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

async function journalEvent(journal: Journal, { body, sentAt, hash, event }: ReceivedMessage): Promise<void> {
  const arrival = { hash, receivedAt: sentAt };
  if (event.verdict === 'quarantined') {
    await journal.append(quarantineKey(arrival), quarantineLine(body, arrival, event.reason));
  } else {
    await journal.append(rawKey(event, arrival), rawLine(body));
  }
}
