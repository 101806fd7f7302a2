import { type Address, encodeAddress } from '../../address.ts';
import { type Entry, isServing, type Member } from '../../entry/entry.ts';
import { asleep, withoutMembers } from '../../entry/without-members.ts';

/** Members of `b` that are not in `a`, or at another address there. */
export function findMissing(a: Entry | undefined, b: Entry | undefined): readonly Member[] {
  const known = new Set((a?.instances ?? []).map(placeOf));
  return (b?.instances ?? []).filter((member) => !known.has(placeOf(member)));
}

function placeOf({ id, launchedAt, address }: Member & { address?: Address }): string {
  return `${id} ${launchedAt} ${address ? encodeAddress(address) : ''}`;
}

/**
 * The part of a change that removes addresses, for a change that cannot be made as a whole: the present entry without the
 * addresses that it loses. Undefined if it loses none.
 */
export function removalOf(before: Entry, after: Entry): Entry | undefined {
  if (!isServing(before)) return undefined;
  if (!isServing(after)) return asleep(before);
  const leaving = new Set(findMissing(after, before).map(({ id }) => id));
  return leaving.size === 0 ? undefined : withoutMembers(before, leaving);
}
