import type { Decoded } from '../../core/plan/plan.ts';
import type { Coverage } from '../read/coverage.ts';
import type { KnownStore } from '../store/known-store.ts';

/** What one environment of the updater has learnt and may forget: it saves calls, and decides nothing. */
export interface Memory {
  /** Bytes that fit into the store, when the service has refused before it was full by its documentation. */
  capacity: number | undefined;
  /** Content that the service refused, by hostname. */
  refusals: Map<string, { content: string; reason: string }>;
  /** What the store held when a run last read it. */
  decoded: Decoded | undefined;
  /** The last run that saw everything and left the store as it should be; undefined when the last run did not. */
  look: Coverage | undefined;
}

const memories = new WeakMap<KnownStore, Memory>();

/** The memory of the environment that has this store. */
export function memoryOf(store: KnownStore): Memory {
  const known = memories.get(store);
  if (known) return known;
  const fresh: Memory = { capacity: undefined, refusals: new Map(), decoded: undefined, look: undefined };
  memories.set(store, fresh);
  return fresh;
}
