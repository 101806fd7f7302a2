import type { InstanceId, Seconds } from '../../core/wire/brands.ts';

/** The next end of a lease of each instance that has one. */
export class LeaseEnds {
  readonly #ends = new Map<InstanceId, Seconds>();
  /** No lease ends earlier. */
  #next: Seconds = Number.NEGATIVE_INFINITY;

  /** Takes the leases of an instance, of which some may have ended. */
  set(id: InstanceId, ends: readonly Seconds[], now: Seconds): void {
    const end = ends.filter((time) => time > now).reduce(earlier, Number.POSITIVE_INFINITY);
    if (Number.isFinite(end)) this.#ends.set(id, end);
    else this.#ends.delete(id);
    this.#next = Math.min(this.#next, end);
  }

  /** Instances of which a lease has ended. */
  findEnded(now: Seconds): InstanceId[] {
    if (now < this.#next) return [];
    this.#next = [...this.#ends.values()].reduce(earlier, Number.POSITIVE_INFINITY);
    return [...this.#ends].filter(([, end]) => end <= now).map(([id]) => id);
  }
}

const earlier = (a: Seconds, b: Seconds) => Math.min(a, b);
