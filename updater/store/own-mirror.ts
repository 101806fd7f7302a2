import { Fault } from '../../core/schema.ts';
import type { Notebook } from '../ports.ts';
import { parseMirror, printMirror, type StoreContent } from './mirror.ts';
import type { RememberedFacts } from './remembered-facts.ts';
import type { Unrecorded } from './unrecorded.ts';

/** Parts of a process that every mirror carries beside the store's content. */
export interface Carried {
  /** A unique id of this process, so that equal mirrors of two writers differ. */
  writer: string;
  facts: RememberedFacts;
  unrecorded: Unrecorded;
}

/** The store's content in a mirror. */
export interface MirroredContent extends StoreContent {
  /** Whether another environment wrote it. */
  isAnothers: boolean;
}

/** The mirror, and whether it is still the version that this environment wrote. Failures only cost calls to the store, and are logged. */
export class OwnMirror {
  readonly #notebook: Notebook;
  readonly #carried: Carried;
  readonly #warn: (message: string) => void;
  #version: string | undefined;

  constructor(notebook: Notebook, carried: Carried, warn: (message: string) => void) {
    this.#notebook = notebook;
    this.#carried = carried;
    this.#warn = warn;
  }

  /** Returns `same` if this environment wrote it, `absent` if it is missing or damaged. Adds another environment's facts and unrecorded hostnames. */
  async load(): Promise<MirroredContent | 'same' | 'absent'> {
    try {
      const loaded = await this.#notebook.load(this.#version);
      return typeof loaded === 'string' ? loaded : this.#parse(loaded.body);
    } catch (error) {
      this.#warn(`the mirror could not be loaded, so the store is asked instead: ${String(error)}`);
      return 'absent';
    }
  }

  #parse(body: string): MirroredContent | 'absent' {
    const mirrored = parseMirror(body);
    if (mirrored instanceof Fault) {
      this.#warn(
        `the mirror is damaged, so the store is asked instead and the mirror is written again: ${mirrored}`,
      );
      return 'absent';
    }
    const { version, entries, unrecorded } = mirrored;
    const isAnothers = mirrored.writer !== this.#carried.writer;
    this.#carried.facts.merge(mirrored);
    // If our last save failed, memory is newer than our mirror.
    if (isAnothers) this.#carried.unrecorded.add(unrecorded);
    return { version, entries, isAnothers };
  }

  /** If it fails, memory is no longer trusted, and the next read asks the store. */
  async save(content: StoreContent): Promise<void> {
    const { writer, facts, unrecorded } = this.#carried;
    try {
      this.#version = await this.#notebook.save(
        printMirror({
          ...content,
          writer,
          unrecorded: unrecorded.hostnames,
          facts: facts.fleet,
          lastSequence: facts.lastSequence,
        }),
      );
    } catch (error) {
      this.#version = undefined;
      this.#warn(`the mirror could not be saved, so the next run asks the store: ${String(error)}`);
    }
  }

  /** Makes the next load return the mirror even if this environment wrote it. */
  forget(): void {
    this.#version = undefined;
  }
}
