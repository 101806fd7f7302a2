import { decodeEntry, type Entry } from '../entry/entry.ts';
import { deploymentOf } from '../entry/mark.ts';
import { LayeredMap } from '../layered-map.ts';
import type { Entries } from './plan.ts';

/** The entries of a deployment under some hostnames, and the hostnames without one. */
export interface Found {
  entries: ReadonlyMap<string, Entry>;
  missing: readonly string[];
}

/** Keys whose values differ between two contents of a store, if either value is an entry of `deployment`. */
export function findChanged(deployment: string, left: Entries, found: Entries): string[] {
  const isOurs = (value: string | undefined) => value !== undefined && deploymentOf(value) === deployment;
  const keys = LayeredMap.differingKeys(left, found);
  return keys.filter((key) => isOurs(left.get(key)) || isOurs(found.get(key)));
}

/** Finds the entries of `deployment` in `content`. A value that is unreadable or of another deployment counts as missing. */
export function findOwned(deployment: string, hostnames: Iterable<string>, content: Entries): Found {
  const entries = new Map<string, Entry>();
  const missing: string[] = [];
  for (const hostname of hostnames) {
    const entry = decodeEntry(content.get(hostname) ?? '');
    if (entry?.deployment === deployment) entries.set(hostname, entry);
    else missing.push(hostname);
  }
  return { entries, missing };
}
