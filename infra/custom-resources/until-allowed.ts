/** Milliseconds for which a refusal may come from a new role: delays of up to 177,000 were reported. */
export const REFUSAL_PATIENCE_MS = 180_000;

/** Milliseconds between two attempts. */
const REFUSAL_PAUSE_MS = 5_000;

/** The clock, which tests replace. */
export interface Time {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Retries calls that are refused for a missing permission, until three minutes after its creation. */
export class UntilAllowed {
  readonly #time: Time;
  readonly #end: number;

  constructor(time: Time) {
    this.#time = time;
    this.#end = time.now() + REFUSAL_PATIENCE_MS;
  }

  /** @throws every error of `ask`; a refusal only after the three minutes */
  async call<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (this.#time.now() + REFUSAL_PAUSE_MS > this.#end) throw new StillRefusedError(error);
        await this.#time.sleep(REFUSAL_PAUSE_MS);
      }
    }
  }
}

/** The permission is still missing long after the policy was attached. */
export class StillRefusedError extends Error {
  override name = 'StillRefusedError';

  constructor(cause: Error) {
    super(
      `${cause.message} (refused for ${REFUSAL_PATIENCE_MS / 60_000} minutes, so this is not the delay of a new role: its policy, or a policy of the organization, does not allow the call)`,
      { cause },
    );
  }
}

/** Names of a refusal in CloudFront, its KeyValueStore and EC2. */
const REFUSALS = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSALS.includes(error.name);
}
