import { Fault } from '../../core/schema.ts';
import type { Notebook } from '../ports.ts';
import { parseMirror, printMirror, type StoreContent } from './mirror.ts';
import type { RememberedFacts } from './remembered-facts.ts';
import type { Unrecorded } from './unrecorded.ts';

/** Parts of an environment that every mirror carries along with the store's content. */
export interface Carried {
  /** Unique id of this environment: equal content by two writers must not look the same. */
  writer: string;
  facts: RememberedFacts;
  unrecorded: Unrecorded;
}

/** The store's content as a mirror has it. */
export interface MirroredContent extends StoreContent {
  /** Another environment wrote it. */
  isAnothers: boolean;
}

/** The mirror, and whether it is still the one that this environment wrote. What fails here costs calls to the store and is said. */
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

  /** `same` when this environment wrote it. A damaged one is like none. What another one carries is added to our own. */
  async load(): Promise<MirroredContent | 'same' | 'absent'> {
    try {
      const loaded = await this.#notebook.load(this.#version);
      return typeof loaded === 'string' ? loaded : this.#parse(loaded.body);
    } catch (error) {
      this.#warn(`mirror not loaded: ${String(error)}`);
      return 'absent';
    }
  }

  #parse(body: string): MirroredContent | 'absent' {
    const mirrored = parseMirror(body);
    if (mirrored instanceof Fault) {
      this.#warn(
        `the mirror is damaged: ${mirrored}. The store is asked instead, and the mirror written anew`,
      );
      return 'absent';
    }
    const { version, entries, unrecorded } = mirrored;
    const isAnothers = mirrored.writer !== this.#carried.writer;
    this.#carried.facts.merge(mirrored);
    // If our last save failed, our own memory is newer than our mirror.
    if (isAnothers) this.#carried.unrecorded.add(unrecorded);
    return { version, entries, isAnothers };
  }

  /** When it fails the memory is no longer vouched for, and the next read asks the store. */
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
      this.#warn(`mirror not saved: ${String(error)}`);
    }
  }

  /** The next load shows it, whoever wrote it. */
  forget(): void {
    this.#version = undefined;
  }
}
