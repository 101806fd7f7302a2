import { applyChanges, type Changes, type Entries } from '../../core/plan/plan.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { RouteStore, StoreVersion, WriteOutcome } from '../ports.ts';
import type { StoreContent } from './mirror.ts';
import type { MirroredContent, OwnMirror } from './own-mirror.ts';
import { Rereading } from './rereading.ts';
import type { Unrecorded } from './unrecorded.ts';

/**
 * Time without a run after which an environment no longer trusts its memory, whatever the mirror says: a sweep a
 * minute keeps the one at work busy, and what crashed comes back later than that (infra/fleet/fleet-queue.ts).
 */
export const TRUST_MS: Milliseconds = 90_000;

const NO_ENTRIES: Entries = new Map();

/** What there is to plan from. */
export interface AtHand extends StoreContent {
  /** The store holds this; else it is what was left there, and the whole store is being listed. */
  isSure: boolean;
}

/** A write's outcome; `changed` when it was not sent, because under its keys stands something else than was at hand. */
export type CopyWriteOutcome = WriteOutcome | { outcome: 'changed' };

/** What a copy works with. */
export interface CopyParts {
  store: RouteStore;
  mirror: OwnMirror;
  /** Gets every hostname of ours whose value is not as it was left. */
  unrecorded: Unrecorded;
  /** Hears of others who wrote. */
  warn: (message: string) => void;
  now: () => Milliseconds;
}

/**
 * A copy of what a route store holds, and whether it can be trusted: the CloudFront KeyValueStore API costs $1 per 1,000 calls,
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
 */
export class StoreCopy {
  readonly #parts: CopyParts;
  /** What the store held when it was last heard of. */
  #last: StoreContent | undefined;
  /** It still does, as far as this environment knows. */
  #isSure = false;
  /** The listing that is under way, if it is not sure. */
  #rereading: Rereading | undefined;
  /** That listing is there because an audit found another writer. */
  #isDrift = false;
  /** When a run used it last. */
  #usedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #takeovers = 0;

  constructor(parts: CopyParts) {
    this.#parts = parts;
  }

  get #trusted(): StoreContent | undefined {
    return this.#isSure ? this.#last : undefined;
  }

  /** Version and size as the last read or write told them; undefined when nothing is known. */
  get version(): StoreVersion | undefined {
    return (this.#rereading?.believed ?? this.#trusted)?.version;
  }

  /** Whether the store holds the copy, as far as this environment knows. */
  get isSure(): boolean {
    return this.#isSure;
  }

  /** Whether the whole store is being listed, or was and nobody has read it. */
  get isRereading(): boolean {
    return this.#rereading !== undefined;
  }

  /** Waits for the listing that is under way, well or not. */
  async waitForListing(): Promise<void> {
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
   * What the store holds, however long it takes to find out.
   *
   * @param audit ask the store whether it is still what this environment believes, for one Describe
   */
  async read(audit: boolean): Promise<AtHand> {
    const content = await this.atHand(audit);
    if (content.isSure) return content;
    await this.waitForListing();
    return this.atHand(false);
  }

  /**
   * What there is to plan from, without waiting for a listing, unless nothing at all is known.
   *
   * @param audit as for `read`
   */
  async atHand(audit: boolean): Promise<AtHand> {
    const isIdle = this.#parts.now() - this.#usedAt > TRUST_MS;
    if (this.#rereading === undefined) await this.#find(audit || isIdle);
    else if (this.#rereading.isOver) await this.#settle(this.#rereading);
    this.noteUse();
    if (this.#rereading) return { ...this.#rereading.believed, isSure: false };
    return { ...this.#content(), isSure: true };
  }

  #content(): StoreContent {
    if (this.#last === undefined) throw new Error('the store was not read');
    return this.#last;
  }

  /** Makes the copy sure, or a listing begin. */
  async #find(audit: boolean): Promise<void> {
    const { store, mirror, unrecorded } = this.#parts;
    const loaded = await mirror.load();
    if (loaded === 'same' && this.#trusted) return audit ? this.#audit(this.#trusted) : undefined;
    this.#takeovers += 1;
    const mirrored = typeof loaded === 'string' ? undefined : loaded;
    const version = await store.describe();
    const left = this.#left(mirrored);
    // The tag proves even a copy that a lost answer made doubtful.
    const proven = [this.#last, mirrored].find((candidate) => candidate && isOf(version, candidate));
    if (proven) {
      if (left) unrecorded.addChanged(left.entries, proven.entries);
      return this.#adopt({ version, entries: proven.entries });
    }
    // Without a mirror nobody knows what another environment has left: all that is there may be untold.
    const entries = left?.entries ?? (await store.list());
    if (loaded === 'absent') unrecorded.addChanged(NO_ENTRIES, entries);
    if (left === undefined) return this.#adopt({ version, entries });
    this.#reread(version, left);
    // Our mark, before anything is written. The version at which it was left is the past and proves nothing.
    if (loaded !== 'same') await mirror.save(left);
  }

  /** What the last run left in the store. Of what we left ourselves we know more than our mirror, if it could not be saved since. */
  #left(mirrored: MirroredContent | undefined): StoreContent | undefined {
    return mirrored?.isAnothers ? mirrored : (this.#last ?? mirrored);
  }

  async #audit(copy: StoreContent): Promise<void> {
    const version = await this.#parts.store.describe();
    if (isOf(version, copy)) return;
    this.#takeovers += 1;
    this.#isDrift = true;
    this.#reread(version, copy);
  }

  /** Begins a listing of the whole store. */
  #reread(version: StoreVersion, left: StoreContent): void {
    this.#isSure = false;
    this.#last = { version: left.version, entries: left.entries };
    this.#rereading = new Rereading(this.#parts.store, version, left.entries);
  }

  async #settle(rereading: Rereading): Promise<void> {
    const { unrecorded, warn } = this.#parts;
    this.#rereading = undefined;
    const content = await rereading.content();
    unrecorded.addChanged(this.#content().entries, content.entries);
    if (this.#isDrift) {
      warn(`another writer was at the store: ${unrecorded.size} of our keys are not what they were`);
    }
    this.#isDrift = false;
    await this.#adopt(content);
  }

  async #adopt(content: StoreContent): Promise<void> {
    this.#trust(content);
    await this.#parts.mirror.save(content);
  }

  /** One write to the store. */
  async write(changes: Changes): Promise<CopyWriteOutcome> {
    return this.#rereading?.write(changes) ?? this.#writeToKnown(changes);
  }

  /** Whatever goes wrong, the copy is forgotten: the response may be lost, not the write. */
  async #writeToKnown(changes: Changes): Promise<WriteOutcome> {
    const before = this.#trusted ?? (await this.read(false));
    this.#isSure = false;
    const outcome = await this.#parts.store.write(changes, before.version.etag);
    if (outcome.outcome === 'conflict') this.forget();
    else if (outcome.outcome !== 'applied') this.#trust(before);
    else {
      const { outcome: _, ...version } = outcome;
      this.#trust({ version, entries: applyChanges(before.entries, changes) });
    }
    return outcome;
  }

  #trust(content: StoreContent): void {
    this.#last = content;
    this.#isSure = true;
  }

  /** Saves the mirror anew, if it is known what the store holds. */
  async saveMirror(): Promise<void> {
    if (this.#trusted) await this.#parts.mirror.save(this.#trusted);
  }

  /** A run has used it just now. */
  noteUse(): void {
    this.#usedAt = this.#parts.now();
  }

  forget(): void {
    this.#isSure = false;
    this.#rereading = undefined;
    this.#parts.mirror.forget();
  }
}

function isOf({ etag, items }: StoreVersion, content: StoreContent): boolean {
  return content.version.etag === etag && content.entries.size === items;
}
