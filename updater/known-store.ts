import { type FleetFacts, mergedFacts, NO_FACTS } from '../core/fleet-facts.ts';
import { changedFor, type Found, foundAt } from '../core/found.ts';
import { applied, type Changes, type Entries } from '../core/plan.ts';
import { Fault } from '../core/schema.ts';
import { type Left, type Mirrored, parseMirror, printMirror, type StoreContent } from './mirror.ts';
import type { Notebook, RouteStore, StoreVersion, WriteOutcome } from './ports.ts';

/**
 * Milliseconds without a run after which an environment no longer trusts its memory, whatever the mirror says: a sweep a
 * minute keeps the one at work busy, and what crashed comes back later than that (infra/fleet-queue.ts).
 */
export const TRUST_MS = 90_000;

/** Who knows a store. */
export interface Self {
  /** Whose entries the journal tells of. */
  owner: string;
  /** Unique id of this environment: equal content by two writers must not look the same. */
  writer: string;
  /** Hears of a mirror that can't be read or written, which costs calls and nothing else, and of others who wrote. */
  warn: (message: string) => void;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * A route store whose content is known without asking: the CloudFront KeyValueStore API costs $1 per 1,000 calls,
 * so a read on each event would cost more than the proxy. What this environment knows lies in its memory and, for
 * other environments, in the mirror.
 *
 * The memory is trusted only while the mirror is the version that this very environment wrote, and by who is at work:
 * another environment may have written that could save no mirror. A mirror that another
 * environment wrote is trusted only after one Describe says that its ETag is the store's; it is then adopted (saved
 * again under our mark) *before* anything is written, so that the other environment asks in turn. The case to
 * survive: somebody writes the store from A to B and dies before the mirror, and the fleet goes back to A; a plan
 * from a copy that still says A would be empty, and B would stay.
 *
 * Beside what the store holds, the mirror names the keys that no record of the journal has told for certain. A run
 * saves it last, after its record; who dies before has left a mirror of another version, and the next one lists the
 * store and sees the difference.
 */
export class KnownStore {
  readonly #store: RouteStore;
  readonly #mirror: Notebook;
  readonly #self: Self;
  /** What the store held when it was last heard of. */
  #last: StoreContent | undefined;
  /** It still does, as far as this environment knows. */
  #isSure = false;
  #mirrorVersion: string | undefined;
  /** Epoch milliseconds at which it was last read or written. */
  #usedAt = Number.NEGATIVE_INFINITY;
  #takeovers = 0;
  /** Keys of ours that are, or may be, something else than records tell. */
  readonly #untold = new Set<string>();
  /** What of those the last read of this run found; undefined in a run that has not read. */
  #found: Found | undefined;
  /** What events said and EC2 does not; it travels with the mirror. */
  facts: FleetFacts = NO_FACTS;
  /** The highest number that a write had, as far as is known, whatever became of its entries; it travels with the mirror. */
  lastSequence = 0;

  constructor(store: RouteStore, mirror: Notebook, self: Self) {
    this.#store = store;
    this.#mirror = mirror;
    this.#self = self;
  }

  get #copy(): StoreContent | undefined {
    return this.#isSure ? this.#last : undefined;
  }

  /** Version and size as the last read or write told them; undefined when nothing is known. */
  get version(): StoreVersion | undefined {
    return this.#copy?.version;
  }

  /**
   * Rises whenever a read could not rely on this environment's memory: another environment may have run since, and
   * whatever else this one remembers of its own doings may be out of date, too.
   */
  get takeovers(): number {
    return this.#takeovers;
  }

  /**
   * What this run found under keys that no record has told: a run ended before it could tell, its record was refused, or
   * somebody else wrote. All of ours when nobody knows what was left.
   */
  get found(): Found {
    return this.#found ?? { entries: new Map(), missing: [] };
  }

  /** @param audit ask the store whether it is still what this environment believes, for one Describe */
  async read(audit = false): Promise<StoreContent> {
    const isIdle = this.#self.now() - this.#usedAt > TRUST_MS;
    const content = await this.#current(audit || isIdle);
    this.#usedAt = this.#self.now();
    this.#found = foundAt(this.#self.owner, this.#untold, content.entries);
    return content;
  }

  async #current(audit: boolean): Promise<StoreContent> {
    const loaded = await this.#loadMirror();
    if (loaded === 'same' && this.#copy) return audit ? this.#audited(this.#copy) : this.#copy;
    this.#takeovers += 1;
    const mirrored = typeof loaded === 'string' ? undefined : this.#mirrored(loaded.body);
    if (mirrored) {
      this.facts = mergedFacts(mirrored.facts, this.facts);
      this.lastSequence = Math.max(this.lastSequence, mirrored.lastSequence);
    }
    const version = await this.#store.describe();
    // The tag proves even a copy that a lost answer made doubtful.
    const known = [this.#last, mirrored].find((candidate) => candidate && isOf(version, candidate));
    const entries = known?.entries ?? (await this.#store.list());
    // Of what we left ourselves we know more than our mirror, if it could not be saved since.
    const isAnothers = mirrored !== undefined && mirrored.writer !== this.#self.writer;
    const left = isAnothers ? mirrored : (this.#last ?? mirrored);
    if (left) this.#compare(left, entries);
    // Without a mirror nobody knows what another environment has left: all that is there may be untold, unless nobody has
    // written since this one looked.
    const isKnown = loaded === 'same' || mirrored !== undefined || known !== undefined;
    if (!isKnown) this.#compare({ entries: new Map() }, entries);
    return this.#adopt({ version, entries });
  }

  async #audited(copy: StoreContent): Promise<StoreContent> {
    const version = await this.#store.describe();
    if (isOf(version, copy)) return copy;
    this.#takeovers += 1;
    const entries = await this.#store.list();
    this.#compare(copy, entries);
    this.#self.warn(
      `another writer was at the store: ${this.#untold.size} of our keys are not what they were`,
    );
    return this.#adopt({ version, entries });
  }

  async #adopt(content: StoreContent): Promise<StoreContent> {
    this.#hold(content);
    await this.#save(content);
    return content;
  }

  /** Notes what the journal may not have told: what was left so, and what is not as it was left. */
  #compare({ entries, untold = [] }: Left, found: Entries): void {
    this.#doubt(untold);
    if (entries !== found) this.#doubt(changedFor(this.#self.owner, entries, found));
  }

  #doubt(keys: Iterable<string>): void {
    for (const key of keys) this.#untold.add(key);
  }

  /** One write to the store. Whatever goes wrong, the copy is forgotten: the response may be lost, not the write. */
  async write(changes: Changes): Promise<WriteOutcome> {
    const before = this.#copy ?? (await this.read());
    this.#isSure = false;
    const outcome = await this.#store.write(changes, before.version.etag);
    if (outcome.outcome === 'conflict') {
      this.forget();
      return outcome;
    }
    if (outcome.outcome !== 'applied') {
      this.#hold(before);
      return outcome;
    }
    const { etag, items, bytes } = outcome;
    this.#hold({ version: { etag, items, bytes }, entries: applied(before.entries, changes) });
    this.#doubt([...changes.puts.keys(), ...changes.deletes]);
    return outcome;
  }

  #hold(content: StoreContent): void {
    this.#last = content;
    this.#isSure = true;
  }

  /** Ends a run that the journal tells of, or of which there is nothing to tell. Saves the mirror if it says something else. */
  async told(): Promise<void> {
    await this.#end(true);
  }

  /** Ends a run whose record could not be written: the next has to tell what this one found and did. */
  async untold(): Promise<void> {
    await this.#end(false);
  }

  async #end(isTold: boolean): Promise<void> {
    if (this.#found === undefined) return;
    this.#found = undefined;
    this.#usedAt = this.#self.now();
    const content = this.#copy;
    if (content === undefined || this.#untold.size === 0) return;
    if (isTold) this.#untold.clear();
    await this.#save(content);
  }

  /** When it fails the memory is no longer vouched for, and the next read asks the store. */
  async #save(content: StoreContent): Promise<void> {
    const { writer, warn } = this.#self;
    try {
      const { facts, lastSequence } = this;
      const mirror = { ...content, writer, untold: [...this.#untold], facts, lastSequence };
      this.#mirrorVersion = await this.#mirror.save(printMirror(mirror));
    } catch (error) {
      this.#mirrorVersion = undefined;
      warn(`mirror not saved: ${String(error)}`);
    }
  }

  forget(): void {
    this.#isSure = false;
    this.#mirrorVersion = undefined;
  }

  /** A damaged mirror is like none. It may cost a listing, so it is said. */
  #mirrored(body: string): Mirrored | undefined {
    const mirrored = parseMirror(body);
    if (!(mirrored instanceof Fault)) return mirrored;
    this.#self.warn(
      `the mirror is damaged: ${mirrored}. The store is asked instead, and the mirror written anew`,
    );
    return undefined;
  }

  async #loadMirror() {
    try {
      return await this.#mirror.load(this.#mirrorVersion);
    } catch (error) {
      this.#self.warn(`mirror not loaded: ${String(error)}`);
      return 'absent' as const;
    }
  }
}

function isOf({ etag, items }: StoreVersion, content: StoreContent): boolean {
  return content.version.etag === etag && content.entries.size === items;
}
