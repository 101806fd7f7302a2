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
  parseDocument,
} from '../../core/schema.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import type { StoreVersion } from '../ports.ts';

/** A store's content at one version. */
export interface StoreContent {
  version: StoreVersion;
  entries: Entries;
}

/** The content of a mirror. */
export interface Mirrored extends StoreContent {
  writer: string;
  /** Hostnames that no record of the journal is known to have. */
  unrecorded: readonly Hostname[];
  facts: FleetFacts;
  /** The highest sequence number of any write, as far as is known. */
  lastSequence: number;
}

/** Prints the document that `parseMirror` reads. */
export function printMirror(mirrored: Mirrored): string {
  const { version, entries, writer, unrecorded, facts, lastSequence } = mirrored;
  return JSON.stringify({
    ...{ version: 1, writer, store: version, entries: Object.fromEntries(entries), lastSequence },
    ...(unrecorded.length === 0 ? {} : { unrecorded }),
    facts: printFacts(facts),
  });
}

/** The members of the document. */
interface Mirror extends Omit<Mirrored, 'version' | 'unrecorded'> {
  version: 1;
  store: StoreVersion;
  unrecorded?: Hostname[];
}

const MIRROR = objectWith<Mirror>({
  version: oneOf(1),
  writer: anyText,
  store: objectWith<StoreVersion>({ etag: anyText, items: count, bytes: count }),
  entries: mapOf(anyText),
  unrecorded: optional(listOf(anyText)),
  facts: FACTS,
  // Optional, because the clock also keeps sequence numbers from falling.
  lastSequence: orElse(count, 0),
});

/** Reads a document of `printMirror`. A damaged one is refused; that costs a listing, no more. */
export function parseMirror(body: string): Mirrored | Fault {
  const mirror = parseDocument(body, MIRROR);
  if (mirror instanceof Fault) return mirror;
  const { store, version: _, unrecorded = [], ...rest } = mirror;
  return { ...rest, version: store, unrecorded };
}
