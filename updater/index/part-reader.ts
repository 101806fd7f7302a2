import type { FleetFacts } from '../../core/events/fleet-facts.ts';
import type { InstanceId, InterfaceId, Seconds } from '../../core/wire/brands.ts';
import type { Fleet, SourceName, Wanted } from '../ports.ts';
import type { Hints } from '../read/hints.ts';
import type { FleetIndex } from './fleet-index.ts';

/** More instances than this are read with all others. */
const MOST_INSTANCES = 200;

/**
 * The instances that a run must read if it reads only a part of the fleet; undefined if it must read everything: a hint does not
 * name its instances, or says nothing of their source, or asks for more than a reading.
 *
 * Of an interface, the instance is read that has it by now, and the one that the index knows behind it.
 */
export function findWanted(
  index: FleetIndex,
  fleet: Pick<Fleet, 'sourceOf'>,
  hints: Hints,
  facts: FleetFacts,
  now: Seconds,
): Wanted | undefined {
  if (hints.audit || hints.confirmed || hints.backlog || hints.isFull) return undefined;
  const instances = new Map<InstanceId, SourceName | undefined>();
  const interfaces = new Map<InterfaceId, SourceName>();
  for (const id of index.findPending(facts, now)) {
    const place = index.placeOf(id);
    instances.set(id, place && fleet.sourceOf(place));
  }
  for (const event of [...index.unanswered, ...hints.events]) {
    const { scope, ids, interfaces: named = [], account, region } = event;
    if (scope !== 'ids' || account === undefined || region === undefined) return undefined;
    const source = fleet.sourceOf({ account, region });
    if (source === undefined) return undefined;
    for (const id of [...ids, ...named.flatMap((each) => [...index.behindInterface(each)])]) {
      const place = index.placeOf(id);
      // An event that names an instance of another source is not about that instance.
      if (place && fleet.sourceOf(place) !== source) return undefined;
      if (instances.has(id) && instances.get(id) !== source) return undefined;
      instances.set(id, source);
    }
    for (const each of named) interfaces.set(each, source);
  }
  const known = [...instances].flatMap(([id, source]) =>
    source === undefined ? [] : [[id, source] as const],
  );
  if (known.length < instances.size || instances.size + interfaces.size > MOST_INSTANCES) return undefined;
  return { instances: new Map(known), interfaces };
}

/** A fleet that lists these instances alone. */
export function onlyFrom(fleet: Fleet, wanted: Wanted): Fleet {
  return {
    // Waits for the ids, too: a promise that fails before anything waits for it ends the process.
    list: async (also) => (await Promise.all([fleet.readFrom(wanted), also]))[0],
    read: (ids) => {
      const asked = new Set(ids);
      const instances = new Map([...wanted.instances].filter(([id]) => asked.has(id)));
      return fleet.readFrom({ instances, interfaces: new Map() });
    },
    readFrom: (some) => fleet.readFrom(some),
    sourceOf: (place) => fleet.sourceOf(place),
  };
}
