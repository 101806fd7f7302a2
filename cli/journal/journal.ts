import { decisionsPrefix, decisionTime } from '../../core/journal/journal-key.ts';
import { type DecisionRecord, parseRecord } from '../../core/journal/journal-record.ts';
import { Fault } from '../../core/schema.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { ObjectPlace } from '../object-place.ts';
import { isWithin, type Period } from './times.ts';

/** The decisions of a period. */
export interface Decisions {
  records: DecisionRecord[];
  /** Objects that this version cannot read. */
  unreadable: { key: string; fault: Fault }[];
}

/** Objects that are fetched at the same time. */
const AT_A_TIME = 32;

/** The length of a day, in milliseconds. */
export const DAY_MS: Milliseconds = 86_400_000;

/** How much later than its time a decision may appear: a run, the write of its record, and clocks that differ. */
export const LATE: Milliseconds = 900_000;

/**
 * Reads the decisions of the runs that began in a period, in any order. Keys have whole seconds, so there may be some of the second
 * before.
 *
 * @param seen keys that are left out; the keys of this reading are added
 */
export async function readDecisions(
  place: ObjectPlace,
  period: Period,
  seen = new Set<string>(),
): Promise<Decisions> {
  const found: Decisions = { records: [], unreadable: [] };
  const keys: string[] = [];
  const isWanted = (key: string) => !seen.has(key) && mayBeWithin(decisionTime(key), period);
  const until = Math.min(period.until, Date.now() + LATE);
  for (let day = Math.floor(period.since / DAY_MS); day <= Math.floor(until / DAY_MS); day++) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    keys.push(...(await place.listKeys(decisionsPrefix(date))).filter(isWanted));
  }
  for (let i = 0; i < keys.length; i += AT_A_TIME) {
    const some = keys.slice(i, i + AT_A_TIME);
    const texts = await Promise.all(some.map((key) => place.readText(key)));
    for (const [index, text] of texts.entries()) {
      const record = parseRecord(text);
      if (record instanceof Fault) found.unreadable.push({ key: some[index] ?? '', fault: record });
      else found.records.push(record);
    }
  }
  for (const key of keys) seen.add(key);
  return found;
}

function mayBeWithin(second: Milliseconds | undefined, { since, until }: Period): boolean {
  return second === undefined || isWithin(second, { since: since - 999, until });
}
