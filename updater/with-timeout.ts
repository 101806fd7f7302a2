import type { Milliseconds } from '../core/wire/brands.ts';
import type { Clock } from './ports.ts';

/** Thrown for a service that takes a request and is silent. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

/**
 * Gives up on `act` after so many milliseconds, whatever it still waits for: an answer, the next try, or the credentials
 * that it needs first, which no signal stops.
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
