import { type LiveChanges, parseLiveFile, printLiveFile } from '../../core/live/live-file.ts';
import { isSameTruth } from '../../core/live/merge.ts';
import { Fault } from '../../core/schema.ts';
import type { Seconds } from '../../core/wire/brands.ts';
import type { SharedNotebook } from '../ports.ts';

/** Makes the new content of a shard of the present one. */
export type Edit = (changes: LiveChanges) => LiveChanges;

/** Attempts to write a shard while another environment writes it as well. */
const TRIES = 4;

/** The document of one shard, and what this environment knows about it. */
export class LiveShard {
  readonly #notebook: SharedNotebook;
  /** The last content and its version; undefined if another environment, or a request without an answer, may have changed it. */
  #known: { changes: LiveChanges; version: string } | undefined;

  constructor(notebook: SharedNotebook) {
    this.#notebook = notebook;
  }

  /** Makes the next change read the document. */
  forget(): void {
    this.#known = undefined;
  }

  /**
   * Changes the document, in one request if its content is known. A content that stays the same is not written.
   *
   * @param edit makes the new content; called again if another environment was faster
   * @param signal ends the attempts, so that a late one does not undo a newer edit
   * @throws like the notebook, or if the other environments were faster each time
   */
  async change(edit: Edit, now: Seconds, signal: AbortSignal): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const known = this.#known ?? (await this.#load());
      signal.throwIfAborted();
      const changes = edit(known.changes);
      if (isSameTruth(changes, known.changes, now)) {
        this.#known = known;
        return;
      }
      // If the write fails, it is unknown which content is there.
      this.#known = undefined;
      const version = await this.#notebook.replace(printLiveFile(changes), known.version);
      if (version !== 'changed') {
        this.#known = { changes, version };
        return;
      }
    }
    throw new Error(`other environments were faster ${TRIES} times`);
  }

  /** An absent or damaged document has no changes. A damaged one is overwritten. */
  async #load(): Promise<{ changes: LiveChanges; version: string }> {
    const loaded = await this.#notebook.load(undefined);
    if (typeof loaded === 'string') return { changes: new Map(), version: 'absent' };
    const changes = parseLiveFile(loaded.body);
    return { changes: changes instanceof Fault ? new Map() : changes, version: loaded.version };
  }
}
