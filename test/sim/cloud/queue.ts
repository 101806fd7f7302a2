import type { SQSEvent } from 'aws-lambda';
import { buildSqsRecord, type QueuedMessage } from '../../../local/lambda/sqs-record.ts';
import type { Timeline } from './timeline.ts';

/** Messages in one invocation (infra/updater/updater-function.ts). */
const BATCH = 10;

/** Milliseconds within which an equal body is a duplicate (SQS, content-based deduplication). */
const DEDUPLICATION = 5 * 60_000;

/** Deliveries after which a message is given up (infra/fleet/fleet-queue.ts). */
const MAX_RECEIVES = 10;

/** Milliseconds until a failed message comes back (infra/fleet/fleet-queue.ts: twice the writer's timeout). */
const INVISIBLE = 120_000;

/** Result of a delivery: ids of the messages that must come back, all of them, or none. */
export type Delivered = 'done' | 'failed' | readonly string[];

/** The FIFO queue. It has one message group, so one batch is delivered at a time, and a failed batch holds up the others. */
export class Queue {
  readonly deadLetters: string[] = [];
  readonly delivered = new Set<string>();
  /** Epoch milliseconds of the last message. */
  lastArrival = 0;
  readonly #timeline: Timeline;
  readonly #deliver: (event: SQSEvent) => Promise<Delivered>;
  readonly #again: () => boolean;
  readonly #waiting: QueuedMessage[] = [];
  readonly #seen = new Map<string, number>();
  #count = 0;
  #isBlocked = false;

  /** @param again true if a successful batch is delivered once more */
  constructor(timeline: Timeline, deliver: (event: SQSEvent) => Promise<Delivered>, again: () => boolean) {
    this.#timeline = timeline;
    this.#deliver = deliver;
    this.#again = again;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  send(body: string): void {
    const { now } = this.#timeline;
    const last = this.#seen.get(body);
    if (last !== undefined && now - last < DEDUPLICATION) return;
    this.#seen.set(body, now);
    this.lastArrival = now;
    this.#waiting.push({ id: String(++this.#count), body, sentAt: now, received: 0 });
    this.#wake();
  }

  /** Lambda's poller takes a moment, in which messages gather. */
  #wake(): void {
    if (this.#isBlocked) return;
    this.#isBlocked = true;
    this.#timeline.in(20, () => this.#next());
  }

  #next(): void {
    this.#isBlocked = false;
    const batch = this.#waiting.slice(0, BATCH);
    if (batch.length === 0) return;
    this.#isBlocked = true;
    for (const message of batch) {
      message.received += 1;
      this.delivered.add(message.body);
    }
    const deal = (outcome: Delivered) => this.#settle(batch, outcome);
    this.#deliver({ Records: batch.map(buildSqsRecord) }).then(deal, () => deal('failed'));
  }

  #settle(batch: readonly QueuedMessage[], outcome: Delivered): void {
    const failed = outcome === 'failed' || (outcome === 'done' && this.#again()) ? batch : [];
    const returned = Array.isArray(outcome) ? batch.filter(({ id }) => outcome.includes(id)) : failed;
    for (const message of batch) {
      const isGivenUp = returned.includes(message) && message.received >= MAX_RECEIVES;
      if (isGivenUp) this.deadLetters.push(message.body);
      if (isGivenUp || !returned.includes(message)) this.#waiting.splice(this.#waiting.indexOf(message), 1);
    }
    this.#timeline.in(returned.length > 0 ? INVISIBLE : 0, () => this.#next());
  }
}
