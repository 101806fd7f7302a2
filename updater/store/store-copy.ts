import { LayeredMap } from '../../core/layered-map.ts';
import type { Changes } from '../../core/plan/plan.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import type { RouteStore, StoreVersion, WriteOutcome } from '../ports.ts';
import type { Audit, AuditSchedule } from './audit-schedule.ts';
import type { StoreContent } from './mirror.ts';
import type { OwnMirror } from './own-mirror.ts';
import { Rereading } from './rereading.ts';
import type { Unrecorded } from './unrecorded.ts';
import type { Unsettled } from './unsettled.ts';

/**
 * Memory is no longer trusted after this time without a run, whatever the mirror says. A sweep each minute keeps the active
 * environment below it, and a crashed batch comes back later than that (infra/fleet/fleet-queue.ts).
 */
export const TRUST_MS: Milliseconds = 90_000;

const NO_ENTRIES = LayeredMap.from(new Map<Hostname, string>());

/** The content that a plan is made from. */
export interface AtHand extends StoreContent {
  /** False if this is what the last run left, and the whole store is being listed. */
  isSure: boolean;
}

/** Outcome of a write; `changed` if it was not sent, because the store holds other values under its keys than expected. */
export type CopyWriteOutcome = WriteOutcome | { outcome: 'changed' };

/** The parts that a copy needs. */
export interface CopyParts {
  store: RouteStore;
  mirror: OwnMirror;
  /** Gets every hostname of the deployment whose value is not the one that was left. */
  unrecorded: Unrecorded;
  audits: AuditSchedule;
  /** Watches `store`. */
  unsettled: Unsettled;
  /** Gets warnings about other writers. */
  warn: (message: string) => void;
  now: () => Milliseconds;
}

/**
 * A copy of a route store's content, and whether it can be trusted. Calls to the CloudFront KeyValueStore API cost $1 per 1,000,
 * so a read for each event would cost more than the proxy. The content is therefore kept in memory and, for other environments,
 * in the mirror.
 *
 * Memory is trusted only if the mirror is still the version that this environment wrote and it ran recently: another environment
 * may have written the store without managing to save a mirror. A mirror of another environment is trusted only after one
 * Describe shows that its ETag is the store's. It is then adopted, that is saved again under our mark, *before* anything is
 * written, so that the other environment asks in turn. The case to survive: an environment writes the store from A to B and dies
 * before it saves the mirror, and the fleet goes back to A. A plan from a copy that still says A would be empty, and B would stay.
 *
 * A write without an answer may take effect later. For two minutes after it each run asks the store, in whatever environment
 * (updater/store/unsettled.ts).
 *
 * If memory is out of date, the whole store is listed, which may take long. Meanwhile a run works with what was left in the
 * store, and writes only keys that still have those values (updater/store/rereading.ts).
 */
export class StoreCopy {
  readonly #parts: CopyParts;
  /** The content at the last read or write. */
  #last: StoreContent | undefined;
  /** Whether the store still holds it, as far as this environment knows. */
  #isSure = false;
  /** The listing in progress, while the copy is not sure. */
  #rereading: Rereading | undefined;
  /** Why the store differs from a copy that was trusted; undefined if the listing has another reason. */
  #drift: string | undefined;
  /** When a run used the copy last. */
  #usedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  /** When the store was last asked for its version. */
  #askedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  #takeovers = 0;

  constructor(parts: CopyParts) {
    this.#parts = parts;
  }

  get #trusted(): StoreContent | undefined {
    return this.#isSure ? this.#last : undefined;
  }

  /** Version and size at the last read or write; undefined if unknown. */
  get version(): StoreVersion | undefined {
    return (this.#rereading?.believed ?? this.#trusted)?.version;
  }

  /** Whether the store holds the copy, as far as this environment knows. */
  get isSure(): boolean {
    return this.#isSure;
  }

  /** Whether a listing of the whole store is in progress, or is complete and not read yet. */
  get isRereading(): boolean {
    return this.#rereading !== undefined;
  }

  /** Waits until the listing in progress ends, even with an error. */
  async waitForListing(): Promise<void> {
    await this.#rereading?.over;
  }

  /**
   * Rises whenever a read could not rely on this environment's memory. Another environment may have run since, so other things
   * that this one remembers may be out of date, too.
   */
  get takeovers(): number {
    return this.#takeovers;
  }

  /**
   * Reads the store's content, however long it takes.
   *
   * @param audit asks the store, for one Describe, whether its content is still known
   */
  async read(audit?: Audit): Promise<AtHand> {
    const content = await this.atHand(audit);
    if (content.isSure) return content;
    await this.waitForListing();
    return this.atHand();
  }

  /**
   * Reads what is known, and waits for a listing only if nothing is known.
   *
   * @param audit as for `read`
   */
  async atHand(audit?: Audit): Promise<AtHand> {
    const { audits, now } = this.#parts;
    const isIdle = now() - this.#usedAt > TRUST_MS;
    if (this.#rereading === undefined) await this.#find(isIdle || this.#isUnsettled || audits.mustAsk(audit));
    else if (this.#rereading.isOver) await this.#settle(this.#rereading);
    this.noteUse();
    if (this.#rereading) return { ...this.#rereading.believed, isSure: false };
    return { ...this.#content(), isSure: true };
  }

  #content(): StoreContent {
    if (this.#last === undefined) throw new Error('the store has not been read yet');
    return this.#last;
  }

  /** Makes the copy sure, or starts a listing. */
  async #find(mustAsk: boolean): Promise<void> {
    const { store, mirror, unrecorded, audits } = this.#parts;
    const loaded = await mirror.load();
    if (loaded === 'same' && this.#trusted) return mustAsk ? this.#audit(this.#trusted) : undefined;
    this.#takeovers += 1;
    const mirrored = typeof loaded === 'string' ? undefined : loaded;
    const version = await this.#ask();
    // The content that the last run left. If our last save failed, memory is newer than our mirror.
    const left = mirrored ?? this.#last;
    // An equal ETag proves even a copy that a lost response made doubtful.
    const proven = [this.#last, mirrored].find((candidate) => candidate && isOf(version, candidate));
    if (loaded === 'absent' || proven === undefined) audits.addDoubt();
    if (proven) {
      if (left) unrecorded.addChanged(left.entries, proven.entries);
      return this.#adopt({ version, entries: proven.entries });
    }
    // Without a mirror it is unknown what another environment left, so any entry may be unrecorded.
    const entries = left?.entries ?? LayeredMap.from(await store.list());
    if (loaded === 'absent') unrecorded.addChanged(NO_ENTRIES, entries);
    if (left === undefined) return this.#adopt({ version, entries });
    this.#reread(version, left);
    // Save our mark before anything is written. It has an old version of the store, so the mirror proves nothing.
    if (loaded !== 'same') await mirror.save(left);
  }

  async #audit(copy: StoreContent): Promise<void> {
    const { audits } = this.#parts;
    const isUnsettled = this.#isUnsettled;
    const version = await this.#ask();
    if (isOf(version, copy)) return audits.addProof();
    audits.addDoubt();
    this.#takeovers += 1;
    this.#drift = `${isUnsettled ? 'a write without an answer took effect late, or ' : ''}another writer changed the store`;
    this.#reread(version, copy);
  }

  /** Whether a write without an answer may have taken effect since the store was asked. */
  get #isUnsettled(): boolean {
    return this.#askedAt < this.#parts.unsettled.until;
  }

  async #ask(): Promise<StoreVersion> {
    const askedAt = this.#parts.now();
    const version = await this.#parts.store.describe();
    this.#askedAt = askedAt;
    return version;
  }

  /** Starts a listing of the whole store. */
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
    if (this.#drift) warn(`${this.#drift}; entries of this deployment that differ: ${unrecorded.size}`);
    this.#drift = undefined;
    await this.#adopt(content);
  }

  async #adopt(content: StoreContent): Promise<void> {
    this.#trust(content);
    this.#parts.audits.addProof();
    await this.#parts.mirror.save(content);
  }

  /** Writes once. */
  async write(changes: Changes): Promise<CopyWriteOutcome> {
    return this.#rereading?.write(changes) ?? this.#writeToKnown(changes);
  }

  /** Distrusts the copy until the response is here, because the write may succeed although its response is lost. */
  async #writeToKnown(changes: Changes): Promise<WriteOutcome> {
    const before = this.#trusted ?? (await this.read());
    this.#isSure = false;
    const outcome = await this.#parts.store.write(changes, before.version.etag);
    if (outcome.outcome === 'conflict') this.forget();
    else if (outcome.outcome !== 'applied') this.#trust(before);
    else {
      const { outcome: _, ...version } = outcome;
      this.#parts.audits.addProof();
      this.#trust({ version, entries: before.entries.with(changes.puts, changes.deletes) });
    }
    return outcome;
  }

  #trust(content: StoreContent): void {
    this.#last = content;
    this.#isSure = true;
  }

  /** Saves the mirror again, if the copy is sure. */
  async saveMirror(): Promise<void> {
    if (this.#trusted) await this.#parts.mirror.save(this.#trusted);
  }

  /** Saves the mirror with the content at the last read or write, whether or not the store still holds it. */
  async saveLeft(): Promise<boolean> {
    return this.#last !== undefined && this.#parts.mirror.save(this.#last);
  }

  /** Notes that a run uses the copy now. */
  noteUse(): void {
    this.#usedAt = this.#parts.now();
  }

  /** Makes the next read ask the store, because a read or a write has failed. */
  forget(): void {
    const { mirror, audits } = this.#parts;
    this.#isSure = false;
    this.#rereading = undefined;
    audits.addDoubt();
    mirror.forget();
  }
}

function isOf({ etag, items }: StoreVersion, content: StoreContent): boolean {
  return content.version.etag === etag && content.entries.size === items;
}
