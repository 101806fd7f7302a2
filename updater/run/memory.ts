import type { Entry } from '../../core/entry/entry.ts';
import type { Suspects } from '../../core/journal/changes-file.ts';
import type { HistoryChange } from '../../core/journal/history-file.ts';
import type { Listed } from '../../core/journal/routes-file.ts';
import type { Drift, WriteTime } from '../../core/journal/status-file.ts';
import type { LayeredMap } from '../../core/layered-map.ts';
import { type Decoded, decodeContent } from '../../core/plan/decoded.ts';
import type { Entries } from '../../core/plan/plan.ts';
import type { DeploymentId, Hostname, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import { TagMemo } from '../index/tag-memo.ts';
import type { StoreVersion } from '../ports.ts';
import type { Coverage } from '../read/coverage.ts';

/** The memory of one process of the updater, from run to run. It saves calls and work; losing it changes no decision. */
export interface Memory {
  /** Size at which the service refused a write although the documented limit was not reached. */
  capacity: number | undefined;
  /** Content that the service refused, by hostname. */
  refusals: Map<Hostname, { content: string; reason: string }>;
  /** The store's content when a run last read it, decoded. */
  decoded: Decoded | undefined;
  /** Set if the last reconcile read the whole fleet and left nothing undone. */
  coverage: Coverage | undefined;
  /** The last complete decision, by instance and by hostname; undefined if the last run left something in doubt. */
  index: FleetIndex | undefined;
  /** The parsed tags of the instances of the last decisions. */
  readonly tags: TagMemo;
  /** All that the last run knew for people, and the number of takeovers of the store by then. */
  listed: { list: Listed; takeovers: number } | undefined;
  /** Changes that the files of histories lack. */
  histories: DueHistories;
  /** Changes whose caller may still become known. */
  uncalled: Uncalled;
  /** The status for the engineer on call. */
  status: KnownStatus | undefined;
  /** The list of routes that was published last. */
  published: PublishedRoutes | undefined;
  /** The access rules that were published last. */
  access: PublishedAccess | undefined;
}

/** Changes that are not in their files yet, by hostname, oldest first. */
export type DueHistories = ReadonlyMap<Hostname, readonly HistoryChange[]>;

/** The last change of each hostname whose caller is not known. */
export type Uncalled = ReadonlyMap<Hostname, HistoryChange>;

/** The status for the engineer on call, as this environment knows it. */
export interface KnownStatus {
  /** The number of takeovers of the store by then. */
  takeovers: number;
  writes: readonly WriteTime[];
  drift: Drift | undefined;
  /** Writes of one day (UTC). */
  day: { date: string; writes: number };
  store: StoreVersion | undefined;
  /** The last document without its times, and when it was written. */
  saved: { content: string; at: Milliseconds };
}

/** The access rules, as this environment published them last. */
export interface PublishedAccess {
  /** The number of takeovers of the store by then. */
  takeovers: number;
  /** The orders to sign out. */
  people: string;
  /** The entries by then. */
  entries: LayeredMap<Hostname, Entry>;
  writtenAt: Seconds;
}

/** The list of routes, as this environment published it last. */
export interface PublishedRoutes {
  /** The number of takeovers of the store by then. */
  takeovers: number;
  /** The last document, without its time. */
  content: string;
  /** The list in `routes.json`. */
  whole: Listed & { updatedAt: string };
  /** The list by then. */
  list: Listed;
  /** Names that may differ from those of the whole list. */
  suspects: Suspects;
}

export function createMemory(): Memory {
  return {
    capacity: undefined,
    refusals: new Map(),
    decoded: undefined,
    coverage: undefined,
    index: undefined,
    tags: new TagMemo(),
    listed: undefined,
    histories: new Map(),
    uncalled: new Map(),
    status: undefined,
    published: undefined,
    access: undefined,
  };
}

/** Decodes a content for one deployment. Most of it is the same as in the last run, and is not decoded again. */
export function decodeAgain(memory: Memory, entries: Entries, deployment: DeploymentId): Decoded {
  if (memory.decoded?.entries !== entries)
    memory.decoded = decodeContent(entries, deployment, memory.decoded);
  return memory.decoded;
}
