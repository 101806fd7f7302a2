import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { checkPut } from './kvs-rules.ts';

/** The saved part of a store: the entries and their version. */
export interface SavedStore {
  etag: string;
  created: Milliseconds;
  /** The time of the last write. */
  modified: Milliseconds;
  entries: ReadonlyMap<string, string>;
}

/** Increased when an older file would be misread. */
const FORMAT = 1;

/** Thrown when the file cannot be read or written. The message names the file, the reason and the remedy. */
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

  /** Loads the saved store. Returns undefined without a file, and throws KvsFileError for any other problem. */
  async load(): Promise<SavedStore | undefined> {
    try {
      return parseSaved(await readFile(this.#path, 'utf8'));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new KvsFileError(
        `${this.#path}: cannot read the state of the local KeyValueStore: ${describeReason(error)}. ` +
          'Delete the file and start again; the updater rebuilds the routes from the running instances.',
        { cause: error },
      );
    }
  }

  /**
   * Requests a save and returns at once. Requests in the same turn of the event loop, or during a save, are combined, so a burst of
   * updates costs few writes.
   */
  save(state: () => SavedStore): void {
    this.#next = state;
    this.#saving ??= this.#saveAll();
  }

  /** Resolves when all requested saves are done. Throws the KvsFileError of the last one if it failed. */
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

  /** Replaces the file with one rename, so that a reader or a crash never finds half a file. */
  async #replace(state: () => SavedStore): Promise<KvsFileError | undefined> {
    const temporary = `${this.#path}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(temporary, printSaved(state()));
      await rename(temporary, this.#path);
      return undefined;
    } catch (error) {
      return new KvsFileError(
        `${this.#path}: cannot write the state of the local KeyValueStore: ${describeReason(error)}. ` +
          'Make the folder writable; routes still work, and the updater rebuilds them after a restart.',
        { cause: error },
      );
    }
  }
}

function printSaved({ entries, ...saved }: SavedStore): string {
  return JSON.stringify({ format: FORMAT, ...saved, entries: Object.fromEntries(entries) }, null, 1);
}

/** Throws an error whose message names the fault. */
function parseSaved(text: string): SavedStore {
  const { format, etag, created, modified, entries } = requireRecord('the file', JSON.parse(text));
  if (format !== FORMAT) {
    throw new TypeError(`its format is ${JSON.stringify(format)}, and this version reads ${FORMAT}`);
  }
  if (typeof etag !== 'string' || !/^KV[0-9A-Z]{13}$/.test(etag))
    throw new TypeError('"etag" is not a version');
  if (typeof created !== 'number') throw new TypeError('"created" is not a number');
  if (typeof modified !== 'number') throw new TypeError('"modified" is not a number');
  return { etag, created, modified, entries: parseEntries(entries) };
}

function parseEntries(entries: unknown): Map<string, string> {
  const parsed = new Map<string, string>();
  for (const [key, value] of Object.entries(requireRecord('"entries"', entries))) {
    if (typeof value !== 'string') throw new TypeError(`the value of ${JSON.stringify(key)} is not a string`);
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
