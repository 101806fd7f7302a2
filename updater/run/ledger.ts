import type { Entry } from '../../core/entry/entry.ts';
import { type Changes, type Entries, keysOf, ownedEntries } from '../../core/plan/plan.ts';
import type { FleetView } from '../read/fleet-view.ts';
import type { KnownStore } from '../store/known-store.ts';
import type { AtHand } from '../store/store-copy.ts';
import { memoryOf } from './memory.ts';

/** What the store has, and what of it is ours. */
type Read = AtHand & { owned: ReadonlyMap<string, Entry> };

/** What one reconcile has seen and done so far, over all of its tries. */
export class Ledger {
  readonly #deployment: string;
  readonly #puts = new Map<string, string>();
  readonly #deletes = new Set<string>();
  #sighting: FleetView | undefined;
  readonly #unclear: Changes[] = [];
  #conflicts = 0;
  #before: ReadonlyMap<string, Entry> | undefined;
  #isBeforeSure = false;
  /** Why the last try came to nothing. */
  reason = 'the service refused it';

  /** @param deployment of the entries that it is about */
  constructor(deployment: string) {
    this.#deployment = deployment;
  }

  /**
   * What there is to plan from. A write whose response was lost is found in the store, or not: only then is it known.
   *
   * @param mustBeSure wait for the store however long it takes
   */
  async read(store: KnownStore, audit: boolean, mustBeSure: boolean): Promise<Read> {
    const isAudit = audit && this.#before === undefined;
    const content = await (mustBeSure ? store.read(isAudit) : store.atHand(isAudit));
    const owned = this.#decoded(store, content.entries);
    if (content.isSure) this.#settle(content.entries);
    this.#stood(owned, content.isSure);
    return { ...content, owned };
  }

  #settle(entries: Entries): void {
    for (const { puts, deletes } of this.#unclear.splice(0)) {
      this.done({
        puts: new Map([...puts].filter(([key, value]) => entries.get(key) === value)),
        deletes: new Set([...deletes].filter((key) => !entries.has(key))),
      });
    }
  }

  /** What stood before this run is what it saw first, but where a listing shows that something else was left. */
  #stood(owned: ReadonlyMap<string, Entry>, isSure: boolean): void {
    if (this.#isBeforeSure) return;
    const written = keysOf({ puts: this.#puts, deletes: this.#deletes });
    this.#before = this.#before === undefined ? owned : withOld(owned, this.#before, written);
    this.#isBeforeSure = isSure;
  }

  /** Of tens of thousands of entries few differ from what the last run read. */
  #decoded(store: KnownStore, entries: Entries): ReadonlyMap<string, Entry> {
    const memory = memoryOf(store);
    if (memory.decoded?.entries !== entries)
      memory.decoded = { entries, owned: ownedEntries(entries, this.#deployment, memory.decoded) };
    return memory.decoded.owned;
  }

  /** Looks once; again only when somebody has to be looked at whom nobody asked for yet. */
  async see(ids: Promise<readonly string[]>, look: () => Promise<FleetView>): Promise<FleetView> {
    const known = this.#sighting;
    if (known && (await ids).every((id) => known.asked.has(id))) return known;
    this.#sighting = await look();
    return this.#sighting;
  }

  /** The next look is a new one. */
  lookAgain(): void {
    this.#sighting = undefined;
  }

  /** These are in the store. */
  done({ puts, deletes }: Changes): void {
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
  lost(unclear: Changes, reason: string): void {
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
function withOld(
  owned: ReadonlyMap<string, Entry>,
  before: ReadonlyMap<string, Entry>,
  hostnames: readonly string[],
): ReadonlyMap<string, Entry> {
  const mixed = new Map(owned);
  for (const hostname of hostnames) {
    const entry = before.get(hostname);
    if (entry) mixed.set(hostname, entry);
    else mixed.delete(hostname);
  }
  return mixed;
}
