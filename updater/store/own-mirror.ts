import { Fault } from '../../core/schema.ts';
import type { Notebook } from '../ports.ts';
import { type Mirrored, parseMirror, printMirror } from './mirror.ts';

/** The mirror, and whether it is still the one that this environment wrote. What fails here costs calls to the store and is said. */
export class OwnMirror {
  readonly #notebook: Notebook;
  readonly #warn: (message: string) => void;
  #version: string | undefined;

  constructor(notebook: Notebook, warn: (message: string) => void) {
    this.#notebook = notebook;
    this.#warn = warn;
  }

  /** `same` when this environment wrote it. A damaged one is like none. */
  async load(): Promise<Mirrored | 'same' | 'absent'> {
    try {
      const loaded = await this.#notebook.load(this.#version);
      return typeof loaded === 'string' ? loaded : this.#parsed(loaded.body);
    } catch (error) {
      this.#warn(`mirror not loaded: ${String(error)}`);
      return 'absent';
    }
  }

  #parsed(body: string): Mirrored | 'absent' {
    const mirrored = parseMirror(body);
    if (!(mirrored instanceof Fault)) return mirrored;
    this.#warn(`the mirror is damaged: ${mirrored}. The store is asked instead, and the mirror written anew`);
    return 'absent';
  }

  /** When it fails the memory is no longer vouched for, and the next read asks the store. */
  async save(mirrored: Mirrored): Promise<void> {
    try {
      this.#version = await this.#notebook.save(printMirror(mirrored));
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
