import type { Found } from '../../core/plan/found.ts';
import { type Changes, keysOf } from '../../core/plan/plan.ts';
import type { DeploymentId, Milliseconds } from '../../core/wire/brands.ts';
import type { Notebook, RouteStore, StoreVersion } from '../ports.ts';
import { OwnMirror } from './own-mirror.ts';
import { RememberedFacts } from './remembered-facts.ts';
import { type AtHand, type CopyWriteOutcome, StoreCopy } from './store-copy.ts';
import { Unrecorded } from './unrecorded.ts';

/** What a known store works with, beside the store and its mirror. */
export interface KnownStoreOptions {
  /** Whose entries the journal tells of. */
  deployment: DeploymentId;
  /** Unique id of this environment: equal content by two writers must not look the same. */
  writer: string;
  /** Hears of a mirror that can't be read or written, which costs calls and nothing else, and of others who wrote. */
  warn: (message: string) => void;
  now: () => Milliseconds;
}

/**
 * A route store that knows its content without asking, and what has to be remembered beside it. Three parts keep one
 * secret each: the copy knows what the store holds and whether that can be trusted, `Unrecorded` knows what the journal
 * does not say yet, and the facts are what events said. The mirror carries all three to other environments.
 *
 * A run ends in this order: store, record, mirror. A run that ends before its record has left a mirror of another version,
 * and the next one lists the store and sees the difference.
 */
export class KnownStore {
  readonly facts = new RememberedFacts();
  readonly #unrecorded: Unrecorded;
  readonly #copy: StoreCopy;

  constructor(store: RouteStore, notebook: Notebook, { deployment, writer, warn, now }: KnownStoreOptions) {
    const unrecorded = new Unrecorded(deployment);
    const mirror = new OwnMirror(notebook, { writer, facts: this.facts, unrecorded }, warn);
    this.#unrecorded = unrecorded;
    this.#copy = new StoreCopy({ store, mirror, unrecorded, warn, now });
  }

  /** Version and size as the last read or write told them; undefined when nothing is known. */
  get version(): StoreVersion | undefined {
    return this.#copy.version;
  }

  /** Whether the whole store is being listed, or was and nobody has read it. */
  get isRereading(): boolean {
    return this.#copy.isRereading;
  }

  /** Rises whenever a read could not rely on this environment's memory (store-copy.ts). */
  get takeovers(): number {
    return this.#copy.takeovers;
  }

  /**
   * What this run found under keys that no record has told: a run ended before it could tell, its record was refused, or
   * somebody else wrote. All of ours when nobody knows what was left.
   */
  get found(): Found {
    return this.#unrecorded.found;
  }

  /**
   * What the store holds, however long it takes to find out.
   *
   * @param audit ask the store whether it is still what this environment believes, for one Describe
   */
  async read(audit = false): Promise<AtHand> {
    return this.#withFound(await this.#copy.read(audit));
  }

  /** The same without waiting for a listing, unless nothing at all is known. */
  async atHand(audit = false): Promise<AtHand> {
    return this.#withFound(await this.#copy.atHand(audit));
  }

  #withFound(content: AtHand): AtHand {
    if (content.isSure) this.#unrecorded.findIn(content.entries);
    return content;
  }

  /** One write to the store; `changed` when it was not sent, because under its keys stands something else than was at hand. */
  async write(changes: Changes): Promise<CopyWriteOutcome> {
    const outcome = await this.#copy.write(changes);
    if (outcome.outcome === 'applied') this.#unrecorded.add(keysOf(changes));
    return outcome;
  }

  /** Waits for the listing that is under way, well or not. */
  async waitForListing(): Promise<void> {
    await this.#copy.waitForListing();
  }

  /**
   * Ends a run, and saves the mirror if it has to say something else.
   *
   * @param recorded the journal has the run's record, or there is nothing to record; else the next run has to record what
   *   this one found and did
   */
  async endRun({ recorded }: { recorded: boolean }): Promise<void> {
    if (!this.#unrecorded.endRun()) return;
    this.#copy.noteUse();
    if (!this.#copy.isSure || this.#unrecorded.size === 0) return;
    if (recorded) this.#unrecorded.clear();
    await this.#copy.saveMirror();
  }

  /** Whatever is believed of the store, the next read asks. */
  forget(): void {
    this.#copy.forget();
  }
}
