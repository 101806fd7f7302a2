import { decisionsPrefix } from '../../core/journal/journal-key.ts';
import { type DecisionRecord, parseRecord } from '../../core/journal/journal-record.ts';
import { Fault } from '../../core/schema.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { ObjectPlace } from '../object-place.ts';

/** The decisions of a period. */
export interface Decisions {
  records: DecisionRecord[];
  /** Objects that this version cannot read. */
  unreadable: { key: string; fault: Fault }[];
}

/** Objects that are fetched at the same time. */
const AT_A_TIME = 32;

const DAY_MS = 86_400_000;

/**
 * Reads the decisions of the UTC days from `since` to `until` inclusive, in any order.
 *
 * @param seen keys that are left out; the keys of this reading are added
 */
export async function readDecisions(
  place: ObjectPlace,
  since: Milliseconds,
  until: Milliseconds,
  seen = new Set<string>(),
): Promise<Decisions> {
  const found: Decisions = { records: [], unreadable: [] };
  const keys: string[] = [];
  for (let day = Math.floor(since / DAY_MS); day <= Math.floor(until / DAY_MS); day++) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    for (const key of await place.listKeys(decisionsPrefix(date))) if (!seen.has(key)) keys.push(key);
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
