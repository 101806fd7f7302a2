import type { Entry } from '../../core/entry/entry.ts';
import { type Decoded, type Entries, ownedEntries } from '../../core/plan/plan.ts';
import type { DeploymentId, Hostname } from '../../core/wire/brands.ts';
import type { Coverage } from '../read/coverage.ts';

/** What one environment of the updater has learnt and may forget: it saves calls, and decides nothing. */
export interface Memory {
  /** Bytes that fit into the store, when the service has refused before it was full by its documentation. */
  capacity: number | undefined;
  /** Content that the service refused, by hostname. */
  refusals: Map<Hostname, { content: string; reason: string }>;
  /** What the store held when a run last read it. */
  decoded: Decoded | undefined;
  /** Of the last run that saw everything and left the store as it should be; undefined when the last run did not. */
  coverage: Coverage | undefined;
  /** The list of routes that was published last, without its time. */
  published: Published | undefined;
}

/** A list of routes, and how often the store had been taken over by then. */
export interface Published {
  content: string;
  takeovers: number;
}

export function createMemory(): Memory {
  return {
    capacity: undefined,
    refusals: new Map(),
    decoded: undefined,
    coverage: undefined,
    published: undefined,
  };
}

/** The entries of one deployment. Of tens of thousands of entries few differ from what the last run read. */
export function decodeOwned(
  memory: Memory,
  entries: Entries,
  deployment: DeploymentId,
): ReadonlyMap<Hostname, Entry> {
  if (memory.decoded?.entries !== entries)
    memory.decoded = { entries, owned: ownedEntries(entries, deployment, memory.decoded) };
  return memory.decoded.owned;
}
