import type { Entry } from '../../core/entry/entry.ts';
import { type Changes, type Entries, keysOf, ownedEntries } from '../../core/plan/plan.ts';
import type { DeploymentId, Hostname } from '../../core/wire/brands.ts';

type Owned = ReadonlyMap<Hostname, Entry>;

/** The account of one reconcile over all of its tries: what stood before, what was written, and what may have been. */
export class Ledger {
  readonly #deployment: DeploymentId;
  readonly #puts = new Map<Hostname, string>();
  readonly #deletes = new Set<Hostname>();
  readonly #unclear: Changes[] = [];
  #conflicts = 0;
  #before: Owned | undefined;
  #isBeforeSure = false;
  /** Why the last try came to nothing. */
  reason = 'the service refused it';

  /** @param deployment of the entries that it is about */
  constructor(deployment: DeploymentId) {
    this.#deployment = deployment;
  }

  /** Whether this reconcile has read the store. */
  get hasRead(): boolean {
    return this.#before !== undefined;
  }

  /**
   * Notes what a try has read. A write whose response was lost is found in the store, or not: only then is it known.
   *
   * @param isSure the store holds it; else it is what was left there
   */
  addRead(entries: Entries, owned: Owned, isSure: boolean): void {
    if (isSure) this.#settle(entries);
    this.#addBefore(owned, isSure);
  }

  #settle(entries: Entries): void {
    for (const { puts, deletes } of this.#unclear.splice(0)) {
      this.addWritten({
        puts: new Map([...puts].filter(([key, value]) => entries.get(key) === value)),
        deletes: new Set([...deletes].filter((key) => !entries.has(key))),
      });
    }
  }

  /** What stood before this run is what it saw first, but where a listing shows that something else was left. */
  #addBefore(owned: Owned, isSure: boolean): void {
    if (this.#isBeforeSure) return;
    const written = keysOf({ puts: this.#puts, deletes: this.#deletes });
    this.#before = this.#before === undefined ? owned : withOld(owned, this.#before, written);
    this.#isBeforeSure = isSure;
  }

  /** These are in the store. */
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

  /** Nobody knows whether these are. */
  addUnclear(unclear: Changes, reason: string): void {
    this.#unclear.push(unclear);
    this.#conflicts += 1;
    this.reason = reason;
  }

  /** The account of it, for the journal. */
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

/** Entries as they now stand, but of some hostnames as they stood before. */
function withOld(owned: Owned, before: Owned, hostnames: readonly Hostname[]): Owned {
  const mixed = new Map(owned);
  for (const hostname of hostnames) {
    const entry = before.get(hostname);
    if (entry) mixed.set(hostname, entry);
    else mixed.delete(hostname);
  }
  return mixed;
}
