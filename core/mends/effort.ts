import type { Instance } from '../instance.ts';
import type { InstanceId } from '../wire/brands.ts';

/** The most tags that are read to try changes. A tag takes some microseconds, and a fleet may have any number of wrong ones. */
const MOST_READ = { instance: 1_000, run: 20_000 };

/** Counts the tags that a run has read to try changes. */
export class Effort {
  #run = 0;
  readonly #byInstance = new Map<InstanceId, number>();

  add({ id }: Instance, tags: number): void {
    this.#run += tags;
    this.#byInstance.set(id, (this.#byInstance.get(id) ?? 0) + tags);
  }

  /** Whether the run, or one instance, has had its share. */
  isSpent(instance?: Instance): boolean {
    if (instance === undefined) return this.#run >= MOST_READ.run;
    return (this.#byInstance.get(instance.id) ?? 0) >= MOST_READ.instance;
  }
}
