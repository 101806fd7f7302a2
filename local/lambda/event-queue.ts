import { randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { buildSqsRecord, type QueuedMessage } from './sqs-record.ts';

/** Messages that Lambda hands to one invocation (infra/updater/updater-function.ts). */
const BATCH = 10;

/** Time from its delivery until a failed message is delivered again (infra/fleet/fleet-queue.ts). */
const VISIBILITY_MS: Milliseconds = 120_000;

/** Deliveries after which a message goes to the dead-letter queue (infra/fleet/fleet-queue.ts). */
const MAX_RECEIVES = 14;

/** The settings of a queue. */
export interface QueueOptions {
  /** Receives reports of failed batches and dropped messages. */
  onFailure(message: string): void;
  /** Time from its delivery until a failed message is delivered again. Default 120,000, as on AWS. */
  visibility?: Milliseconds;
}

/** Delivers one batch. A rejection returns the whole batch to the queue. */
export type Deliver = (batch: SQSEvent) => Promise<void>;

/**
 * The FIFO queue between EventBridge and the updater. It has one message group, so batches are delivered one at a time and in
 * order. As in SQS, a failed batch blocks the group until its messages are visible again. Events wait until a function is connected.
 */
export class EventQueue {
  readonly #options: QueueOptions;
  readonly #waiting: QueuedMessage[] = [];
  readonly #closing = new AbortController();
  /** Receipt handle → epoch milliseconds at which its message is visible again, for the last delivery. */
  #visibleAt = new Map<string, Milliseconds>();
  #deliver: Deliver | undefined;
  #running: Promise<void> | undefined;
  /** Resolves when a function is connected, or the queue closes. */
  readonly #connected: Promise<void>;
  #endWait = () => {};

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#connected = new Promise((resolve) => {
      this.#endWait = resolve;
    });
  }

  /** Adds an event as EventBridge would. */
  send(event: unknown): void {
    this.#waiting.push({ id: randomUUID(), body: JSON.stringify(event), sentAt: Date.now(), received: 0 });
    this.#wake();
  }

  /**
   * Sets the time after which a message of the delivery in progress is visible again, counted from now.
   *
   * @returns false if the handle belongs to no message in flight
   */
  changeVisibility(receiptHandle: string, delay: Milliseconds): boolean {
    if (!this.#visibleAt.has(receiptHandle)) return false;
    this.#visibleAt.set(receiptHandle, Date.now() + delay);
    return true;
  }

  /** Delivers the waiting events and all later ones to a function. */
  connect(deliver: Deliver): void {
    this.#deliver = deliver;
    this.#wake();
    this.#endWait();
  }

  /** Resolves when the function has received every earlier event, or the event was dropped. Waits for the function to be connected. */
  async idle(): Promise<void> {
    if (this.#waiting.length > 0) await this.#connected;
    while (this.#running !== undefined) await this.#running;
  }

  /** Finishes the current batch and delivers no other. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#endWait();
    await this.#running;
  }

  #wake(): void {
    if (this.#deliver === undefined || this.#waiting.length === 0 || this.#closing.signal.aborted) return;
    this.#running ??= this.#drain(this.#deliver);
  }

  async #drain(deliver: Deliver): Promise<void> {
    // Events of one action arrive within a millisecond. Waiting one turn puts them into one batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      if (!(await this.#deliverNext(deliver))) await this.#pause();
    }
    // In the same turn as the last check, so that a later message starts another drain.
    this.#running = undefined;
  }

  async #deliverNext(deliver: Deliver): Promise<boolean> {
    const batch = this.#waiting.slice(0, BATCH);
    for (const message of batch) message.received += 1;
    const Records = batch.map(buildSqsRecord);
    const visibleAt = Date.now() + (this.#options.visibility ?? VISIBILITY_MS);
    this.#visibleAt = new Map(Records.map(({ receiptHandle }) => [receiptHandle, visibleAt]));
    try {
      await deliver({ Records });
      this.#waiting.splice(0, batch.length);
      this.#visibleAt.clear();
      return true;
    } catch (error) {
      const seconds = Math.ceil(this.#invisibleFor / 1_000);
      this.#options.onFailure(
        `the updater failed on a batch of ${batch.length === 1 ? '1 event' : `${batch.length} events`}, which comes back in ${seconds} s: ${String(error)}`,
      );
      this.#giveUp();
      return false;
    }
  }

  #giveUp(): void {
    const dead = this.#waiting.filter((message) => message.received >= MAX_RECEIVES);
    for (const message of dead) {
      this.#waiting.splice(this.#waiting.indexOf(message), 1);
      this.#options.onFailure(`message ${message.id} failed ${MAX_RECEIVES} times and was dropped`);
    }
  }

  /** Time until all messages in flight are visible again. */
  get #invisibleFor(): Milliseconds {
    return Math.max(0, ...[...this.#visibleAt.values()].map((time) => time - Date.now()));
  }

  /** Waits until all messages in flight are visible again, or until the queue closes. */
  #pause(): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#invisibleFor);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
