import { type Access, isSameAccess, numbered } from '../entry/access.ts';
import { decodeEntry, type Entry, encodeEntry, shareMember } from '../entry/entry.ts';
import { deploymentOf, isSequence, type Mark } from '../entry/mark.ts';
import { isTombstone } from '../entry/tombstone.ts';
import { LayeredMap } from '../layered-map.ts';
import type { DeploymentId, Seconds } from '../wire/brands.ts';
import { type Decoded, decodeContent } from './decoded.ts';

/** Keys and values as the store holds them. */
export type Entries = ReadonlyMap<string, string>;

/** The writes that bring a store to the desired state. */
export interface Changes {
  puts: ReadonlyMap<string, string>;
  deletes: ReadonlySet<string>;
}

/** A desired name whose key holds a value of another deployment, or one written by hand. */
export interface Occupied {
  hostname: string;
  /** The other deployment; undefined for a value that no deployment wrote. */
  deployment: DeploymentId | undefined;
}

export interface Plan {
  changes: Changes;
  occupied: readonly Occupied[];
}

/** The entries of `current` that carry `deployment`'s mark and that this version reads. */
export function ownedEntries(current: Entries, deployment: DeploymentId): Map<string, Entry> {
  const owned = new Map<string, Entry>();
  for (const [key, value] of current) {
    const entry = decodeEntry(value);
    if (entry?.deployment === deployment) owned.set(key, entry);
  }
  return owned;
}

/**
 * The changes that turn `current` into `desired` for one deployment. Pure.
 *
 *     in current           in desired       change
 *     absent               entry            put
 *     ours, same content   entry            –        (the sequence number is not content)
 *     ours, other content  entry            put      (or not readable by this version: our mark is what counts)
 *     ours                 absent           delete
 *     not ours             entry            –        reported as occupied: the incumbent wins
 *     not ours             absent           –
 *     a tombstone          entry            put      (of any deployment)
 *     a tombstone          absent           –        (tombstones.ts)
 *
 * The number of a gated entry is that of the write in which its access or its claimant last changed: the instances of the entry
 * in the store and of the new one have no member in common.
 *
 * @param sequence number that every put carries
 * @param decoded what the deployment has in `current`, where it is decoded already
 */
export function plan(
  current: Entries,
  desired: ReadonlyMap<string, Entry>,
  deployment: DeploymentId,
  sequence: number,
  { owned, unreadable }: Pick<Decoded, 'owned' | 'unreadable'> = decodeContent(current, deployment),
): Plan {
  const puts = new Map<string, string>();
  const occupied: Occupied[] = [];
  for (const [hostname, wanted] of desired) {
    const mine = owned.get(hostname);
    const access = numberAccess(wanted, mine, sequence);
    const entry = access === wanted.access ? wanted : { ...wanted, access };
    const holder = mine ?? findHolder(current.get(hostname));
    if (holder && holder.deployment !== deployment)
      occupied.push({ hostname, deployment: holder.deployment });
    else if (mine === undefined || encodeContent(mine) !== encodeContent(entry)) {
      puts.set(hostname, encodeEntry({ ...entry, sequence }));
    }
  }
  const deletes = [...owned.keys(), ...unreadable.keys()].filter((key) => !desired.has(key));
  return { changes: { puts, deletes: new Set(deletes) }, occupied };
}

function numberAccess(wanted: Entry, mine: Entry | undefined, sequence: number): Access {
  const isSame = mine && isSameAccess(mine.access, wanted.access) && isSameClaimant(mine, wanted);
  return isSame ? mine.access : numbered(wanted.access, sequence);
}

function isSameClaimant(mine: Entry, wanted: Entry): boolean {
  return wanted.instances.length === 0 || shareMember(mine, wanted);
}

/** The holder of a key: undefined if it is free, without a deployment if no deployment wrote the value. */
function findHolder(value: string | undefined): { deployment: DeploymentId | undefined } | undefined {
  return value === undefined || isTombstone(value) ? undefined : { deployment: deploymentOf(value) };
}

function encodeContent(entry: Entry): string {
  return encodeEntry({ ...entry, sequence: 0 });
}

/**
 * The number for the next write: higher than any that values of the deployment carry or ever carried. The clock covers
 * forgotten numbers, because seconds pass faster than writes.
 *
 * @param marks of the deployment's entries and tombstones
 * @param known the highest remembered number
 */
export function nextSequence(marks: Iterable<Pick<Mark, 'sequence'>>, known: number, now: Seconds): number {
  let highest = isSequence(known) ? Math.max(known, now) : now;
  for (const { sequence } of marks) if (sequence > highest && isSequence(sequence)) highest = sequence;
  return highest + 1;
}

/** The keys of puts and deletes. */
export function keysOf({ puts, deletes }: Changes): string[] {
  return [...puts.keys(), ...deletes];
}

export function isEmpty(changes: Changes): boolean {
  return changes.puts.size === 0 && changes.deletes.size === 0;
}

/** The content of the store after `changes`. */
export function applyChanges(current: Entries, { puts, deletes }: Changes): Entries {
  return LayeredMap.from(current).with(puts, deletes);
}
