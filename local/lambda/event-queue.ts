import { randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { buildSqsRecord, type QueuedMessage } from './sqs-record.ts';

/** Messages that Lambda hands to one invocation (infra/updater/updater-function.ts). */
const BATCH = 10;

/** Milliseconds after which a batch that failed comes back (SQS: the visibility timeout). */
const RETRY_MS = 2_000;

/** Deliveries after which a message goes to the dead-letter queue (infra/fleet/fleet-queue.ts). */
const MAX_RECEIVES = 10;

/** How a queue delivers. */
export interface QueueOptions {
  /** Takes one batch; a rejection brings the whole batch back. */
  deliver(batch: SQSEvent): Promise<void>;
  /** Hears of a failed batch, and of messages that were given up. */
  onFailure(message: string): void;
  /** Default 2,000 ms. */
  retryMs?: number;
}

/**
 * The FIFO queue between EventBridge and the updater: one message group, so one batch at a time, in order. A batch
 * that failed blocks the group until it comes back, as SQS does.
 */
export class EventQueue {
  readonly #options: QueueOptions;
  readonly #waiting: QueuedMessage[] = [];
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Takes in one event, as EventBridge would send it. */
  send(event: unknown): void {
    this.#waiting.push({ id: randomUUID(), body: JSON.stringify(event), sentAt: Date.now(), received: 0 });
    if (!this.#closing.signal.aborted) this.#running ??= this.#drain();
  }

  /** Resolves when everything that was sent before has been delivered or given up. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Lets the batch under way end and delivers no other. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #drain(): Promise<void> {
    // Events of one action come within a millisecond of each other: one turn lets them share a batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      if (!(await this.#deliverNext())) await this.#pause();
    }
    // In the same turn as the last look: a message that comes later starts another drain.
    this.#running = undefined;
  }

  async #deliverNext(): Promise<boolean> {
    const batch = this.#waiting.slice(0, BATCH);
    for (const message of batch) message.received += 1;
    try {
      await this.#options.deliver({ Records: batch.map(buildSqsRecord) });
      this.#waiting.splice(0, batch.length);
      return true;
    } catch (error) {
      this.#options.onFailure(`the updater failed a batch of ${batch.length}: ${String(error)}`);
      this.#giveUp();
      return false;
    }
  }

  #giveUp(): void {
    const dead = this.#waiting.filter((message) => message.received >= MAX_RECEIVES);
    for (const message of dead) {
      this.#waiting.splice(this.#waiting.indexOf(message), 1);
      this.#options.onFailure(`message ${message.id} failed ${MAX_RECEIVES} times and was given up`);
    }
  }

  /** Until the batch comes back, or the queue closes. */
  #pause(): Promise<void> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.retryMs ?? RETRY_MS);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
