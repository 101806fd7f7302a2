import { isSameAddress } from '../../address.ts';
import { type Access, narrowed } from '../../entry/access.ts';
import { decodeEntry, type Entry, encodeEntry, isServing, shareMember } from '../../entry/entry.ts';
import { withoutMembers } from '../../entry/without-members.ts';
import type { Hostname } from '../../wire/brands.ts';
import type { Changes } from '../plan.ts';
import type { Policy, Scene } from './policy.ts';

/** If more of our instances are missing from the listing, the listing is doubted. The larger of the two counts. */
export const CEILING = { count: 5, share: 0.2 } as const;

/** Why instances that are not listed may still exist. */
export type Doubt = 'source failed' | 'empty listing' | 'too many at once';

/** The known facts about instances that are not listed. */
export interface Absence extends Pick<Scene, 'owned' | 'seen' | 'reportedDead'> {
  /** Names with our mark that this version cannot read and that are not desired. */
  unreadable: number;
  /** Sources that did not answer. */
  failures: number;
  /** A person has confirmed that missing instances are gone. */
  confirmed: boolean;
}

/**
 * Decides whether missing instances are believed to be gone. A wrong filter, a lost permission and another account look just
 * like a fleet that is gone. Instances are counted, not names. An instance that is listed as dying, stopped or with other tags
 * is not missing.
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
  // Reported once for the source.
  'source failed': undefined,
  'empty listing': 'the listing is empty',
  'too many at once': 'too many instances are missing at once',
};

/** Whether the settings let a name stay open that is not desired now. */
export type MayStayOpen = (hostname: Hostname) => boolean;

/**
 * Keeps names of instances that were not listed. Within a group, members that were listed are still updated: a released
 * address is removed even if others are missing, and so is the access of viewers whom a listed member no longer admits. A name that no
 * claim rule opens any more does not stay open.
 */
export function keepUnseen(doubt: Doubt, mayStayOpen: MayStayOpen): Policy {
  return {
    apply: (changes, scene) => {
      const puts = new Map<string, string>();
      const deletes = new Set<string>();
      for (const [hostname, value] of changes.puts) {
        const kept = keptValue(hostname, decodeEntry(value), scene, mayStayOpen);
        if (kept === undefined) puts.set(hostname, value);
        else if (kept !== scene.current.get(hostname)) puts.set(hostname, kept);
      }
      for (const hostname of changes.deletes) {
        const kept = keptValue(hostname, undefined, scene, mayStayOpen);
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

/** The value that a name keeps, with a new number if a member left; undefined if the change may pass. */
function keptValue(
  hostname: Hostname,
  desired: Entry | undefined,
  scene: Scene,
  mayStayOpen: MayStayOpen,
): string | undefined {
  const { owned, current, seen, reportedDead, sequence } = scene;
  const entry = owned.get(hostname);
  // Another version of ours wrote it, so its members are unknown.
  if (entry === undefined) return desired === undefined ? current.get(hostname) : undefined;
  if (entry.instances.every(({ id }) => seen.has(id))) return undefined;
  // The entry has no address to lose, and members that are listed keep the name.
  if (!isServing(entry) && desired !== undefined && shareMember(entry, desired)) return undefined;
  const leaving = entry.instances.filter(
    ({ id }) => reportedDead.has(id) || (seen.has(id) && !isTarget(id, entry, desired)),
  );
  const kept = withoutMembers(entry, new Set(leaving.map(({ id }) => id)));
  const mayStay = entry.access !== 'open' || mayStayOpen(hostname);
  const access = keptAccess(mayStay ? entry : { ...entry, access: { since: sequence } }, desired);
  const isSame = kept === entry && access === entry.access;
  return isSame ? current.get(hostname) : encodeEntry({ ...kept, access, sequence });
}

/** Only viewers whom both the missing members and the listed ones admit. */
function keptAccess(entry: Entry, desired: Entry | undefined): Access {
  if (desired === undefined || !shareMember(entry, desired)) return entry.access;
  return desired.access === 'public' ? 'public' : narrowed(entry.access, desired.access);
}

/** True if a listed member is desired at the address that the entry has. */
function isTarget(id: string, entry: Entry, desired: Entry | undefined): boolean {
  if (desired === undefined || !isServing(desired) || !isServing(entry)) return false;
  const before = entry.instances.find((target) => target.id === id);
  return desired.instances.some(
    (target) =>
      target.id === id &&
      isSameAddress(target.address, before?.address) &&
      target.launchedAt === before?.launchedAt,
  );
}
