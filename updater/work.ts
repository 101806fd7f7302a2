import type { Entry } from '../core/entry.ts';
import { type Changes, type Entries, ownedEntries } from '../core/plan.ts';
import type { KnownStore } from './known-store.ts';
import type { Sighting } from './look.ts';
import { memoryOf } from './memory.ts';
import type { StoreContent } from './mirror.ts';

const NOTHING: Changes = { puts: new Map(), deletes: new Set() };

/** What one reconcile has seen and done so far, over all of its tries. */
export class Work {
  readonly #owner: string;
  readonly #puts = new Map<string, string>();
  readonly #deletes = new Set<string>();
  #sighting: Sighting | undefined;
  #unclear: Changes | undefined;
  #conflicts = 0;
  #before: ReadonlyMap<string, Entry> | undefined;
  /** Why the last try came to nothing. */
  reason = 'the service refused it';

  /** @param owner of the entries that it is about */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** What the store holds. A write whose response was lost is found there, or not: only then is it known. */
  async read(
    store: KnownStore,
    audit: boolean,
  ): Promise<StoreContent & { owned: ReadonlyMap<string, Entry> }> {
    const content = await store.read(audit && this.#before === undefined);
    const owned = this.#decoded(store, content.entries);
    this.#before ??= owned;
    const { puts, deletes } = this.#unclear ?? NOTHING;
    this.#unclear = undefined;
    this.done({
      puts: new Map([...puts].filter(([key, value]) => content.entries.get(key) === value)),
      deletes: new Set([...deletes].filter((key) => !content.entries.has(key))),
    });
    return { ...content, owned };
  }

  /** Of tens of thousands of entries few differ from what the last run read. */
  #decoded(store: KnownStore, entries: Entries): ReadonlyMap<string, Entry> {
    const memory = memoryOf(store);
    if (memory.decoded?.entries !== entries)
      memory.decoded = { entries, owned: ownedEntries(entries, this.#owner, memory.decoded) };
    return memory.decoded.owned;
  }

  /** Looks once; again only when somebody has to be looked at whom nobody asked for yet. */
  async see(ids: Promise<readonly string[]>, look: () => Promise<Sighting>): Promise<Sighting> {
    const known = this.#sighting;
    if (known && (await ids).every((id) => known.asked.has(id))) return known;
    this.#sighting = await look();
    return this.#sighting;
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
    this.#unclear = unclear;
    this.#conflicts += 1;
    this.reason = reason;
  }

  /** The account of it, for the journal. */
  account() {
    return {
      puts: [...this.#puts.keys()].sort(),
      deletes: [...this.#deletes].sort(),
      written: ownedEntries(this.#puts, this.#owner),
      ...(this.#before ? { before: this.#before } : {}),
      conflicts: this.#conflicts,
    };
  }
}
