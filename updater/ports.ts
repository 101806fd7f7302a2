import type { Instance } from '../core/instance.ts';
import type { Figures } from '../core/metrics.ts';
import type { Changes, Entries } from '../core/plan/plan.ts';
import type { InstanceId, Milliseconds } from '../core/wire/brands.ts';

/** A part of the fleet that could not be listed. */
export interface FailedSource {
  /** `eu-west-1`, or `444455556666/eu-west-1` in another account. */
  source: string;
  /** Name of the error: the portal shows it to everybody. */
  error: string;
  /** What the error says, for log and journal: a refusal names accounts and roles. */
  reason: string;
}

/** What EC2 says now, and who did not answer. */
export interface Listing {
  /** Every instance that was seen. Each is a fact, whatever else is missing. */
  instances: readonly Instance[];
  /** Sources whose instances may be missing. Only without any is an instance that is not there absent. */
  failures: readonly FailedSource[];
}

/** The instances that a deployment routes to, as EC2 says now. Never throws: a source that fails is named in the listing. */
export interface Fleet {
  /**
   * Every instance that carries a `proxy:*` tag, and those of `also` that still exist whatever their tags. Who carries a tag
   * is asked for at once, while `also` may be still on its way; it rejects only if `also` does.
   */
  list(also: readonly InstanceId[] | Promise<readonly InstanceId[]>): Promise<Listing>;
  /** Those of `ids` that exist; sources that failed a moment ago are left out and not named again. */
  read(ids: readonly InstanceId[], without: readonly FailedSource[]): Promise<Listing>;
}

/** Version and size of a store. */
export interface StoreVersion {
  /** Versions the whole store: any write by anyone changes it. */
  etag: string;
  items: number;
  /** Keys and values together. */
  bytes: number;
}

/** What one write came to. All of these are expected; only `applied` changed anything. */
export type WriteOutcome =
  | ({ outcome: 'applied' } & StoreVersion)
  /** A lost race, or our own write whose response was lost: the store is no longer at that version. */
  | { outcome: 'conflict' }
  /** Something in the write is not acceptable; the rest may be, on its own. */
  | { outcome: 'refused'; reason: string }
  /** There is no room for it. */
  | { outcome: 'full'; reason: string };

/** Thrown when the store can't be used at all: it is not there, or we may not. Another try is useless, a person has to act. */
export class StoreClosed extends Error {
  override name = 'StoreClosed';
}

/** The hostname → value table that edges read. */
export interface RouteStore {
  /** One call; cheap enough to ask "is it still mine?". */
  describe(): Promise<StoreVersion>;
  /**
   * Every key. Costs a call for each 50 keys and is no snapshot: a version described before it is not newer than any
   * of them, so that a write under it fails when something changed meanwhile.
   */
  list(): Promise<Entries>;
  /** The value of one key, not older than a version that was described before; undefined when there is none. */
  get(key: string): Promise<string | undefined>;
  /**
   * All puts and deletes or none, if the store is still at `etag`. At most 50 keys.
   * Deleting an absent key is no error. Any error but {@link StoreClosed} leaves open whether it was applied.
   *
   * @throws StoreClosed
   */
  write(changes: Changes, etag: string): Promise<WriteOutcome>;
}

/** One small document that outlives an environment. */
export interface Notebook {
  /** The document and its version; `same` when the version is still `known`, `absent` when there is none. */
  load(known: string | undefined): Promise<{ body: string; version: string } | 'same' | 'absent'>;
  /** Overwrites; returns the new version. */
  save(body: string): Promise<string>;
}

/** Append-only record of what came in and what was done about it. */
export interface Journal {
  /** Writes `body` once under `key`; a second write of the same key is `duplicate`, not an error. */
  append(key: string, body: string): Promise<'written' | 'duplicate'>;
}

/** Where the updater's figures about itself go (core/metrics.ts). */
export interface Metrics {
  /** Takes what one run has to tell; called once a run, also for one that failed. */
  send(figures: Figures): void;
}

/** One secret text. */
export interface Secret {
  /** Its current value. */
  read(): Promise<string>;
}

/** Time and chance, so that tests can decide both. */
export interface Clock {
  now(): Milliseconds;
  sleep(time: Milliseconds): Promise<void>;
  /** Calls `ring` once after this time, unless what it returns is called before. */
  alarm(time: Milliseconds, ring: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}
