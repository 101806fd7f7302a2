/** Milliseconds for which a refusal may mean that a role is too young: up to 177,000 were seen. */
export const REFUSAL_PATIENCE_MS = 180_000;

/** Milliseconds between two tries. */
export const REFUSAL_PAUSE_MS = 5_000;

/** Where time comes in. */
export interface Time {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Calls again what was refused for want of a permission, until three minutes after it was made. */
export class UntilAllowed {
  readonly #time: Time;
  readonly #end: number;

  constructor(time: Time) {
    this.#time = time;
    this.#end = time.now() + REFUSAL_PATIENCE_MS;
  }

  /** @throws whatever `ask` throws: a refusal only once the time is over */
  async call<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (this.#time.now() + REFUSAL_PAUSE_MS > this.#end) throw new StillRefused(error);
        await this.#time.sleep(REFUSAL_PAUSE_MS);
      }
    }
  }
}

/** The role may still not, long after its policy was attached. */
export class StillRefused extends Error {
  override name = 'StillRefused';

  constructor(cause: Error) {
    super(
      `${cause.message} (refused for ${REFUSAL_PATIENCE_MS / 60_000} minutes, so this is no delay of a new role: its policy, or one of the organization, does not allow it)`,
      { cause },
    );
  }
}

/** What CloudFront, its KeyValueStore and EC2 call it. */
const REFUSALS = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSALS.includes(error.name);
}
