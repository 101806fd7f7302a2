import { toSeconds } from '../../core/time.ts';
import type { Milliseconds, Seconds } from '../../core/wire/brands.ts';

/** A request to ask the store, for one call, whether it still holds the known content: in any case, or if the last proof is too old. */
export type Audit = 'now' | 'if due';

/** The store is quiet if nothing was unexpected for this long. */
export const QUIET_SECONDS: Seconds = 7 * 86_400;

/** A scheduled audit of a quiet store asks if the last proof is older than this. The schedule comes each hour, so a day is the limit. */
export const PROOF_MS: Milliseconds = 23 * 3_600_000;

/**
 * Decides whether an hourly audit asks the store. It asks each time until the store has been quiet for a week, and once a day from
 * then on. Unexpected are: another writer's changes, a write that failed or was refused because of another version, and a mirror that
 * was absent, damaged or could not be saved. The time of the last one goes to other environments with the mirror.
 *
 * A proof is an answer of the store that names the known version, or a write that it accepts under that version. It needs no place in
 * the mirror, because an environment that takes over asks anyway.
 */
export class AuditSchedule {
  readonly #now: () => Milliseconds;
  #doubtedAt: Seconds | undefined;
  #provenAt: Milliseconds = Number.NEGATIVE_INFINITY;

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  /** When something unexpected was last found; undefined if unknown. */
  get doubtedAt(): Seconds | undefined {
    return this.#doubtedAt;
  }

  /** Adds what another environment left in the mirror. */
  merge(doubtedAt: Seconds | undefined): void {
    if (doubtedAt !== undefined) this.#doubtedAt = Math.max(doubtedAt, this.#doubtedAt ?? 0);
  }

  addDoubt(): void {
    this.merge(toSeconds(this.#now()));
  }

  addProof(): void {
    this.#provenAt = this.#now();
    // The first week of a deployment, or of a release that counts weeks, begins now.
    if (this.#doubtedAt === undefined) this.addDoubt();
  }

  /** Whether a run asks the store. */
  mustAsk(audit: Audit | undefined): boolean {
    if (audit === undefined) return false;
    return audit === 'now' || !this.#isQuiet() || this.#now() - this.#provenAt > PROOF_MS;
  }

  #isQuiet(): boolean {
    return this.#doubtedAt !== undefined && toSeconds(this.#now()) - this.#doubtedAt >= QUIET_SECONDS;
  }
}
