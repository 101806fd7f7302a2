import { decodeEntry, type Entry, encodeEntry, isServing, type ServingEntry } from '../../entry/entry.ts';
import { decodeTombstone, isTombstone } from '../../entry/tombstone.ts';
import { instanceKey, mayAdd, nextPace, type Pace, type Paces, WINDOW_SECONDS } from '../../pace.ts';
import type { Hostname, InstanceId, Seconds } from '../../wire/brands.ts';
import type { Changes } from '../plan.ts';
import type { Policy, Scene } from './policy.ts';
import { findMissing, narrows, removalOf } from './removal.ts';

/**
 * Limits names and instances that change too often to one addition or change a minute. A change that removes an address, closes a
 * name or admits fewer viewers always passes.
 */
export function brake(paces: Paces, now: Seconds): Policy {
  const isBraked = ({ hostname, ids }: Move) =>
    ![hostname, ...ids.map(instanceKey)].every((key) => mayAdd(paces.get(key), now));
  return {
    apply: ({ puts, deletes }, scene) => {
      const passed = new Map<string, string>();
      for (const [hostname, value] of puts) {
        const move = describeMove(hostname, value, scene);
        const kept = move.isRemoval || !isBraked(move) ? value : cutToRemoval(hostname, value, scene);
        if (kept !== undefined) passed.set(hostname, kept);
      }
      return { puts: passed, deletes } satisfies Changes;
    },
    explain: (hostname) => ({
      code: 'changes-too-often',
      what: `${hostname} or one of its instances has changed ten times in five minutes, so additions and changes are written once a minute at most, and removals at once`,
      remedy: 'the limit ends after five minutes without a change',
    }),
  };
}

/** How one change counts for the pace of a name and of its instances. */
interface Move {
  hostname: Hostname;
  /** The instances that come, go or move; all of them if only settings change. */
  ids: readonly InstanceId[];
  /** Only removes addresses or viewers. */
  isRemoval: boolean;
}

function describeMove(hostname: Hostname, value: string | undefined, { owned, current }: Scene): Move {
  const before = owned.get(hostname);
  const after = value === undefined ? undefined : decodeEntry(value);
  const come = findMissing(before, after);
  const go = findMissing(after, before);
  const ids = [...new Set([...come, ...go].map(({ id }) => id))];
  const closes = before !== undefined && isServing(before) && (after === undefined || !isServing(after));
  // An unreadable value may name an address; a tombstone names none.
  const isUnreadable = before === undefined && current.has(hostname) && !isTombstone(current.get(hostname));
  return {
    hostname,
    ids: ids.length > 0 ? ids : (after?.instances ?? []).map(({ id }) => id),
    isRemoval:
      after === undefined ||
      closes ||
      isUnreadable ||
      (come.length === 0 && (go.length > 0 || narrows(before, after))),
  };
}

/** The part of a change that removes addresses or viewers. The rest of the name stays, or waits closed for new members. */
function cutToRemoval(hostname: Hostname, value: string, { owned, sequence }: Scene): string | undefined {
  const before = owned.get(hostname);
  const after = decodeEntry(value);
  const left = before && after && isServing(after) ? removalOf(before, after) : undefined;
  if (left === undefined || after === undefined || !isServing(after)) return undefined;
  return encodeEntry({ ...(isServing(left) ? left : waiting(after)), sequence });
}

function waiting({ access, deployment, sequence, expiresAt, instances }: ServingEntry): Entry {
  const members = instances.map(({ id, launchedAt }) => ({ id, launchedAt }));
  const lease = expiresAt === undefined ? {} : { expiresAt };
  return { access, deployment, sequence, ...lease, state: 'starting', instances: members };
}

/** A run that changes more names and instances is a mass change, such as the first one of a store. */
const MASS = 2_000;

/**
 * The paces after changes. A change counts once for each name and once for each instance. Of a mass change only the names count
 * that were written a short time ago, so that the first fill of a store does not burden each run for five minutes.
 */
export function pacesAfter(paces: Paces, { puts, deletes }: Changes, scene: Scene, now: Seconds): Paces {
  const values = [...puts, ...[...deletes].map((hostname) => [hostname, undefined] as const)];
  const isRemoval = new Map<string, boolean>();
  const recent = new Set<string>();
  for (const [hostname, value] of values) {
    const move = describeMove(hostname, value, scene);
    const isRecent = now - writtenAt(hostname, scene) < WINDOW_SECONDS;
    for (const key of [hostname, ...move.ids.map(instanceKey)]) {
      isRemoval.set(key, move.isRemoval && isRemoval.get(key) !== false);
      if (isRecent) recent.add(key);
    }
  }
  const isMass = isRemoval.size > MASS;
  const moved = [...isRemoval]
    .filter(([key]) => !isMass || recent.has(key) || paces.has(key))
    .map(([key, is]): [string, Pace] => [key, nextPace(paces.get(key), is, now)]);
  return moved.length === 0 ? paces : new Map([...paces, ...moved]);
}

/** About when a name was written: sequence numbers follow the clock. */
function writtenAt(hostname: Hostname, { owned, current }: Scene): Seconds {
  const value = owned.get(hostname) ?? decodeTombstone(current.get(hostname) ?? '');
  return value?.sequence ?? Number.NEGATIVE_INFINITY;
}
