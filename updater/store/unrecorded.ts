import { type Found, findChanged, findOwned } from '../../core/plan/found.ts';
import type { Entries } from '../../core/plan/plan.ts';
import type { DeploymentId, Hostname } from '../../core/wire/brands.ts';

const NOTHING_FOUND: Found = { entries: new Map(), missing: [] };

/**
 * Hostnames of one deployment that the journal still has to record. A run may end before it writes its record, the record may be
 * refused, or another writer may change the store. A hostname stays here until a record names it.
 */
export class Unrecorded {
  readonly #deployment: DeploymentId;
  readonly #hostnames = new Set<Hostname>();
  #found: Found | undefined;

  constructor(deployment: DeploymentId) {
    this.#deployment = deployment;
  }

  get hostnames(): readonly Hostname[] {
    return [...this.#hostnames];
  }

  get size(): number {
    return this.#hostnames.size;
  }

  add(hostnames: Iterable<Hostname>): void {
    for (const hostname of hostnames) this.#hostnames.add(hostname);
  }

  /** Adds the deployment's hostnames whose value in the store is not the one that was left. */
  addChanged(left: Entries, found: Entries): void {
    if (left !== found) this.add(findChanged(this.#deployment, left, found));
  }

  /** Looks up all of them in the store's content, for the record of this run. */
  findIn(content: Entries): void {
    this.#found = findOwned(this.#deployment, this.#hostnames, content);
  }

  /** Result of this run's last look-up. */
  get found(): Found {
    return this.#found ?? NOTHING_FOUND;
  }

  /**
   * Forgets the result of the look-up.
   *
   * @returns false if this run has looked up nothing
   */
  endRun(): boolean {
    const isFound = this.#found !== undefined;
    this.#found = undefined;
    return isFound;
  }

  /** Forgets all hostnames, because a record names them. */
  clear(): void {
    this.#hostnames.clear();
  }
}
