import type { Found } from '../../core/plan/found.ts';
import { type Changes, keysOf } from '../../core/plan/plan.ts';
import type { DeploymentId, Milliseconds } from '../../core/wire/brands.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import type { RouteStore, StoreVersion } from '../ports.ts';
import { type Audit, AuditSchedule } from './audit-schedule.ts';
import { type MirrorDocuments, OwnMirror } from './own-mirror.ts';
import { RememberedFacts } from './remembered-facts.ts';
import { type AtHand, type CopyWriteOutcome, StoreCopy } from './store-copy.ts';
import { Unrecorded } from './unrecorded.ts';
import { Unsettled } from './unsettled.ts';

/** The options of a known store. */
export interface KnownStoreOptions {
  /** Whose entries are recorded in the journal. */
  deployment: DeploymentId;
  /** A unique id of this process, so that equal mirrors of two writers differ. */
  writer: string;
  /** Gets warnings about failures of the mirror, which only cost calls, and about other writers. */
  warn: (message: string) => void;
  now: () => Milliseconds;
}

/**
 * A route store whose content is known without asking. It has three parts with one secret each: `StoreCopy` knows the store's
 * content and whether to trust it, `Unrecorded` knows which hostnames the journal still has to record, and `RememberedFacts`
 * knows what events said. The mirror carries all three to other environments.
 *
 * A run writes in this order: store, record, mirror. If it ends before the mirror, the mirror's version is not the store's, and
 * the next run lists the store and finds the difference.
 */
export class KnownStore {
  readonly facts = new RememberedFacts();
  readonly #unrecorded: Unrecorded;
  readonly #copy: StoreCopy;

  constructor(
    store: RouteStore,
    documents: MirrorDocuments,
    { deployment, writer, warn, now }: KnownStoreOptions,
  ) {
    const unrecorded = new Unrecorded(deployment);
    const audits = new AuditSchedule(now);
    const unsettled = new Unsettled(now);
    const carried = { writer, facts: this.facts, unrecorded, audits, unsettled };
    const mirror = new OwnMirror(documents, carried, warn);
    const parts = { store: unsettled.watch(store), mirror, unrecorded, audits, unsettled };
    this.#unrecorded = unrecorded;
    this.#copy = new StoreCopy({ ...parts, warn, now });
  }

  /** Version and size at the last read or write; undefined if unknown. */
  get version(): StoreVersion | undefined {
    return this.#copy.version;
  }

  /** Whether a listing of the whole store is in progress, or is complete and not read yet. */
  get isRereading(): boolean {
    return this.#copy.isRereading;
  }

  /** Rises whenever a read could not rely on this environment's memory (store-copy.ts). */
  get takeovers(): number {
    return this.#copy.takeovers;
  }

  /**
   * Entries that this run found without a record: an earlier run ended too soon, its record was refused, or another writer changed
   * them. All of the deployment's entries if no mirror could be read.
   */
  get found(): Found {
    return this.#unrecorded.found;
  }

  /**
   * Reads the store's content, however long it takes.
   *
   * @param audit asks the store, for one Describe, whether its content is still known
   */
  async read(audit?: Audit): Promise<AtHand> {
    return this.#withFound(await this.#copy.read(audit));
  }

  /** Reads what is known, and waits for a listing only if nothing is known. */
  async atHand(audit?: Audit): Promise<AtHand> {
    return this.#withFound(await this.#copy.atHand(audit));
  }

  #withFound(content: AtHand): AtHand {
    if (content.isSure) this.#unrecorded.findIn(content.entries);
    return content;
  }

  /** Writes once. Returns `changed`, without a write, if the store holds other values under these keys than expected. */
  async write(changes: Changes): Promise<CopyWriteOutcome> {
    const outcome = await this.#copy.write(changes);
    if (outcome.outcome === 'applied')
      this.#unrecorded.add(keysOf(changes).filter((key) => key !== KEYS_KEY));
    return outcome;
  }

  /** Waits until the listing in progress ends, even with an error. */
  async waitForListing(): Promise<void> {
    await this.#copy.waitForListing();
  }

  /**
   * Ends a run, and saves the mirror if it changed.
   *
   * @param recorded false if the journal did not take the record: the next run then records what this one found and did
   */
  async endRun({ recorded }: { recorded: boolean }): Promise<void> {
    if (!this.#unrecorded.endRun()) return;
    this.#copy.noteUse();
    if (!this.#copy.isSure || this.#unrecorded.size === 0) return;
    if (recorded) this.#unrecorded.clear();
    await this.#copy.saveMirror();
  }

  /**
   * Called at the end of a failed run that has sent a write. Saves the mirror with our mark and the time until which the write may still
   * take effect, so that each environment asks the store.
   *
   * @returns false if another environment may trust a memory that lacks the write
   */
  async leaveMark(): Promise<boolean> {
    return this.#copy.saveLeft();
  }

  /** Makes the next read ask the store. */
  forget(): void {
    this.#copy.forget();
  }
}
