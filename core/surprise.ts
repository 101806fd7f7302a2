import { decodeEntry, type Entry } from './entry.ts';
import type { Entries } from './plan.ts';

/** A key whose value is not what was left there; undefined for none. */
export interface Surprise {
  was: string | undefined;
  is: string | undefined;
}

/** Every key that two contents of a store do not have in common. */
export function surprisesIn(left: Entries, found: Entries): Map<string, Surprise> {
  const keys = new Set([...left.keys(), ...found.keys()]);
  const pairs = [...keys].map((key): [string, Surprise] => [key, { was: left.get(key), is: found.get(key) }]);
  return new Map(pairs.filter(([, { was, is }]) => was !== is));
}

/** What surprises mean for one owner's hostnames: entries that it did not know of, and hostnames that it no longer has. */
export interface Found {
  entries: ReadonlyMap<string, Entry>;
  missing: readonly string[];
}

/** The surprises among the entries of `owner`. */
export function foundBy(owner: string, surprises: ReadonlyMap<string, Surprise>): Found {
  const owned = (value: string | undefined) => {
    const entry = value === undefined ? undefined : decodeEntry(value);
    return entry?.owner === owner ? entry : undefined;
  };
  const entries = new Map<string, Entry>();
  const missing: string[] = [];
  for (const [hostname, { was, is }] of surprises) {
    const entry = owned(is);
    if (entry) entries.set(hostname, entry);
    else if (owned(was)) missing.push(hostname);
  }
  return { entries, missing };
}
