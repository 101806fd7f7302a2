import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { checkPut } from './kvs-rules.ts';

/** What survives a restart: the entries, and the version that they are. */
export interface SavedStore {
  etag: string;
  created: Milliseconds;
  /** The time of the last write. */
  modified: Milliseconds;
  entries: ReadonlyMap<string, string>;
}

/** Bumped when an older file would be misread. */
const FORMAT = 1;

/** The state file can't be read or written; the message names the file, the cause and the way out. */
export class KvsFileError extends Error {
  override readonly name = 'KvsFileError';
}

/** The JSON file of a local KeyValueStore. One process writes it. */
export class KvsFile {
  readonly #path: string;
  #next: (() => SavedStore) | undefined;
  #saving: Promise<void> | undefined;
  #failure: KvsFileError | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The saved store, or undefined when there is no file. Throws KvsFileError for any other trouble. */
  async load(): Promise<SavedStore | undefined> {
    try {
      return parseSaved(await readFile(this.#path, 'utf8'));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new KvsFileError(
        `${this.#path}: the local KeyValueStore's state can't be read: ${describeReason(error)}. ` +
          'Delete the file and start again: the updater rebuilds the routes from the running instances.',
        { cause: error },
      );
    }
  }

  /**
   * Asks for a save and returns at once. Whatever is asked in the same turn of the event loop, or while a
   * save is under way, becomes a single one: a burst of updates costs a few writes and not one each.
   */
  save(state: () => SavedStore): void {
    this.#next = state;
    this.#saving ??= this.#saveAll();
  }

  /** Resolves when the file holds all that was asked; throws the KvsFileError of the last save if it failed. */
  async flush(): Promise<void> {
    await this.#saving;
    if (this.#failure) throw this.#failure;
  }

  async #saveAll(): Promise<void> {
    while (this.#next) {
      await setImmediate();
      const state = this.#next;
      this.#next = undefined;
      this.#failure = await this.#replace(state);
    }
    this.#saving = undefined;
  }

  /** A reader, or a crash, finds the old file or the new one, never half of one. */
  async #replace(state: () => SavedStore): Promise<KvsFileError | undefined> {
    const temporary = `${this.#path}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(temporary, printSaved(state()));
      await rename(temporary, this.#path);
      return undefined;
    } catch (error) {
      return new KvsFileError(
        `${this.#path}: the local KeyValueStore's state can't be written: ${describeReason(error)}. ` +
          'Make the folder writable; routes work meanwhile, and the updater rebuilds them after a restart.',
        { cause: error },
      );
    }
  }
}

function printSaved({ entries, ...saved }: SavedStore): string {
  return JSON.stringify({ format: FORMAT, ...saved, entries: Object.fromEntries(entries) }, null, 1);
}

/** Throws an error whose message says what is wrong. */
function parseSaved(text: string): SavedStore {
  const { format, etag, created, modified, entries } = requireRecord('the file', JSON.parse(text));
  if (format !== FORMAT) {
    throw new TypeError(`its format is ${JSON.stringify(format)}, and this version reads ${FORMAT}`);
  }
  if (typeof etag !== 'string' || !/^KV[0-9A-Z]{13}$/.test(etag)) throw new TypeError('"etag" is no version');
  if (typeof created !== 'number') throw new TypeError('"created" is not a number');
  if (typeof modified !== 'number') throw new TypeError('"modified" is not a number');
  return { etag, created, modified, entries: parseEntries(entries) };
}

function parseEntries(entries: unknown): Map<string, string> {
  const parsed = new Map<string, string>();
  for (const [key, value] of Object.entries(requireRecord('"entries"', entries))) {
    if (typeof value !== 'string') throw new TypeError(`the value of ${JSON.stringify(key)} is not a text`);
    checkPut({ key, value });
    parsed.set(key, value);
  }
  return parsed;
}

function requireRecord(what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TypeError(`${what} is not a JSON object`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function describeReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
