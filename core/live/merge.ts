import type { Seconds } from '../wire/brands.ts';
import { type Change, isCurrent } from './change.ts';
import { currentChanges, type LiveChanges } from './live-file.ts';

/** The changes with newer ones, without those that are too old. Of two changes of a key the higher number stays, then the later news. */
export function addChanges(changes: LiveChanges, news: LiveChanges, now: Seconds): LiveChanges {
  const current = currentChanges(changes, now);
  const merged = new Map(current);
  for (const [key, change] of news) {
    const known = current.get(key);
    if (known === undefined || known.sequence <= change.sequence) merged.set(key, keepTime(known, change));
  }
  return currentChanges(merged, now);
}

/**
 * The changes as the store confirms them. A change that the store does not have was never made, or was undone, and is dropped. No
 * address takes its place: if its write is still under way, it could be the one that the write removes.
 *
 * @param stored the change that wrote the value of a key; undefined for a key without a value of the deployment
 * @param recent the keys whose values were written not long ago
 */
export function confirmChanges(
  changes: LiveChanges,
  stored: (key: string) => Change | undefined,
  recent: Iterable<string>,
  now: Seconds,
): LiveChanges {
  const confirmed = new Map<string, Change>();
  for (const key of new Set([...changes.keys(), ...recent])) {
    const [known, found] = [changes.get(key), stored(key)];
    const change = known && !isCurrent(known, now) ? found : confirm(known, found);
    if (change) confirmed.set(key, keepTime(known, change));
  }
  return currentChanges(confirmed, now);
}

function confirm(known: Change | undefined, found: Change | undefined): Change | undefined {
  // A tombstone is taken out after some minutes.
  if (found === undefined) return known?.fact.is === 'gone' ? known : undefined;
  return known === undefined || found.sequence >= known.sequence || found.fact.is !== 'app'
    ? found
    : undefined;
}

/** A change that is known already keeps its time. */
function keepTime(known: Change | undefined, change: Change): Change {
  return known?.sequence === change.sequence && known.at < change.at ? { ...change, at: known.at } : change;
}

/** Whether two shards have the same changes. Changes that are too old do not count. */
export function isSameTruth(one: LiveChanges, other: LiveChanges, now: Seconds): boolean {
  const text = (changes: LiveChanges) =>
    JSON.stringify([...currentChanges(changes, now)].sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
