import { type FleetFacts, mergedFacts, NO_FACTS } from '../../core/events/fleet-facts.ts';
import { changedFor, type Found, foundAt } from '../../core/plan/found.ts';
import { applied, type Changes, type Entries, keysOf } from '../../core/plan/plan.ts';
import type { Notebook, RouteStore, StoreVersion, WriteOutcome } from '../ports.ts';
import type { Left, StoreContent } from './mirror.ts';
import { OwnMirror } from './own-mirror.ts';
import { Rereading } from './rereading.ts';

/**
 * Milliseconds without a run after which an environment no longer trusts its memory, whatever the mirror says: a sweep a
 * minute keeps the one at work busy, and what crashed comes back later than that (infra/fleet/fleet-queue.ts).
 */
export const TRUST_MS = 90_000;

const NOTHING: Left = { entries: new Map() };

/** Who knows a store. */
export interface Self {
  /** Whose entries the journal tells of. */
  deployment: string;
  /** Unique id of this environment: equal content by two writers must not look the same. */
  writer: string;
  /** Hears of a mirror that can't be read or written, which costs calls and nothing else, and of others who wrote. */
  warn: (message: string) => void;
  /** Epoch milliseconds. */
  now: () => number;
}

/** What there is to plan from. */
export interface AtHand extends StoreContent {
  /** The store holds this; else it is what was left there, and the whole store is being listed. */
  isSure: boolean;
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
 * When the memory is out of date the whole store is listed, which may take long. Meanwhile a run works from what was left in the
 * store, and writes only what is still so (updater/store/rereading.ts).
 *
 * Beside what the store holds, the mirror names the keys that no record of the journal has told for certain. A run
 * saves it last, after its record; who dies before has left a mirror of another version, and the next one lists the
 * store and sees the difference.
 */
export class KnownStore {
  readonly #store: RouteStore;
  readonly #mirror: OwnMirror;
  readonly #self: Self;
  /** What the store held when it was last heard of. */
  #last: StoreContent | undefined;
  /** It still does, as far as this environment knows. */
  #isSure = false;
  /** The listing that is under way, if it is not sure. */
  #rereading: Rereading | undefined;
  /** That listing is there because an audit found another writer. */
  #isDrift = false;
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
    this.#mirror = new OwnMirror(mirror, self.warn);
    this.#self = self;
  }

  get #copy(): StoreContent | undefined {
    return this.#isSure ? this.#last : undefined;
  }

  /** Version and size as the last read or write told them; undefined when nothing is known. */
  get version(): StoreVersion | undefined {
    return (this.#rereading?.believed ?? this.#copy)?.version;
  }

  /** Whether the whole store is being listed, or was and nobody has read it. */
  get isRereading(): boolean {
    return this.#rereading !== undefined;
  }

  /** Waits for the listing that is under way, well or not. */
  async listed(): Promise<void> {
    await this.#rereading?.over;
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

  /**
   * What the store holds, however long it takes to find out.
   *
   * @param audit ask the store whether it is still what this environment believes, for one Describe
   */
  async read(audit = false): Promise<AtHand> {
    const content = await this.atHand(audit);
    if (content.isSure) return content;
    await this.listed();
    return this.atHand();
  }

  /** The same without waiting for a listing, unless nothing at all is known. */
  async atHand(audit = false): Promise<AtHand> {
    const isIdle = this.#self.now() - this.#usedAt > TRUST_MS;
    if (this.#rereading === undefined) await this.#find(audit || isIdle);
    else if (this.#rereading.isOver) await this.#settle(this.#rereading);
    this.#usedAt = this.#self.now();
    if (this.#rereading) return { ...this.#rereading.believed, isSure: false };
    const content = this.#held();
    this.#found = foundAt(this.#self.deployment, this.#untold, content.entries);
    return { ...content, isSure: true };
  }

  #held(): StoreContent {
    if (this.#last === undefined) throw new Error('the store was not read');
    return this.#last;
  }

  /** Makes the copy sure, or a listing begin. */
  async #find(audit: boolean): Promise<void> {
    const loaded = await this.#mirror.load();
    if (loaded === 'same' && this.#copy) return audit ? this.#audit(this.#copy) : undefined;
    this.#takeovers += 1;
    const mirrored = typeof loaded === 'string' ? undefined : loaded;
    if (mirrored) {
      this.facts = mergedFacts(mirrored.facts, this.facts);
      this.lastSequence = Math.max(this.lastSequence, mirrored.lastSequence);
    }
    const version = await this.#store.describe();
    // The tag proves even a copy that a lost answer made doubtful.
    const known = [this.#last, mirrored].find((candidate) => candidate && isOf(version, candidate));
    // Of what we left ourselves we know more than our mirror, if it could not be saved since.
    const isAnothers = mirrored !== undefined && mirrored.writer !== this.#self.writer;
    const left = isAnothers ? mirrored : (this.#last ?? mirrored);
    if (known) {
      if (left) this.#compare(left, known.entries);
      return this.#adopt({ version, entries: known.entries });
    }
    // Without a mirror nobody knows what another environment has left: all that is there may be untold.
    const before = left?.entries ?? (await this.#store.list());
    if (mirrored === undefined && loaded !== 'same') this.#compare(NOTHING, before);
    if (left === undefined) return this.#adopt({ version, entries: before });
    this.#reread(version, left);
    // Our mark, before anything is written. The version at which it was left is the past and proves nothing.
    if (loaded !== 'same') await this.#save(left);
  }

  async #audit(copy: StoreContent): Promise<void> {
    const version = await this.#store.describe();
    if (isOf(version, copy)) return;
    this.#takeovers += 1;
    this.#isDrift = true;
    this.#reread(version, copy);
  }

  /** Begins a listing of the whole store. */
  #reread(version: StoreVersion, left: StoreContent & Left): void {
    this.#isSure = false;
    this.#last = { version: left.version, entries: left.entries };
    this.#doubt(left.untold ?? []);
    this.#rereading = new Rereading(this.#store, version, left.entries);
  }

  async #settle(rereading: Rereading): Promise<void> {
    this.#rereading = undefined;
    const content = await rereading.content();
    this.#compare(this.#held(), content.entries);
    if (this.#isDrift) {
      this.#self.warn(
        `another writer was at the store: ${this.#untold.size} of our keys are not what they were`,
      );
    }
    this.#isDrift = false;
    await this.#adopt(content);
  }

  async #adopt(content: StoreContent): Promise<void> {
    this.#hold(content);
    await this.#save(content);
  }

  /** Notes what the journal may not have told: what was left so, and what is not as it was left. */
  #compare({ entries, untold = [] }: Left, found: Entries): void {
    this.#doubt(untold);
    if (entries !== found) this.#doubt(changedFor(this.#self.deployment, entries, found));
  }

  #doubt(keys: Iterable<string>): void {
    for (const key of keys) this.#untold.add(key);
  }

  /** One write to the store; `changed` when it was not sent, because under its keys stands something else than was at hand. */
  async write(changes: Changes): Promise<WriteOutcome | { outcome: 'changed' }> {
    const outcome = await (this.#rereading?.write(changes) ?? this.#writeToKnown(changes));
    if (outcome.outcome === 'applied') this.#doubt(keysOf(changes));
    return outcome;
  }

  /** Whatever goes wrong, the copy is forgotten: the response may be lost, not the write. */
  async #writeToKnown(changes: Changes): Promise<WriteOutcome> {
    const before = this.#copy ?? (await this.read());
    this.#isSure = false;
    const outcome = await this.#store.write(changes, before.version.etag);
    if (outcome.outcome === 'conflict') this.forget();
    else if (outcome.outcome !== 'applied') this.#hold(before);
    else {
      const { outcome: _, ...version } = outcome;
      this.#hold({ version, entries: applied(before.entries, changes) });
    }
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

  async #save(content: StoreContent): Promise<void> {
    const { facts, lastSequence } = this;
    const { writer } = this.#self;
    await this.#mirror.save({ ...content, writer, untold: [...this.#untold], facts, lastSequence });
  }

  forget(): void {
    this.#isSure = false;
    this.#rereading = undefined;
    this.#mirror.forget();
  }
}

function isOf({ etag, items }: StoreVersion, content: StoreContent): boolean {
  return content.version.etag === etag && content.entries.size === items;
}
