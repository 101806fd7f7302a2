import { withoutPersons, withoutRule } from '../../entry/access.ts';
import { decodeEntry, encodeEntry } from '../../entry/entry.ts';
import { deploymentOf } from '../../entry/mark.ts';
import { encodeTombstone, isTombstone } from '../../entry/tombstone.ts';
import { asleep } from '../../entry/without-members.ts';
import { LIMITS } from '../../wire/limits.ts';
import type { Changes } from '../plan.ts';
import type { Policy, Scene } from './policy.ts';
import { removalOf } from './removal.ts';

/** Bytes that new names leave free, so that a change of an existing name always fits. */
export const RESERVE_BYTES = 50_000;

/** UTF-8 bytes. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Bytes by which a put changes the size of the store. */
function growth(key: string, value: string, { current }: Scene): number {
  const before = current.get(key);
  return bytesOf(value) - (before === undefined ? -bytesOf(key) : bytesOf(before));
}

/**
 * Passes the changes that fit into the store: first those that shrink it, then changes of existing names, then new names, the
 * oldest instances first. The rest waits, except that it loses addresses that are released. Existing routes are not affected.
 *
 * @param capacity bytes: the limit, or less if the service has refused before
 */
export function fitInto(capacity: number = LIMITS.storeBytes): Policy {
  return {
    apply: (changes, scene) => {
      let bytes = scene.bytes;
      for (const key of changes.deletes) bytes -= freedBytes(key, scene);
      const kept = new Set<string>();
      for (const put of ranked(changes, scene)) {
        const reserve = put.isNew ? Math.min(RESERVE_BYTES, capacity / 100) : 0;
        if (put.growth > 0 && bytes + put.growth > capacity - reserve) continue;
        bytes += put.growth;
        kept.add(put.key);
      }
      const puts = new Map([...changes.puts].filter(([key]) => kept.has(key)));
      for (const [key, value] of changes.puts) {
        const removal = kept.has(key) ? undefined : cutToRemoval(key, value, scene);
        if (removal !== undefined) puts.set(key, removal);
      }
      return { puts, deletes: changes.deletes } satisfies Changes;
    },
    explain: (hostname) => ({
      code: 'store-full',
      what: `${hostname} is not written: the store is full`,
      remedy: 'remove names that are not needed',
    }),
  };
}

/** True if the puts need the room of the deletes. */
export function isTight(changes: Changes, scene: Scene, capacity: number = LIMITS.storeBytes): boolean {
  const puts = [...changes.puts].map(([key, value]) => growth(key, value, scene));
  return scene.bytes + puts.reduce((sum, each) => sum + Math.max(each, 0), 0) > capacity;
}

/** Bytes that a delete frees: a tombstone takes the place of the value. */
function freedBytes(key: string, { current, owned, sequence }: Scene): number {
  const value = current.get(key) ?? '';
  const deployment = deploymentOf(value) ?? '';
  const access = withoutRule(owned.get(key)?.access ?? 'public');
  // The time of the write has as many digits.
  const tombstone = encodeTombstone({ access, deployment, sequence, goneAt: 1_795_440_120 });
  return bytesOf(value) - bytesOf(tombstone);
}

/**
 * A released address, and a viewer who is no longer admitted, go even if the rest of the change finds no room. A sleeping name needs
 * less room than any route, but its access rule may have become longer: then it admits no person until there is room.
 */
function cutToRemoval(key: string, value: string, scene: Scene): string | undefined {
  const before = scene.owned.get(key);
  const after = decodeEntry(value);
  const left = before && after && removalOf(before, after);
  if (left === undefined) return undefined;
  const closed = asleep(left);
  const values = [left, closed, { ...closed, access: withoutPersons(closed.access) }];
  return values
    .map((entry) => encodeEntry({ ...entry, sequence: scene.sequence }))
    .find((each) => growth(key, each, scene) <= 0);
}

function ranked({ puts }: Changes, scene: Scene) {
  const all = [...puts].map(([key, value]) => ({
    key,
    isNew: !scene.current.has(key) || isTombstone(scene.current.get(key)),
    growth: growth(key, value, scene),
    since: Math.min(...(decodeEntry(value)?.instances ?? []).map(({ launchedAt }) => launchedAt)),
  }));
  return all.sort(
    (a, b) =>
      Number(a.isNew) - Number(b.isNew) ||
      (a.isNew ? a.since - b.since : a.growth - b.growth) ||
      (a.key < b.key ? -1 : 1),
  );
}
