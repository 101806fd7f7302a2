import { type FleetFacts, parseFacts, printFacts } from '../core/fleet-facts.ts';
import { jsonIn } from '../core/json.ts';
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
  untold?: string[];
  facts?: unknown;
}

/** The document that `parseMirror` reads. */
export function printMirror(
  { version, entries }: StoreContent,
  writer: string,
  untold: ReadonlySet<string>,
  facts: FleetFacts,
): string {
  return JSON.stringify({
    ...{ version: 1, writer, store: version, entries: Object.fromEntries(entries) },
    ...(untold.size === 0 ? {} : { untold: [...untold] }),
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
  facts: FleetFacts;
}

/** Undefined for what `printMirror` of this version would not write: a damaged mirror costs a listing, no more. */
export function parseMirror(body: string): Mirrored | undefined {
  const mirror = jsonIn(body) as Partial<Mirror> | null | undefined;
  if (mirror?.version !== 1 || !mirror.store || !mirror.entries) return undefined;
  const { writer, store, facts } = mirror;
  const untold = Array.isArray(mirror.untold) ? mirror.untold : [];
  const entries = new Map(Object.entries(mirror.entries));
  return { version: store, entries, writer, untold, facts: parseFacts(facts) };
}
