import { FACTS, type FleetFacts, printFacts } from '../../core/events/fleet-facts.ts';
import type { LayeredMap } from '../../core/layered-map.ts';
import type { Changes, Entries } from '../../core/plan/plan.ts';
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
import type { Hostname, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { StoreVersion } from '../ports.ts';

/** A store's content at one version. */
export interface StoreContent {
  version: StoreVersion;
  entries: LayeredMap<Hostname, string>;
}

/** The places of bases. A new base goes to the place that the head does not name, so a head never loses its base. */
export const BASE_PLACES = [0, 1] as const;

export type BasePlace = (typeof BASE_PLACES)[number];

/** A base in S3. */
export interface BaseName {
  place: BasePlace;
  /** The version of its document. */
  version: string;
}

/**
 * The head of a mirror: the small document that each run reads and each change writes. The whole content is in the base, a
 * document that many heads share.
 */
export interface MirrorHead {
  /** The store's version after the changes. */
  version: StoreVersion;
  writer: string;
  base: BaseName;
  /** The changes since the base. */
  changes: Changes;
  /** Hostnames that no record of the journal is known to have. */
  unrecorded: readonly Hostname[];
  facts: FleetFacts;
  /** The highest sequence number of any write, as far as is known. */
  lastSequence: number;
  /** When the store was last not as expected (audit-schedule.ts); absent in a head of an older release. */
  doubtedAt?: Seconds;
  /** Epoch milliseconds until which a write without an answer may still take effect; 0 for none. */
  unsettledUntil: Milliseconds;
}

/** Prints the document that `parseHead` reads. */
export function printHead({ version, writer, base, changes, ...carried }: MirrorHead): string {
  const { unrecorded, facts, lastSequence, doubtedAt, unsettledUntil } = carried;
  const deletes = [...changes.deletes];
  return JSON.stringify({
    ...{ version: 2, writer, store: version, base, puts: Object.fromEntries(changes.puts) },
    ...(deletes.length === 0 ? {} : { deletes }),
    lastSequence,
    ...(doubtedAt === undefined ? {} : { doubtedAt }),
    ...(unrecorded.length === 0 ? {} : { unrecorded }),
    ...(unsettledUntil === 0 ? {} : { unsettledUntil }),
    facts: printFacts(facts),
  });
}

/** The members of the head's document. */
interface HeadDocument extends Omit<MirrorHead, 'version' | 'changes' | 'unrecorded'> {
  version: 2;
  store: StoreVersion;
  puts: Entries;
  deletes?: Hostname[];
  unrecorded?: Hostname[];
}

const HEAD = objectWith<HeadDocument>({
  version: oneOf(2),
  writer: anyText,
  store: objectWith<StoreVersion>({ etag: anyText, items: count, bytes: count }),
  base: objectWith<BaseName>({ place: oneOf(...BASE_PLACES), version: anyText }),
  puts: mapOf(anyText),
  deletes: optional(listOf(anyText)),
  unrecorded: optional(listOf(anyText)),
  facts: FACTS,
  // Optional, because the clock also keeps sequence numbers from falling.
  lastSequence: orElse(count, 0),
  doubtedAt: optional(count),
  unsettledUntil: orElse(count, 0),
});

/** Reads a document of `printHead`. A damaged one is refused; that costs a listing, no more. */
export function parseHead(body: string): MirrorHead | Fault {
  const head = parseDocument(body, HEAD);
  if (head instanceof Fault) return head;
  const { store, version: _, puts, deletes = [], unrecorded = [], ...rest } = head;
  return { ...rest, version: store, changes: { puts, deletes: new Set(deletes) }, unrecorded };
}

const BASE = objectWith<{ version: 1; entries: Entries }>({ version: oneOf(1), entries: mapOf(anyText) });

/** Prints the document that `parseBase` reads. */
export function printBase(entries: Entries): string {
  return JSON.stringify({ version: 1, entries: Object.fromEntries(entries) });
}

/** Reads a document of `printBase`. */
export function parseBase(body: string): Entries | Fault {
  const base = parseDocument(body, BASE);
  return base instanceof Fault ? base : base.entries;
}
