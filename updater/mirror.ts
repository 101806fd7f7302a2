import { type FleetFacts, parseFacts, printFacts } from '../core/fleet-facts.ts';
import { isCount, jsonIn } from '../core/json.ts';
import type { Entries } from '../core/plan.ts';
import type { StoreVersion } from './ports.ts';

/** What a store holds, and the version at which it does. */
export interface StoreContent {
  version: StoreVersion;
  entries: Entries;
}

interface Mirror {
  version: 1;
  writer: string;
  store: StoreVersion;
  entries: Record<string, string>;
  /** Absent for none. */
  untold?: readonly string[];
  facts?: unknown;
  lastSequence?: number;
}

/** The document that `parseMirror` reads. */
export function printMirror({
  version,
  entries,
  untold,
  facts,
  ...plain
}: Mirrored & { writer: string }): string {
  return JSON.stringify({
    ...{ version: 1, ...plain, store: version, entries: Object.fromEntries(entries) },
    ...(untold.length === 0 ? {} : { untold }),
    facts: printFacts(facts),
  } satisfies Mirror);
}

/** A content as a run left it, and keys that it could not tell of. */
export interface Left {
  entries: Entries;
  untold?: readonly string[];
}

/** What a mirror says. */
export interface Mirrored extends Left, StoreContent {
  writer: string | undefined;
  untold: readonly string[];
  facts: FleetFacts;
  /** The highest number that a write is known to have had. */
  lastSequence: number;
}

/** Undefined for what `printMirror` of this version would not write: a damaged mirror costs a listing, no more. */
export function parseMirror(body: string): Mirrored | undefined {
  const mirror = jsonIn(body) as Partial<Mirror> | null | undefined;
  if (mirror?.version !== 1 || !mirror.store || !mirror.entries) return undefined;
  const { writer, store, facts, lastSequence } = mirror;
  const untold = Array.isArray(mirror.untold) ? mirror.untold : [];
  const entries = new Map(Object.entries(mirror.entries));
  const last = isCount(lastSequence) ? lastSequence : 0;
  return { version: store, entries, writer, untold, facts: parseFacts(facts), lastSequence: last };
}
