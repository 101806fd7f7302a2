import {
  anyText,
  count,
  type Fault,
  instant,
  listOf,
  number,
  objectWith,
  oneOf,
  optional,
  parseDocument,
} from '../schema.ts';
import type { Hostname, Milliseconds } from '../wire/brands.ts';

/** `_proxy/status.json`: how the updater is, for the engineer on call. It is apart from the list, which mostly stays as it is. */
export interface StatusFile {
  version: 1;
  /** The deployment id. */
  deployment: string;
  /** ISO 8601, UTC. It is written at least every {@link STATUS_MS} while the updater is well. */
  updatedAt: string;
  /** ISO 8601, UTC: the end of the last sweep that has read the fleet and the store, as of `updatedAt`. */
  lastSweep?: string;
  /** The last sweep that had to repair something, because an event was lost or another writer wrote. Absent if none is known. */
  drift?: Drift;
  /** Absent until the store has been read. */
  store?: StoreUse;
  /** The last writes, oldest first: the time of the event and the milliseconds until the store had its change. */
  writes: WriteTime[];
}

export interface Drift {
  /** ISO 8601, UTC. */
  at: string;
  /** At most {@link MOST_DRIFTED}. */
  hostnames: Hostname[];
  count: number;
}

export interface StoreUse {
  /** All keys, those of other writers included. */
  keys: number;
  bytes: number;
  /** The size that CloudFront allows, in bytes. */
  limit: number;
  /** Calls that wrote it today (UTC); billed. */
  writesToday: number;
}

export interface WriteTime {
  /** ISO 8601, UTC: when the store had accepted the change. */
  at: string;
  /**
   * From the event to the store. EventBridge and CloudTrail give times in whole seconds, so it is up to a second too long.
   */
  milliseconds: Milliseconds;
}

/** A quiet updater writes the file this often, so that a reader can tell quiet from dead. */
export const STATUS_MS: Milliseconds = 300_000;

/** A status that is missing once may come late. */
const STALE_MS: Milliseconds = 2 * STATUS_MS;

/** True if the updater does not run, or cannot write: what it published may be out of date. */
export function isSilent({ updatedAt }: StatusFile, now: Milliseconds): boolean {
  return now - Date.parse(updatedAt) > STALE_MS;
}

/** Most hostnames of a drift that people are shown. */
export const MOST_DRIFTED = 20;

/** Most times of writes that are kept. */
export const MOST_WRITES = 200;

const FILE = objectWith<StatusFile>({
  version: oneOf(1),
  deployment: anyText,
  updatedAt: instant,
  lastSweep: optional(instant),
  drift: optional(objectWith<Drift>({ at: instant, hostnames: listOf(anyText), count })),
  store: optional(objectWith<StoreUse>({ keys: count, bytes: count, limit: count, writesToday: count })),
  writes: listOf(objectWith<WriteTime>({ at: instant, milliseconds: number })),
});

/** Parses the file, or says where it differs from the updater's output. */
export function parseStatusFile(body: string): StatusFile | Fault {
  return parseDocument(body, FILE);
}

/** Half and 95 % of the times are at most as long. Undefined without a time. */
export function percentilesOf(
  writes: readonly Pick<WriteTime, 'milliseconds'>[],
): { p50: Milliseconds; p95: Milliseconds } | undefined {
  const sorted = writes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return sorted.length === 0 ? undefined : { p50: at(0.5), p95: at(0.95) };
}
