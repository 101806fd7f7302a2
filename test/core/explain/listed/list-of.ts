import type { Access } from '../../../../core/entry/access.ts';
import { decodeEntry, type Entry, isServing } from '../../../../core/entry/entry.ts';
import { decodeTombstone, isTombstone } from '../../../../core/entry/tombstone.ts';
import { buildRoutesFile, type RoutesFile } from '../../../../core/journal/routes-file.ts';
import { LayeredMap } from '../../../../core/layered-map.ts';
import { PLACES, type Place } from '../../../edge/support/router-case.ts';
import { summaryOf } from '../../../support/stands/lists.ts';

/** The list of a deployment whose store has these values. Undefined if its updater did not write one of them. */
export function listOf(store: Readonly<Record<string, string>>, place: Place): RoutesFile | undefined {
  const constants = PLACES[place];
  const isSignIn = 'signIn' in constants;
  const isOwn = ({ access }: { access: Access }) => (access === 'public') !== isSignIn;
  const tombstones = Object.values(store).flatMap((value) => decodeTombstone(value) ?? []);
  if (!tombstones.every(isOwn)) return undefined;
  const values = Object.entries(store).filter(([key, value]) => !key.includes(':') && !isTombstone(value));
  const entries = values.map(([key, value]) => [key, decodeEntry(value)] as const);
  if (!entries.every(([, entry]) => entry !== undefined && isOwn(entry) && isUsable(entry))) return undefined;
  const owned = new Map(
    entries.flatMap(([hostname, entry]) => (entry === undefined ? [] : [[hostname, entry]])),
  );
  const instances = [...owned.values()].flatMap((entry) =>
    isServing(entry)
      ? entry.instances.map(({ id, address }) => ({ ...summaryOf(1), id, via: address.via }))
      : [],
  );
  return buildRoutesFile(
    {
      ...{ deployment: 'main', baseDomain: constants.baseDomain, detail: 'full' },
      ...{ updatedAt: '2026-11-23T12:00:00Z', ...(isSignIn ? { signIn: true } : {}) },
    },
    {
      ...{ entries: LayeredMap.from(owned), marks: LayeredMap.from(new Map()), problems: [] },
      instances: LayeredMap.from(new Map(instances.map((each) => [each.id, each]))),
    },
  );
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
