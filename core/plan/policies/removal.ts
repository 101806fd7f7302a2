import { type Address, encodeAddress } from '../../address.ts';
import { isSameAccess, narrowed } from '../../entry/access.ts';
import { type Entry, isServing, type Member } from '../../entry/entry.ts';
import { asleep, withoutMembers } from '../../entry/without-members.ts';

/** Members that `b` has and `a` lacks. A member at another address is another one. */
export function findMissing(a: Entry | undefined, b: Entry | undefined): readonly Member[] {
  const known = new Set((a?.instances ?? []).map(placeOf));
  return (b?.instances ?? []).filter((member) => !known.has(placeOf(member)));
}

function placeOf({ id, launchedAt, address }: Member & { address?: Address }): string {
  return `${id} ${launchedAt} ${address ? encodeAddress(address) : ''}`;
}

/** Whether a change only takes viewers away. */
export function narrows(before: Entry | undefined, after: Entry): boolean {
  if (before === undefined || isSameAccess(before.access, after.access)) return false;
  return isSameAccess(narrowed(before.access, after.access), after.access);
}

/**
 * The present entry, less the addresses and viewers that a change takes away. A policy writes it in place of a change that it holds
 * back. Undefined if the change takes nothing away.
 */
export function removalOf(before: Entry, after: Entry): Entry | undefined {
  if (!isServing(before)) return undefined;
  const access = narrowed(before.access, after.access);
  if (!isServing(after)) return asleep({ ...before, access });
  const leaving = new Set(findMissing(after, before).map(({ id }) => id));
  if (leaving.size === 0 && access === before.access) return undefined;
  return withoutMembers({ ...before, access }, leaving);
}
