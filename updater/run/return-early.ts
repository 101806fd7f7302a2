import type { Seconds } from '../../core/wire/brands.ts';
import type { BatchQueue } from '../ports.ts';
import type { Message } from '../read/messages.ts';
import type { KnownStore } from '../store/known-store.ts';

/**
 * Seconds until a failed batch comes back, by the number of its deliveries. Later ones keep the queue's own time, so that a store that
 * stays closed uses up few of the deliveries (infra/fleet/fleet-queue.ts).
 */
const DELAYS: readonly Seconds[] = [5, 10, 20, 40, 80];

/** The parts that an early return needs. */
export interface ReturnParts {
  queue: BatchQueue;
  store: Pick<KnownStore, 'leaveMark'>;
  log: (line: Record<string, unknown>) => void;
}

/**
 * Lets a failed batch come back soon, instead of two minutes after its delivery. Another environment may get it then, so that one must
 * not trust a memory without the writes of this run: if the mirror cannot tell it, the batch keeps the two minutes, after which no
 * environment trusts its memory.
 *
 * @param hasSent whether the run has sent a write
 */
export async function returnEarly(
  { queue, store, log }: ReturnParts,
  messages: readonly Pick<Message, 'receipt' | 'attempt'>[],
  hasSent: boolean,
): Promise<void> {
  const delay = DELAYS[Math.max(...messages.map(({ attempt }) => attempt)) - 1];
  if (delay === undefined) return;
  const keep = (reason: string) =>
    log({ level: 'WARN', message: 'the failed batch comes back two minutes after its delivery', reason });
  if (hasSent && !(await store.leaveMark())) return keep('the mirror could not be saved');
  const receipts = messages.map(({ receipt }) => receipt);
  try {
    await queue.returnAfter(receipts, delay);
    log({ level: 'INFO', message: `the failed batch comes back in ${delay} s` });
  } catch (error) {
    keep(`the queue could not be told otherwise: ${String(error)}`);
  }
}
