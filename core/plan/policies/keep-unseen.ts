import { decodeEntry, type Entry, encodeEntry, isServing } from '../../entry/entry.ts';
import { withoutMembers } from '../../entry/without-members.ts';
import type { Changes } from '../plan.ts';
import type { Policy, Scene } from './policy.ts';

/** How many of our instances may be in no listing before that is doubted: the larger of the two. */
export const CEILING = { count: 5, share: 0.2 } as const;

/** Why instances that are in no listing are not taken for gone. */
export type Doubt = 'source failed' | 'empty listing' | 'too many at once';

/** What a listing says about who is absent. */
export interface Absence extends Pick<Scene, 'owned' | 'seen' | 'reportedDead'> {
  /** Names with our mark whose members this version cannot read, and which nobody wants. */
  unreadable: number;
  /** Sources that did not answer. */
  failures: number;
  /** Somebody who looked says that the absent are gone. */
  confirmed: boolean;
}

/**
 * Whether absence may be believed. A wrong filter, a lost permission and another account look just like a fleet that is
 * gone. Instances, not names, are counted: they vanish from names and from groups alike. Who is listed as dying, stopped
 * or with other tags is not absent, and is never counted.
 */
export function findDoubt(absence: Absence): Doubt | undefined {
  const { owned, seen, reportedDead, unreadable, failures, confirmed } = absence;
  if (failures > 0) return 'source failed';
  const ours = new Set([...owned.values()].flatMap((entry) => entry.instances.map(({ id }) => id)));
  const absent = [...ours].filter((id) => !seen.has(id) && !reportedDead.has(id)).length + unreadable;
  if (absent === 0 || confirmed) return undefined;
  if (seen.size === 0) return 'empty listing';
  const allowed = Math.max(CEILING.count, Math.floor((ours.size + unreadable) * CEILING.share));
  return absent > allowed ? 'too many at once' : undefined;
}

const REASONS: Readonly<Record<Doubt, string | undefined>> = {
  // Said once for the source, not for each of its names.
  'source failed': undefined,
  'empty listing': 'the listing is empty',
  'too many at once': 'too many instances are missing at once',
};

/**
 * Keeps names of instances that nobody saw. Of a group, who was seen still follows what was seen: a released address
 * goes out, whatever is unknown about the others.
 */
export function keepUnseen(doubt: Doubt): Policy {
  return {
    apply: (changes, scene) => {
      const puts = new Map<string, string>();
      const deletes = new Set<string>();
      for (const [hostname, value] of changes.puts) {
        const kept = keptValue(hostname, decodeEntry(value), scene);
        if (kept === undefined) puts.set(hostname, value);
        else if (kept !== scene.current.get(hostname)) puts.set(hostname, kept);
      }
      for (const hostname of changes.deletes) {
        const kept = keptValue(hostname, undefined, scene);
        if (kept === undefined) deletes.add(hostname);
        else if (kept !== scene.current.get(hostname)) puts.set(hostname, kept);
      }
      return { puts, deletes } satisfies Changes;
    },
    explain: (hostname) => {
      const why = REASONS[doubt];
      if (why === undefined) return undefined;
      return {
        code: 'instances-missing',
        what: `${hostname} is kept although instances of it are not listed: ${why}`,
        remedy:
          'check the regions and permissions of the updater; if the instances are gone, confirm with {"action":"reconcile","confirm":"removals"}',
      };
    },
  };
}

/** The value that a name has to keep, renumbered if it lost somebody; undefined where the change may pass. */
function keptValue(hostname: string, desired: Entry | undefined, scene: Scene): string | undefined {
  const { owned, current, seen, reportedDead, sequence } = scene;
  const entry = owned.get(hostname);
  // Ours, and written by another version: nobody knows whom it names.
  if (entry === undefined) return desired === undefined ? current.get(hostname) : undefined;
  if (entry.instances.every(({ id }) => seen.has(id))) return undefined;
  // Without an address nothing can be lost but the name, and the members that are seen keep that.
  if (!isServing(entry) && desired !== undefined && shareMember(entry, desired)) return undefined;
  const leaving = entry.instances.filter(
    ({ id }) => reportedDead.has(id) || (seen.has(id) && !isTarget(id, entry, desired)),
  );
  const kept = withoutMembers(entry, new Set(leaving.map(({ id }) => id)));
  return kept === entry ? current.get(hostname) : encodeEntry({ ...kept, sequence });
}

function shareMember(a: Entry, b: Entry): boolean {
  const ids = new Set(a.instances.map(({ id }) => id));
  return b.instances.some(({ id }) => ids.has(id));
}

/** True when a seen member is still wanted at the very address that the entry has of it. */
function isTarget(id: string, entry: Entry, desired: Entry | undefined): boolean {
  if (desired === undefined || !isServing(desired) || !isServing(entry)) return false;
  const before = entry.instances.find((target) => target.id === id);
  return desired.instances.some(
    (target) =>
      target.id === id && target.domainName === before?.domainName && target.launchedAt === before.launchedAt,
  );
}
