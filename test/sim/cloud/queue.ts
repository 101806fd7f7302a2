import type { SQSEvent } from 'aws-lambda';
import { buildSqsRecord, type QueuedMessage } from '../../../local/lambda/sqs-record.ts';
import type { Timeline } from './timeline.ts';

/** Messages in one invocation (infra/updater/updater-function.ts). */
const BATCH = 10;

/** Milliseconds within which an equal body is a duplicate (SQS, content-based deduplication). */
const DEDUPLICATION = 5 * 60_000;

/** Deliveries after which a message is given up (infra/fleet/fleet-queue.ts). */
const MAX_RECEIVES = 14;

/** Milliseconds from its delivery until a failed message comes back (infra/fleet/fleet-queue.ts: twice the writer's timeout). */
const INVISIBLE = 120_000;

/** Result of a delivery: ids of the messages that must come back, all of them, or none. */
export type Delivered = 'done' | 'failed' | readonly string[];

/** Messages that a function has received. */
interface Delivery {
  messages: readonly QueuedMessage[];
  /** Ends the wait until they come back. */
  cancel: () => void;
}

/**
 * The FIFO queue. It has one message group: while messages are in flight, no others are delivered. A batch comes back when its time is
 * over, even if the function still runs.
 */
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
  #inFlight: Delivery | undefined;

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

  /**
   * Sets the time after which the messages in flight come back.
   *
   * @param receipts of all of them
   */
  changeVisibility(receipts: readonly string[], delay: number): void {
    const delivery = this.#inFlight;
    const expected = delivery?.messages.map((message) => buildSqsRecord(message).receiptHandle) ?? [];
    if (delivery === undefined || expected.join() !== receipts.join())
      throw new Error(`the queue delivered ${expected.join() || 'nothing'}, not ${receipts.join()}`);
    this.#bringBack(delivery, delay);
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
    const delivery: Delivery = { messages: batch, cancel: () => {} };
    this.#inFlight = delivery;
    this.#bringBack(delivery, INVISIBLE);
    const end = (outcome: Delivered) => this.#settle(delivery, outcome);
    this.#deliver({ Records: batch.map(buildSqsRecord) }).then(end, () => end('failed'));
  }

  /** Takes the handled messages out of the queue. A delivery that has come back no longer counts. */
  #settle(delivery: Delivery, outcome: Delivered): void {
    if (delivery !== this.#inFlight) return;
    const all = delivery.messages;
    const failed = outcome === 'failed' || (outcome === 'done' && this.#again()) ? all : [];
    delivery.messages = Array.isArray(outcome) ? all.filter(({ id }) => outcome.includes(id)) : failed;
    for (const message of all) if (!delivery.messages.includes(message)) this.#remove(message);
    if (delivery.messages.length === 0) this.#bringBack(delivery, 0);
  }

  #bringBack(delivery: Delivery, delay: number): void {
    delivery.cancel();
    delivery.cancel = this.#timeline.in(delay, () => {
      this.#inFlight = undefined;
      for (const message of delivery.messages) {
        if (message.received < MAX_RECEIVES) continue;
        this.deadLetters.push(message.body);
        this.#remove(message);
      }
      this.#next();
    });
  }

  #remove(message: QueuedMessage): void {
    this.#waiting.splice(this.#waiting.indexOf(message), 1);
  }
}
