import { type EntryState, entryState } from '../entry/rule.ts';
import {
  anyText,
  type Fault,
  instant,
  listOf,
  objectWith,
  oneOf,
  optional,
  parseDocument,
  type Schema,
} from '../schema.ts';
import type { Hostname, InstanceId, Milliseconds } from '../wire/brands.ts';
import { CAUSE, type Cause } from './cause.ts';

/** The days of one hostname that its file has. */
const HISTORY_DAYS = 7;

/** Days after its last change when a file is deleted. By then all its moments but the last are older than it may tell. */
export const HISTORY_EXPIRY_DAYS = 30;

const HISTORY_MS: Milliseconds = HISTORY_DAYS * 86_400_000;

/** Most moments of one file: a name that changes all day keeps its newest ones. */
export const MOST_MOMENTS = 100;

/** `_proxy/history/<hostname>.json`: the last days of one hostname. */
export interface HistoryFile {
  version: 1;
  hostname: Hostname;
  /** The newest last. The first is the one that held when the seven days began. */
  moments: HistoryMoment[];
}

/** True if a name is gone because the lease of the moment before has ended. No event reports that. */
export function isLeaseEnd(
  { state, at }: Pick<HistoryMoment, 'state' | 'at'>,
  before: Pick<HistoryMoment, 'expiresAt'> | undefined,
): boolean {
  const end = before?.expiresAt;
  return state === 'gone' && end !== undefined && Date.parse(end) <= Date.parse(at);
}

/** The state of a hostname from one moment until the next. */
export interface HistoryMoment {
  /** ISO 8601, UTC: when the store accepted it. Edges follow within a minute. */
  at: string;
  /** `gone`: there was no entry. */
  state: EntryState | 'gone';
  instances: InstanceId[];
  /** ISO 8601, UTC: the end of its lease. Then the name is gone, without a moment of its own. */
  expiresAt?: string;
  /** `written`: by the updater at that time. `found`: it stood so, and no run that could write this file wrote it. */
  how: 'written' | 'found';
  /** The most telling first; empty if none is known. */
  causes: Cause[];
}

const isAnyState = oneOf('gone');
const state: Schema<EntryState | 'gone'> = (json) => (json === 'gone' ? isAnyState(json) : entryState(json));

const FILE = objectWith<HistoryFile>({
  version: oneOf(1),
  hostname: anyText,
  moments: listOf(
    objectWith<HistoryMoment>({
      at: instant,
      state,
      instances: listOf(anyText),
      expiresAt: optional(instant),
      how: oneOf('written', 'found'),
      causes: listOf(CAUSE),
    }),
  ),
});

/** Parses the file, or says where it differs from the output of `addMoments`. */
export function parseHistoryFile(body: string): HistoryFile | Fault {
  return parseDocument(body, FILE);
}

/** The facts about a hostname at one time, for people. */
export type HistoryState = Pick<HistoryMoment, 'state' | 'instances' | 'expiresAt'>;

/** A change of one hostname. */
export interface HistoryChange {
  /** The state before it. */
  before: HistoryState;
  /** ISO 8601, UTC: since when, as far as that is known. */
  beforeSince?: string;
  after: HistoryMoment;
}

/**
 * The file with one more change. If it does not know what stood before, it notes that as found. A change at the time of the last
 * moment replaces that one, because its causes are better known.
 *
 * @param file undefined for a hostname without a file
 */
export function addChange(
  file: HistoryFile | undefined,
  hostname: Hostname,
  { before, beforeSince, after }: HistoryChange,
): HistoryFile {
  const known = (file?.moments ?? []).filter(({ at }) => at < after.at);
  const last = known.at(-1);
  const isKnown = last === undefined ? before.state === 'gone' : isSameState(last, before);
  const isPlausible = beforeSince !== undefined && beforeSince < after.at && beforeSince > (last?.at ?? '');
  // Without a better one, the last time at which it stood so.
  const at = isPlausible ? beforeSince : new Date(Date.parse(after.at) - 1).toISOString();
  const found: HistoryMoment[] = isKnown ? [] : [{ ...before, at, how: 'found', causes: [] }];
  return { version: 1, hostname, moments: keepRecent([...known, ...found, after], Date.parse(after.at)) };
}

/** Whether nothing differs that people are told. */
export function isSameState(a: HistoryState, b: HistoryState): boolean {
  return a.state === b.state && a.expiresAt === b.expiresAt && a.instances.join() === b.instances.join();
}

/** The moments of the last days, and the one that held when they began. */
function keepRecent(moments: readonly HistoryMoment[], now: Milliseconds): HistoryMoment[] {
  const first = moments.findLastIndex(({ at }) => Date.parse(at) <= now - HISTORY_MS);
  return moments.slice(Math.max(0, first)).slice(-MOST_MOMENTS);
}
