import type { Instance } from '../core/instance.ts';
import type { Figures } from '../core/metrics.ts';
import type { Changes, Entries } from '../core/plan.ts';

/** The instances that a deployment routes to, as EC2 says now. */
export interface Fleet {
  /**
   * Every instance that carries a `proxy:*` tag, and those of `also` that still exist whatever their tags.
   * Complete or thrown: a partial page, a throttled call or an outage is an error, never a shorter list.
   */
  list(also: readonly string[]): Promise<Instance[]>;
}

/** Version and size of a store. */
export interface StoreVersion {
  /** Versions the whole store: any write by anyone changes it. */
  etag: string;
  items: number;
  /** Keys and values together. */
  bytes: number;
}

/** What one write came to: a lost race is an expected outcome, not an error. */
export type WriteOutcome = ({ outcome: 'applied' } & StoreVersion) | { outcome: 'conflict' };

/** The hostname → value table that edges read. */
export interface RouteStore {
  /** One call; cheap enough to ask "is it still mine?". */
  describe(): Promise<StoreVersion>;
  /**
   * Every key. Costs a call for each 50 keys and is no snapshot: a version described before it is not newer than any
   * of them, so that a write under it fails when something changed meanwhile.
   */
  list(): Promise<Entries>;
  /**
   * All puts and deletes or none, if the store is still at `etag`. At most 50 keys.
   * Deleting an absent key is no error.
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

/** Time and chance, so that tests can decide both. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
}
