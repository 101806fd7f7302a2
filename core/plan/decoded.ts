import { decodeEntry, type Entry, isServing } from '../entry/entry.ts';
import { deploymentOf, isSequence } from '../entry/mark.ts';
import { decodeTombstone, type Tombstone } from '../entry/tombstone.ts';
import { LayeredMap } from '../layered-map.ts';
import type { DeploymentId, Hostname } from '../wire/brands.ts';

/** A content of the store, and everything that one deployment has in it. */
export interface Decoded {
  entries: ReadonlyMap<Hostname, string>;
  /** The deployment's entries. */
  owned: LayeredMap<Hostname, Entry>;
  /** Those of them that instances with wrong tags keep for a while. */
  held: LayeredMap<Hostname, Entry>;
  /** Values with the deployment's mark that this version cannot read. */
  unreadable: LayeredMap<Hostname, string>;
  tombstones: LayeredMap<Hostname, Tombstone>;
  /** The highest number of the deployment's values, in this content and in those that it followed. */
  lastSequence: number;
}

const NONE = LayeredMap.from(new Map<string, never>());

const NOTHING: Decoded = {
  ...{ entries: NONE, owned: NONE, held: NONE, unreadable: NONE, tombstones: NONE },
  lastSequence: 0,
};

/**
 * Decodes the values of a deployment.
 *
 * @param known another content, decoded for the same deployment: equal values are not decoded again
 */
export function decodeContent(
  entries: ReadonlyMap<Hostname, string>,
  deployment: DeploymentId,
  known = NOTHING,
): Decoded {
  const owned = new Map<Hostname, Entry>();
  const held = new Map<Hostname, Entry>();
  const unreadable = new Map<Hostname, string>();
  const tombstones = new Map<Hostname, Tombstone>();
  let { lastSequence } = known;
  const keys = LayeredMap.differingKeys(known.entries, entries);
  for (const key of keys) {
    const value = entries.get(key);
    if (value === undefined || deploymentOf(value) !== deployment) continue;
    const entry = decodeEntry(value);
    const tombstone = entry ? undefined : decodeTombstone(value);
    const sequence = (entry ?? tombstone)?.sequence ?? 0;
    if (sequence > lastSequence && isSequence(sequence)) lastSequence = sequence;
    if (entry) owned.set(key, entry);
    else if (tombstone) tombstones.set(key, tombstone);
    else unreadable.set(key, value);
    if (entry && !isServing(entry) && entry.claimEndsAt !== undefined) held.set(key, entry);
  }
  const follow = <V extends {}>(map: LayeredMap<Hostname, V>, now: ReadonlyMap<Hostname, V>) => {
    const left = keys.filter((key) => !now.has(key) && map.has(key));
    return now.size === 0 && left.length === 0 ? map : map.with(now, left);
  };
  return {
    entries,
    owned: follow(known.owned, owned),
    held: follow(known.held, held),
    unreadable: follow(known.unreadable, unreadable),
    tombstones: follow(known.tombstones, tombstones),
    lastSequence,
  };
}

/** The part of a content under some hostnames. It keeps the highest number of the whole. */
export function pickDecoded(decoded: Decoded, hostnames: Iterable<Hostname>): Decoded {
  const pick = <V extends {}>(map: ReadonlyMap<Hostname, V>) => {
    const found = [...hostnames].flatMap((hostname): [Hostname, V][] => {
      const value = map.get(hostname);
      return value === undefined ? [] : [[hostname, value]];
    });
    return LayeredMap.from(new Map(found));
  };
  return {
    entries: pick(decoded.entries),
    owned: pick(decoded.owned),
    held: pick(decoded.held),
    unreadable: pick(decoded.unreadable),
    tombstones: pick(decoded.tombstones),
    lastSequence: decoded.lastSequence,
  };
}
