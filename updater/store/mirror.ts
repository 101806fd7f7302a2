import { FACTS, type FleetFacts, printFacts } from '../../core/events/fleet-facts.ts';
import type { Entries } from '../../core/plan/plan.ts';
import {
  anyText,
  count,
  Fault,
  listOf,
  mapOf,
  objectWith,
  oneOf,
  optional,
  orElse,
  parsed,
} from '../../core/schema.ts';
import type { StoreVersion } from '../ports.ts';

/** What a store holds, and the version at which it does. */
export interface StoreContent {
  version: StoreVersion;
  entries: Entries;
}

/** A content as a run left it, and keys that it could not tell of. */
export interface Left {
  entries: Entries;
  untold?: readonly string[];
}

/** What a mirror says. */
export interface Mirrored extends StoreContent {
  writer: string;
  untold: readonly string[];
  facts: FleetFacts;
  /** The highest number that a write is known to have had. */
  lastSequence: number;
}

/** The document that `parseMirror` reads. */
export function printMirror({ version, entries, writer, untold, facts, lastSequence }: Mirrored): string {
  return JSON.stringify({
    ...{ version: 1, writer, store: version, entries: Object.fromEntries(entries), lastSequence },
    ...(untold.length === 0 ? {} : { untold }),
    facts: printFacts(facts),
  });
}

/** As the document spells it. */
interface Mirror extends Omit<Mirrored, 'version' | 'untold'> {
  version: 1;
  store: StoreVersion;
  untold?: string[];
}

const MIRROR = objectWith<Mirror>({
  version: oneOf(1),
  writer: anyText,
  store: objectWith<StoreVersion>({ etag: anyText, items: count, bytes: count }),
  entries: mapOf(anyText),
  untold: optional(listOf(anyText)),
  facts: FACTS,
  // Without it the time of day keeps numbers from falling.
  lastSequence: orElse(count, 0),
});

/** What `printMirror` of this version writes, and why anything else is none: a damaged mirror costs a listing, no more. */
export function parseMirror(body: string): Mirrored | Fault {
  const mirror = parsed(body, MIRROR);
  if (mirror instanceof Fault) return mirror;
  const { store, version: _, untold = [], ...rest } = mirror;
  return { ...rest, version: store, untold };
}
