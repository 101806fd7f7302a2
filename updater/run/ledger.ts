import type { Entry } from '../../core/entry/entry.ts';
import { isTombstone } from '../../core/entry/tombstone.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import { type Changes, type Entries, keysOf, ownedEntries } from '../../core/plan/plan.ts';
import type { DeploymentId, Hostname } from '../../core/wire/brands.ts';

type Owned = ReadonlyMap<Hostname, Entry>;

/** The account of one reconcile over all attempts: what stood before, what was written, and what may have been written. */
export class Ledger {
  readonly #deployment: DeploymentId;
  readonly #puts = new Map<Hostname, string>();
  readonly #deletes = new Set<Hostname>();
  readonly #unclear: Changes[] = [];
  #conflicts = 0;
  #before: Owned | undefined;
  #isBeforeSure = false;
  /** Why the last attempt failed. */
  reason = 'the service refused the write';

  /** @param deployment whose entries are counted */
  constructor(deployment: DeploymentId) {
    this.#deployment = deployment;
  }

  /** Whether this reconcile has read the store. */
  get hasRead(): boolean {
    return this.#before !== undefined;
  }

  /**
   * Notes what an attempt has read. It settles writes whose response was lost: the store has them, or not.
   *
   * @param isSure false if the entries are those that were left in the store, not yet those that it holds
   */
  addRead(entries: Entries, owned: Owned, isSure: boolean): void {
    if (isSure) this.#settle(entries);
    this.#addBefore(owned, isSure);
  }

  #settle(entries: Entries): void {
    for (const { puts, deletes } of this.#unclear.splice(0)) {
      this.addWritten({
        puts: new Map([...puts].filter(([key, value]) => entries.get(key) === value)),
        deletes: new Set([...deletes].filter((key) => !entries.has(key) || isTombstone(entries.get(key)))),
      });
    }
  }

  /** Keeps the first entries that were read, corrected by the listing except where this run has written. */
  #addBefore(owned: Owned, isSure: boolean): void {
    if (this.#isBeforeSure) return;
    const written = keysOf({ puts: this.#puts, deletes: this.#deletes });
    this.#before = this.#before === undefined ? owned : withOld(owned, this.#before, written);
    this.#isBeforeSure = isSure;
  }

  /** Adds changes that are in the store. */
  addWritten({ puts, deletes }: Changes): void {
    for (const [key, value] of puts) {
      this.#puts.set(key, value);
      this.#deletes.delete(key);
    }
    for (const key of deletes) {
      this.#deletes.add(key);
      this.#puts.delete(key);
    }
  }

  /** Adds changes that may be in the store. */
  addUnclear(unclear: Changes, reason: string): void {
    this.#unclear.push(unclear);
    this.#conflicts += 1;
    this.reason = reason;
  }

  /** The result for the journal. */
  account() {
    return {
      puts: [...this.#puts.keys()].sort(),
      deletes: [...this.#deletes].sort(),
      written: ownedEntries(this.#puts, this.#deployment),
      ...(this.#before ? { before: this.#before } : {}),
      conflicts: this.#conflicts,
    };
  }
}

/** The current entries, with those of some hostnames replaced by the earlier ones. */
function withOld(owned: Owned, before: Owned, hostnames: readonly Hostname[]): Owned {
  const old = new Map<Hostname, Entry>();
  for (const hostname of hostnames) {
    const entry = before.get(hostname);
    if (entry) old.set(hostname, entry);
  }
  return LayeredMap.from(owned).with(
    old,
    hostnames.filter((hostname) => !old.has(hostname)),
  );
}
