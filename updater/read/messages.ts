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
  /** 1 on first delivery. */
  attempt: number;
}

/** A message, read. */
export interface ReceivedMessage extends Message {
  /** SHA-256 of the body, in hexadecimal digits. */
  hash: string;
  event: FleetEvent;
}

/** Reads a message. Never throws: what can't be read is an event that says so. */
export function parseMessage(message: Message, watched: Watched): ReceivedMessage {
  const hash = createHash('sha256').update(message.body).digest('hex');
  return { ...message, hash, event: parseFleetEvent(parseJson(message.body), watched) };
}

/** Text that is no JSON goes on as text, which the parser quarantines. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

/**
 * Writes every event into the journal, all at once; resolves with what went wrong, one error an event, and never rejects.
 * Our own sweeps are no events of the fleet: 43,200 of them a month would bury the others.
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
