import type { Milliseconds } from '../core/wire/brands.ts';
import type { Clock } from './ports.ts';

/** Thrown if a service accepts a request and does not answer. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

/**
 * Stops waiting for `act` after this time, even if it still waits for a retry or for credentials, which no signal can stop.
 *
 * @throws NoAnswerError
 */
export async function withTimeout<T>(
  clock: Pick<Clock, 'alarm'>,
  time: Milliseconds,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new NoAnswerError(`no answer within ${time / 1000} s`));
    controller.signal.addEventListener('abort', giveUp, { once: true });
  });
  const cancel = clock.alarm(time, () => controller.abort());
  try {
    return await Promise.race([act(controller.signal), late]);
  } finally {
    cancel();
  }
}
