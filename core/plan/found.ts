import { decodeEntry, deploymentOf, type Entry } from '../entry/entry.ts';
import type { Entries } from './plan.ts';

/** What stands under one deployment's hostnames: entries, and hostnames that have none. */
export interface Found {
  entries: ReadonlyMap<string, Entry>;
  missing: readonly string[];
}

/** Keys that two contents of a store do not have in common, where either has an entry of `deployment`. */
export function findChanged(deployment: string, left: Entries, found: Entries): string[] {
  const isOurs = (value: string | undefined) => value !== undefined && deploymentOf(value) === deployment;
  const keys = new Set([...left.keys(), ...found.keys()]);
  return [...keys].filter((key) => {
    const [was, is] = [left.get(key), found.get(key)];
    return was !== is && (isOurs(was) || isOurs(is));
  });
}

/** What `content` has under hostnames of `deployment`. What can't be read, or is somebody else's by now, is none of its entries. */
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
