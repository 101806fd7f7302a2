import { LayeredMap } from '../../core/layered-map.ts';
import { Fault } from '../../core/schema.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { Notebook } from '../ports.ts';
import type { AuditSchedule } from './audit-schedule.ts';
import {
  type BaseName,
  type BasePlace,
  parseBase,
  parseHead,
  printBase,
  printHead,
  type StoreContent,
} from './mirror.ts';
import type { RememberedFacts } from './remembered-facts.ts';
import type { Unrecorded } from './unrecorded.ts';
import type { Unsettled } from './unsettled.ts';

/** The documents of a mirror: the head, and a place for each of two bases. */
export interface MirrorDocuments {
  head: Notebook;
  bases: readonly [Notebook, Notebook];
}

/** Parts of a process that every mirror carries beside the store's content. */
export interface Carried {
  /** A unique id of this process, so that equal mirrors of two writers differ. */
  writer: string;
  facts: RememberedFacts;
  unrecorded: Unrecorded;
  audits: AuditSchedule;
  unsettled: Unsettled;
}

/** The base's document in S3. */
interface SavedBase extends BaseName {
  entries: LayeredMap<Hostname, string>;
}

/**
 * The mirror, and whether it is still the version that this environment wrote. The layers of a content are its two documents: the
 * base is saved when the content has a new base, and the head after each change. The base goes first, to the place that the head
 * does not name, so a process that dies in between leaves the old head with its base. Failures only cost calls to the store, and
 * are logged.
 */
export class OwnMirror {
  readonly #documents: MirrorDocuments;
  readonly #carried: Carried;
  readonly #warn: (message: string) => void;
  /** The version of the head that this environment wrote last. */
  #version: string | undefined;
  /** The base that was saved or loaded last. */
  #base: SavedBase | undefined;
  /** The place that the head names, as far as is known. */
  #named: BasePlace | undefined;

  constructor(documents: MirrorDocuments, carried: Carried, warn: (message: string) => void) {
    this.#documents = documents;
    this.#carried = carried;
    this.#warn = warn;
  }

  /**
   * Returns another environment's content, `same` if this environment wrote the mirror last and knows that its save succeeded,
   * `ours` if it wrote the mirror and memory may be newer, and `absent` if a document is missing or damaged. Adds another
   * environment's facts and unrecorded hostnames.
   */
  async load(): Promise<StoreContent | 'same' | 'ours' | 'absent'> {
    try {
      const loaded = await this.#documents.head.load(this.#version);
      return typeof loaded === 'string' ? loaded : await this.#follow(loaded.body);
    } catch (error) {
      this.#carried.unsettled.assume();
      this.#warn(`the mirror could not be loaded, so the store is asked instead: ${String(error)}`);
      return 'absent';
    }
  }

  async #follow(body: string): Promise<StoreContent | 'ours' | 'absent'> {
    const head = parseHead(body);
    if (head instanceof Fault) return this.#reportDamage(head);
    this.#named = head.base.place;
    this.#carried.facts.merge(head);
    this.#carried.audits.merge(head.doubtedAt);
    this.#carried.unsettled.merge(head.unsettledUntil);
    if (head.writer === this.#carried.writer) return 'ours';
    this.#carried.unrecorded.add(head.unrecorded);
    const base = await this.#baseOf(head.base);
    if (base instanceof Fault) return this.#reportDamage(base.below('base'));
    const { puts, deletes } = head.changes;
    return { version: head.version, entries: base.with(puts, deletes) };
  }

  #reportDamage(fault: Fault): 'absent' {
    this.#warn(
      `the mirror is damaged, so the store is asked instead and the mirror is written again: ${fault}`,
    );
    return 'absent';
  }

  /** The base of a head. It is loaded only if another environment has written a new one. */
  async #baseOf({ place, version }: BaseName): Promise<LayeredMap<Hostname, string> | Fault> {
    if (this.#base?.place === place && this.#base.version === version) return this.#base.entries;
    const loaded = await this.#documents.bases[place].load(undefined);
    if (typeof loaded === 'string') return new Fault('', 'there');
    if (loaded.version !== version) return new Fault('', 'the version that the head names');
    const parsed = parseBase(loaded.body);
    if (parsed instanceof Fault) return parsed;
    this.#base = { place, version, entries: LayeredMap.from(parsed) };
    return this.#base.entries;
  }

  /**
   * If it fails, memory is no longer trusted, and the next read asks the store.
   *
   * @returns whether it succeeded
   */
  async save({ version, entries }: StoreContent): Promise<boolean> {
    const { writer, facts, unrecorded, audits, unsettled } = this.#carried;
    try {
      const base = this.#base?.entries.hasBaseOf(entries) ? this.#base : await this.#saveBase(entries.base);
      this.#version = await this.#documents.head.save(
        printHead({
          ...{ version, writer, changes: entries.changes },
          base: { place: base.place, version: base.version },
          unrecorded: unrecorded.hostnames,
          facts: facts.fleet,
          lastSequence: facts.lastSequence,
          ...(audits.doubtedAt === undefined ? {} : { doubtedAt: audits.doubtedAt }),
          unsettledUntil: unsettled.until,
        }),
      );
      this.#named = base.place;
      return true;
    } catch (error) {
      this.#version = undefined;
      audits.addDoubt();
      this.#warn(`the mirror could not be saved, so the next run asks the store: ${String(error)}`);
      return false;
    }
  }

  async #saveBase(entries: LayeredMap<Hostname, string>): Promise<SavedBase> {
    const place = this.#named === 0 ? 1 : 0;
    this.#base = { place, version: await this.#documents.bases[place].save(printBase(entries)), entries };
    return this.#base;
  }

  /** Makes the next load return the mirror even if this environment wrote it. */
  forget(): void {
    this.#version = undefined;
  }
}
