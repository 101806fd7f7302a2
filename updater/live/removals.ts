import { decodeEntry, type Entry } from '../../core/entry/entry.ts';
import type { Change } from '../../core/live/change.ts';
import type { LiveChanges } from '../../core/live/live-file.ts';
import { removalOf } from '../../core/plan/policies/removal.ts';
import type { Hostname } from '../../core/wire/brands.ts';

/**
 * The changes that take an address, viewers or a whole hostname away, as the truth says them before the store is written: without an
 * address, since the new one is not in the store yet.
 *
 * @param values to write, tombstones included
 * @param owned the deployment's entries before
 */
export function removalsIn(
  values: ReadonlyMap<Hostname, string>,
  owned: ReadonlyMap<Hostname, Entry>,
  changes: LiveChanges,
): LiveChanges {
  const isRemoval = (key: Hostname) => {
    const before = owned.get(key);
    const after = decodeEntry(values.get(key) ?? '');
    return before !== undefined && (after === undefined || removalOf(before, after) !== undefined);
  };
  return new Map(
    [...changes].filter(([key]) => isRemoval(key)).map(([key, change]) => [key, withoutAddress(change)]),
  );
}

function withoutAddress(change: Change): Change {
  return change.fact.is === 'app' ? { ...change, fact: { is: 'other' } } : change;
}
