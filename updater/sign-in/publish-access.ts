import { type Access, encodeAccess } from '../../core/entry/access.ts';
import { type AccessFile, printAccessFile } from '../../core/entry/access-file.ts';
import type { Entry } from '../../core/entry/entry.ts';
import { isSequence } from '../../core/entry/mark.ts';
import { LayeredMap } from '../../core/layered-map.ts';
import { currentOrders, type Orders } from '../../core/sign-in/orders.ts';
import { toSeconds } from '../../core/time.ts';
import type { Hostname, Seconds } from '../../core/wire/brands.ts';
import type { ReportParts } from '../run/parts.ts';
import type { SignIn } from './sign-in.ts';

const HOUR: Seconds = 3_600;

/**
 * Publishes the access of every hostname for the concierge. An equal list is written again if another environment may have replaced
 * it, and each hour, because without the file no person can sign in.
 *
 * @param entries of the deployment, as the store has them
 */
export async function publishAccess(
  { memory, store, clock }: Pick<ReportParts, 'memory' | 'store' | 'clock'>,
  signIn: SignIn,
  entries: LayeredMap<Hostname, Entry>,
): Promise<void> {
  if (signIn.orders === undefined) return;
  const now = toSeconds(clock.now());
  const { takeovers } = store;
  const last = memory.access;
  const isOurs = last?.takeovers === takeovers && last.people === describePeople(signIn.orders, now);
  if (isOurs && now - last.writtenAt < HOUR && isSameAccess(last.entries, entries)) {
    memory.access = { ...last, entries };
    return;
  }
  // If the save fails, it is unknown which list is there.
  memory.access = undefined;
  // Another environment may have published newer orders.
  await signIn.refresh(now);
  const { orders } = signIn;
  if (orders === undefined || signIn.isStale) throw new Error('the orders about sign-in cannot be read');
  const { epoch, signedOut } = currentOrders(orders, now);
  const hosts = new Map([...entries].map(([hostname, { access }]): [Hostname, Access] => [hostname, access]));
  const file: AccessFile = { sequence: numberOf(entries), epoch, hosts, signedOut };
  await signIn.accessFile.save(printAccessFile(file));
  memory.access = { takeovers, people: describePeople(orders, now), entries, writtenAt: now };
}

function describePeople(orders: Orders, now: Seconds): string {
  const { epoch, signedOut } = currentOrders(orders, now);
  return JSON.stringify([epoch, [...signedOut]]);
}

/** Entries that did not change are not compared. */
function isSameAccess(before: LayeredMap<Hostname, Entry>, now: LayeredMap<Hostname, Entry>): boolean {
  const word = (entry: Entry | undefined) => entry && encodeAccess(entry.access);
  return LayeredMap.differingKeys(before, now).every((key) => word(before.get(key)) === word(now.get(key)));
}

/**
 * The highest number that the entries carry: that of a write which the store has accepted, and no `since` is higher. One that a person has
 * written would not fit into a session.
 */
function numberOf(entries: ReadonlyMap<Hostname, Entry>): number {
  let highest = 0;
  for (const { sequence } of entries.values())
    if (sequence > highest && isSequence(sequence)) highest = sequence;
  return highest;
}
