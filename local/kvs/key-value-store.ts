import { randomBytes } from 'node:crypto';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import type { Clock, StoreVersion } from '../../updater/ports.ts';
import {
  checkUpdate,
  entryBytes,
  type Put,
  quotaExceeded,
  StoreError,
  type StoreUpdate,
} from './kvs-rules.ts';

export interface StoreOptions {
  clock: Pick<Clock, 'now'>;
  /**
   * The error for a stale or missing ETag. Users of AWS report `ValidationException` (the default), but the service's model names
   * `ConflictException`, so callers must handle both.
   */
  staleETag?: 'ValidationException' | 'ConflictException';
}

export interface StoreDescription extends StoreVersion {
  created: Milliseconds;
  modified: Milliseconds;
}

/** A write that the store accepted. */
export interface StoreWrite extends StoreVersion {
  at: Milliseconds;
  /** The new value of each key, or undefined for a removed one. */
  changed: ReadonlyMap<string, string | undefined>;
}

export interface Page {
  items: Put[];
  /** The last key of this page. Present if another page follows. */
  next?: string;
}

/**
 * A CloudFront KeyValueStore in memory, with the service's limits, refusals (StoreError) and versions, without HTTP. The ETag covers
 * the whole store, and a write must name the current one.
 */
export class KeyValueStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #staleETag: 'ValidationException' | 'ConflictException';
  readonly #created: Milliseconds;
  readonly #entries = new Map<string, string>();
  readonly #listeners = new Set<(write: StoreWrite) => void>();
  #etag = newETag();
  #modified: Milliseconds;
  #bytes = 0;
  /** The entries in listing order, sorted by the first listing of a version. */
  #sorted: Put[] | undefined;

  constructor({ clock, staleETag = 'ValidationException' }: StoreOptions) {
    this.#clock = clock;
    this.#staleETag = staleETag;
    this.#created = clock.now();
    this.#modified = this.#created;
  }

  /** All entries. The map changes with the store. */
  get entries(): ReadonlyMap<string, string> {
    return this.#entries;
  }

  describe(): StoreDescription {
    return { ...this.#version(), created: this.#created, modified: this.#modified };
  }

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  /** Lists at most `max` entries after the key `after`, in the order of their keys. */
  list({ max, after }: { max: number; after?: string }): Page {
    this.#sorted ??= sortedByKey(this.#entries);
    const start = after === undefined ? 0 : positionBehind(this.#sorted, after);
    const items = this.#sorted.slice(start, start + max);
    const next = start + max < this.#sorted.length ? items.at(-1)?.key : undefined;
    return next === undefined ? { items } : { items, next };
  }

  /** Applies all puts and deletes and returns the new version, or throws a StoreError and applies none. */
  update(update: StoreUpdate, ifMatch: string | undefined): StoreVersion {
    checkUpdate(update);
    this.#checkVersion(ifMatch);
    const changed = this.#changesOf(update);
    const bytes = this.#bytesAfter(changed);
    if (bytes > LIMITS.storeBytes) {
      const rule = 'Maximum size of an individual key value store';
      throw quotaExceeded(`${rule}: ${bytes} bytes after this update, at most ${LIMITS.storeBytes} fit`);
    }
    // Deleting only absent keys succeeds and keeps the version, as users of the real service report.
    if (changed.size > 0) this.#apply(changed, bytes);
    return this.#version();
  }

  /**
   * Calls `listener` after each accepted write that changed something, and returns a function that unsubscribes. A listener must
   * not throw, because the write has already happened.
   */
  onWrite(listener: (write: StoreWrite) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #version(): StoreVersion {
    return { etag: this.#etag, items: this.#entries.size, bytes: this.#bytes };
  }

  #checkVersion(ifMatch: string | undefined): void {
    if (ifMatch === this.#etag) return;
    throw new StoreError(this.#staleETag, 'Pre-Condition failed during update of Key-Value-Store');
  }

  #changesOf({ puts = [], deletes = [] }: StoreUpdate): Map<string, string | undefined> {
    const changed = new Map<string, string | undefined>();
    for (const { key, value } of puts) changed.set(key, value);
    for (const key of deletes) if (this.#entries.has(key)) changed.set(key, undefined);
    return changed;
  }

  #bytesAfter(changed: ReadonlyMap<string, string | undefined>): number {
    let bytes = this.#bytes;
    for (const [key, value] of changed) {
      const before = this.#entries.get(key);
      if (before !== undefined) bytes -= entryBytes(key, before);
      if (value !== undefined) bytes += entryBytes(key, value);
    }
    return bytes;
  }

  #apply(changed: ReadonlyMap<string, string | undefined>, bytes: number): void {
    for (const [key, value] of changed) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
    this.#sorted = undefined;
    this.#bytes = bytes;
    this.#etag = newETag();
    this.#modified = this.#clock.now();
    const write = { ...this.#version(), at: this.#modified, changed };
    for (const listener of this.#listeners) listener(write);
  }
}

/** 64 random bits in the service's format (`KV3UN6WX5RRO2AG`), so that no version occurs twice, not even in two stores. */
function newETag(): string {
  const number = BigInt(`0x${randomBytes(8).toString('hex')}`);
  return `KV${number.toString(36).toUpperCase().padStart(13, '0')}`;
}

function sortedByKey(entries: ReadonlyMap<string, string>): Put[] {
  const puts = Array.from(entries, ([key, value]) => ({ key, value }));
  return puts.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Index of the first key greater than `key`. A binary search, because the listing of a full store calls it hundreds of times. */
function positionBehind(sorted: readonly Put[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = sorted[middle];
    if (candidate && candidate.key <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
