import type { FleetFacts } from '../../core/events/fleet-facts.ts';
import type { InstanceId, Seconds } from '../../core/wire/brands.ts';
import type { Fleet, SourceName } from '../ports.ts';
import type { Hints } from '../read/hints.ts';
import type { FleetIndex } from './fleet-index.ts';

/** The instances to read, and the source of each. */
export type Wanted = ReadonlyMap<InstanceId, SourceName>;

/** More instances than this are read with all others. */
const MOST_INSTANCES = 200;

/**
 * The instances that a run must read if it reads only a part of the fleet; undefined if it must read everything: a hint does not
 * name its instances, or says nothing of their source, or asks for more than a reading.
 */
export function findWanted(
  index: FleetIndex,
  fleet: Pick<Fleet, 'sourceOf'>,
  hints: Hints,
  facts: FleetFacts,
  now: Seconds,
): Wanted | undefined {
  if (hints.audit || hints.confirmed || hints.backlog || hints.isFull) return undefined;
  const wanted = new Map<InstanceId, SourceName | undefined>();
  for (const id of index.findPending(facts, now)) {
    const place = index.placeOf(id);
    wanted.set(id, place && fleet.sourceOf(place));
  }
  for (const { scope, ids, account, region } of [...index.unanswered, ...hints.events]) {
    if (scope !== 'ids' || account === undefined || region === undefined) return undefined;
    for (const id of ids) {
      const source = fleet.sourceOf({ account, region });
      const place = index.placeOf(id);
      // An event that names an instance of another source is not about that instance.
      if (place && fleet.sourceOf(place) !== source) return undefined;
      if (wanted.has(id) && wanted.get(id) !== source) return undefined;
      wanted.set(id, source);
    }
  }
  const known = [...wanted].flatMap(([id, source]) => (source === undefined ? [] : [[id, source] as const]));
  return known.length < wanted.size || wanted.size > MOST_INSTANCES ? undefined : new Map(known);
}

/** A fleet that lists these instances alone. */
export function onlyFrom(fleet: Fleet, wanted: Wanted): Fleet {
  return {
    // Waits for the ids, too: a promise that fails before anything waits for it ends the process.
    list: async (also) => (await Promise.all([fleet.readFrom(wanted), also]))[0],
    read: (ids) => {
      const asked = new Set(ids);
      return fleet.readFrom(new Map([...wanted].filter(([id]) => asked.has(id))));
    },
    readFrom: (sources) => fleet.readFrom(sources),
    sourceOf: (place) => fleet.sourceOf(place),
  };
}
