import { decodeEntry, type Entry, ownerOf } from '../entry/entry.ts';
import type { Entries } from './plan.ts';

/** What stands under one owner's hostnames: entries, and hostnames that have none. */
export interface Found {
  entries: ReadonlyMap<string, Entry>;
  missing: readonly string[];
}

/** Keys that two contents of a store do not have in common, where either has an entry of `owner`. */
export function changedFor(owner: string, left: Entries, found: Entries): string[] {
  const isOurs = (value: string | undefined) => value !== undefined && ownerOf(value) === owner;
  const keys = new Set([...left.keys(), ...found.keys()]);
  return [...keys].filter((key) => {
    const [was, is] = [left.get(key), found.get(key)];
    return was !== is && (isOurs(was) || isOurs(is));
  });
}

/** What `content` has under hostnames of `owner`. What can't be read, or is somebody else's by now, is none of its entries. */
export function foundAt(owner: string, hostnames: Iterable<string>, content: Entries): Found {
  const entries = new Map<string, Entry>();
  const missing: string[] = [];
  for (const hostname of hostnames) {
    const entry = decodeEntry(content.get(hostname) ?? '');
    if (entry?.owner === owner) entries.set(hostname, entry);
    else missing.push(hostname);
  }
  return { entries, missing };
}
