import { type Access, withoutRule } from '../entry/access.ts';
import type { Entry } from '../entry/entry.ts';
import type { Mark } from '../entry/mark.ts';
import { encodeTombstone, TOMBSTONE_SECONDS, type Tombstone } from '../entry/tombstone.ts';
import type { Hostname, Seconds } from '../wire/brands.ts';
import type { Changes } from './plan.ts';

/** The write that puts a tombstone in place of each entry to delete. */
export function placeTombstones(
  { puts, deletes }: Changes,
  owned: ReadonlyMap<Hostname, Entry>,
  facts: Mark & { goneAt: Seconds },
): Changes {
  const accessOf = (hostname: Hostname): Access => withoutRule(owned.get(hostname)?.access ?? 'public');
  const tombstones = [...deletes].map((hostname): [Hostname, string] => [
    hostname,
    encodeTombstone({ ...facts, access: accessOf(hostname) }),
  ]);
  return { puts: new Map([...puts, ...tombstones]), deletes: new Set() };
}

/**
 * Hostnames whose tombstones have stood long enough. So has one from the future: a clock that was ahead wrote it, and
 * nothing else would take it out until then. Old ones wait for younger ones for as long again, so that hostnames that come and go
 * share a write.
 */
export function findOldTombstones(tombstones: ReadonlyMap<Hostname, Tombstone>, now: Seconds): Hostname[] {
  const ages = [...tombstones].map(([hostname, { goneAt }]) => [hostname, Math.abs(now - goneAt)] as const);
  const old = ages.filter(([, age]) => age >= TOMBSTONE_SECONDS);
  const mayWait = old.length < ages.length && old.every(([, age]) => age < 2 * TOMBSTONE_SECONDS);
  return mayWait ? [] : old.map(([hostname]) => hostname);
}
