import { type Access, encodeAccess } from '../../core/entry/access.ts';
import { type AccessFile, printAccessFile } from '../../core/entry/access-file.ts';
import type { Entry } from '../../core/entry/entry.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import { currentOrders } from '../../core/sign-in/orders.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { ReportParts } from '../run/parts.ts';
import type { SignIn } from './sign-in.ts';

/**
 * Publishes the access of every hostname for the concierge. An equal list is not written again, unless another environment may have
 * replaced it.
 *
 * @param entries of the deployment, as the store has them
 */
export async function publishAccess(
  { memory, store, clock }: Pick<ReportParts, 'memory' | 'store' | 'clock'>,
  signIn: SignIn,
  entries: LayeredMap<Hostname, Entry>,
): Promise<void> {
  if (signIn.orders === undefined) return;
  const { epoch, signedOut } = currentOrders(signIn.orders, toSeconds(clock.now()));
  const people = JSON.stringify([epoch, [...signedOut]]);
  const { takeovers } = store;
  const last = memory.access?.takeovers === takeovers ? memory.access : undefined;
  const isSame = last?.people === people && isSameAccess(last.entries, entries);
  if (!isSame) {
    // If the save fails, it is unknown which list is there.
    memory.access = undefined;
    const hosts = new Map(
      [...entries].map(([hostname, { access }]): [Hostname, Access] => [hostname, access]),
    );
    const file: AccessFile = { sequence: numberOf(entries), epoch, hosts, signedOut };
    await signIn.accessFile.save(printAccessFile(file));
  }
  memory.access = { takeovers, people, entries };
}

/** Entries that did not change are not compared. */
function isSameAccess(before: LayeredMap<Hostname, Entry>, now: LayeredMap<Hostname, Entry>): boolean {
  const word = (entry: Entry | undefined) => entry && encodeAccess(entry.access);
  return LayeredMap.differingKeys(before, now).every((key) => word(before.get(key)) === word(now.get(key)));
}

/** The highest number that the entries carry: that of a write which the store has accepted, and no `since` is higher. */
function numberOf(entries: ReadonlyMap<Hostname, Entry>): number {
  let highest = 0;
  for (const { sequence } of entries.values()) if (sequence > highest) highest = sequence;
  return highest;
}
