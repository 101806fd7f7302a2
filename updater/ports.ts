import type { Instance } from '../core/instance.ts';
import type { Figures } from '../core/metrics.ts';
import type { Changes, Entries } from '../core/plan/plan.ts';
import type { SecretVersions } from '../core/session/key-generations.ts';
import type { InstanceId, InterfaceId, Milliseconds, Seconds } from '../core/wire/brands.ts';

/** A part of the fleet that could not be listed. */
export interface FailedSource {
  source: SourceName;
  /** The error's name, which the portal shows to all viewers. */
  error: string;
  /** The error's text, for log and journal only: a refusal names accounts and roles. */
  reason: string;
}

/** Instances that EC2 lists now, and the sources that did not answer. */
export interface Listing {
  /** Every instance that was listed. Each is reliable, even if others are missing. */
  instances: readonly Instance[];
  /** Sources whose instances may be missing. An unlisted instance is absent only if there are none. */
  failures: readonly FailedSource[];
}

/** The instances that a deployment routes to. Never throws: the listing names the sources that failed. */
export interface Fleet {
  /**
   * Lists every instance that has a `proxy:*` tag, and those of `also` that exist, whatever their tags. The request for
   * tagged instances starts before `also` resolves. Rejects only if `also` does.
   */
  list(also: readonly InstanceId[] | Promise<readonly InstanceId[]>): Promise<Listing>;
  /** Reads those of `ids` that exist. Sources in `without` failed a moment ago; they are skipped and not reported again. */
  read(ids: readonly InstanceId[], without: readonly FailedSource[]): Promise<Listing>;
  /** Reads those instances that exist, and those that have one of the interfaces, each from its source alone. */
  readFrom(wanted: Wanted): Promise<Listing>;
  /** The source with the instances of this account and region; undefined if there is none. */
  sourceOf(place: Place): SourceName | undefined;
}

/** Instances to read, by id or by a network interface, and the source of each. */
export interface Wanted {
  instances: ReadonlyMap<InstanceId, SourceName>;
  /** A source finds no instance by an attachment. */
  interfaces: ReadonlyMap<InterfaceId, SourceName>;
}

/** `eu-west-1`, or `444455556666/eu-west-1` in another account. */
export type SourceName = string;

/** The account and region of an instance or of an event about it. */
export interface Place {
  account: string;
  region: string;
}

/** Version and size of a store. */
export interface StoreVersion {
  /** The version of the whole store: every write by any writer changes it. */
  etag: string;
  items: number;
  /** Total size of keys and values. */
  bytes: number;
}

/** Outcome of one write. All of them are expected; only `applied` changed anything. */
export type WriteOutcome =
  | ({ outcome: 'applied' } & StoreVersion)
  /** The store is no longer at that version: another writer was faster, or the response to our own write was lost. */
  | { outcome: 'conflict' }
  /** The service rejects something in the write. The rest may be accepted without it. */
  | { outcome: 'refused'; reason: string }
  /** The store has no room for it. */
  | { outcome: 'full'; reason: string };

/** Thrown if the store does not exist or access is denied. A retry is useless; a person has to act. */
export class StoreClosedError extends Error {
  override name = 'StoreClosedError';
}

/** The table from hostnames to values that the edges read. */
export interface RouteStore {
  /** Costs one call, and tells whether another writer changed the store. */
  describe(): Promise<StoreVersion>;
  /**
   * Lists every key. Costs a call for each 50 keys. The listing is not a snapshot, but a version that was described before it is
   * not newer than any of its pages, so a write under that version fails if the store changed meanwhile.
   */
  list(): Promise<Entries>;
  /** The value of one key, at least as new as a version described before; undefined if the key is absent. */
  get(key: string): Promise<string | undefined>;
  /**
   * Applies all puts and deletes, or none, if the store is still at `etag`. At most 50 keys; deleting an absent key is not
   * an error. After any error but {@link StoreClosedError} the write may have been applied.
   *
   * @throws StoreClosedError
   */
  write(changes: Changes, etag: string): Promise<WriteOutcome>;
}

/** One small document that outlives the process. */
export interface Notebook {
  /** Returns the document and its version, `same` if the version is still `known`, or `absent`. */
  load(known: string | undefined): Promise<{ body: string; version: string } | 'same' | 'absent'>;
  /** Overwrites the document and returns its new version. */
  save(body: string): Promise<string>;
}

/** A document that several processes change. */
export interface SharedNotebook extends Notebook {
  /**
   * Overwrites the document if it is still at this version; `absent`: if there is none. Returns its new version, or `changed` if
   * nothing was written. If an answer was lost, it may be `changed` although it was written.
   */
  replace(body: string, version: string): Promise<string | 'changed'>;
}

/** An append-only record of events and decisions. */
export interface Journal {
  /** Writes `body` once under `key`. A second write of the same key is a `duplicate`, not an error. */
  append(key: string, body: string): Promise<'written' | 'duplicate'>;
}

/** The queue that delivers the events. */
export interface BatchQueue {
  /**
   * Sets the time after which the messages of a delivery come back, counted from now, unless they are handled.
   *
   * @param receipts of one delivery
   */
  returnAfter(receipts: readonly string[], delay: Seconds): Promise<void>;
}

/** Where the updater's metrics go (core/metrics.ts). */
export interface Metrics {
  /** Sends the figures of one run. Called once a run, even if it failed. */
  send(figures: Figures): void;
}

/** The IPv6 addresses of a name; `absent` if the name has none or does not exist. */
export type DnsAnswer = readonly string[] | 'absent' | 'no answer';

/** DNS as the public sees it. */
export interface Resolver {
  /** Looks up the AAAA records of a name. Never rejects: a server that fails or stays silent gives no answer. */
  resolve6(name: string): Promise<DnsAnswer>;
}

/** A secret text. */
export interface Secret {
  /** Reads the current value. */
  read(): Promise<string>;
}

/** A secret text whose earlier value still counts for a while. */
export interface VersionedSecret {
  readVersions(): Promise<SecretVersions>;
}

/** Time and random numbers, passed in so that tests control both. */
export interface Clock {
  now(): Milliseconds;
  sleep(time: Milliseconds): Promise<void>;
  /** Calls `ring` once after this time, unless the returned function is called first. */
  alarm(time: Milliseconds, ring: () => void): () => void;
  /** A random number in [0, 1). */
  random(): number;
}
