import { type Found, findChanged, findOwned } from '../../core/plan/found.ts';
import type { Entries } from '../../core/plan/plan.ts';
import type { DeploymentId, Hostname } from '../../core/wire/brands.ts';

const NOTHING_FOUND: Found = { entries: new Map(), missing: [] };

/**
 * The debt to the journal: hostnames of one deployment whose entries may differ from what the records say. A run may end
 * before it writes its record, the record may be refused, or another writer may change the store. A hostname stays here
 * until a record with it is written.
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

  /** Adds the deployment's hostnames under which the store does not hold what was left there. */
  addChanged(left: Entries, found: Entries): void {
    if (left !== found) this.add(findChanged(this.#deployment, left, found));
  }

  /** Looks up all of them in the store's content, for the record of this run. */
  findIn(content: Entries): void {
    this.#found = findOwned(this.#deployment, this.#hostnames, content);
  }

  /** What the last look-up of this run found. */
  get found(): Found {
    return this.#found ?? NOTHING_FOUND;
  }

  /**
   * Forgets what this run found.
   *
   * @returns false when this run has looked up nothing
   */
  endRun(): boolean {
    const isFound = this.#found !== undefined;
    this.#found = undefined;
    return isFound;
  }

  /** A record says it all. */
  clear(): void {
    this.#hostnames.clear();
  }
}
