import { type Access, isGated } from '../../../../core/entry/access.ts';
import { decodeEntry, type Entry, isServing } from '../../../../core/entry/entry.ts';
import { decodeTombstone, isTombstone } from '../../../../core/entry/tombstone.ts';
import type { List, ListedRoute } from '../../../../core/explain/listed/list.ts';
import { PLACES, type Place } from '../../../edge/support/router-case.ts';

/** The list of a deployment whose store has these values. Undefined if its updater did not write one of them. */
export function listOf(store: Readonly<Record<string, string>>, place: Place): List | undefined {
  const constants = PLACES[place];
  const isSignIn = 'signIn' in constants;
  const isOwn = ({ access }: { access: Access }) => (access === 'public') !== isSignIn;
  const tombstones = Object.values(store).flatMap((value) => decodeTombstone(value) ?? []);
  if (!tombstones.every(isOwn)) return undefined;
  const values = Object.entries(store).filter(([key, value]) => !key.includes(':') && !isTombstone(value));
  const entries = values.map(([key, value]) => [key, decodeEntry(value)] as const);
  if (!entries.every(([, entry]) => entry !== undefined && isOwn(entry) && isUsable(entry))) return undefined;
  const routes = entries.flatMap(([hostname, entry]) =>
    entry === undefined ? [] : [routeOf(hostname, entry)],
  );
  const members = entries.flatMap(([, entry]) =>
    entry !== undefined && isServing(entry) ? entry.instances : [],
  );
  return {
    ...{ deployment: 'main', baseDomain: constants.baseDomain, detail: 'full', problems: [], routes },
    ...(isSignIn ? { signIn: true } : {}),
    instances: members.map(({ id, address }) => ({ id, via: address.via })),
  };
}

/** An updater writes public names and ids without blanks. */
function isUsable(entry: Entry): boolean {
  return (
    !isServing(entry) ||
    (/^[\w-]*$/.test(entry.token) &&
      entry.instances.every(
        ({ id, address }) =>
          /^[\w-]+$/.test(id) &&
          (address.via === 'vpc' ||
            (address.name.length < 254 &&
              /^(?:[a-z\d][a-z\d-]{0,62}\.)+[a-z][a-z\d-]{0,62}$/.test(address.name))),
      ))
  );
}

function routeOf(hostname: string, entry: Entry): ListedRoute {
  const { state, expiresAt } = entry;
  const access = accessOf(entry.access);
  return {
    ...{ hostname, state, instances: entry.instances.map(({ id }) => id) },
    rules: isServing(entry) ? entry.rules : [],
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt * 1_000).toISOString() }),
    ...(access === undefined ? {} : { access }),
  };
}

function accessOf(access: Access): ListedRoute['access'] {
  if (!isGated(access)) return access === 'open' ? 'open' : undefined;
  return access.rule === undefined ? undefined : 'named';
}
