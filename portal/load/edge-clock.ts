import type { Milliseconds } from '../../core/wire/brands.ts';

/** A smaller difference comes from the way of the answer, and the edge tells whole seconds. */
const TOLERANCE: Milliseconds = 60_000;

let difference: Milliseconds = 0;

/** Compares the clock of this computer with that of the edge, because a computer may be wrong by hours. */
export function compareClock(headers: Pick<Headers, 'get'>): void {
  // An answer of a cache is as old as it says.
  const at = Date.parse(headers.get('date') ?? '') + Number(headers.get('age') ?? 0) * 1_000;
  const found = at - Date.now();
  if (!Number.isNaN(found)) difference = Math.abs(found) < TOLERANCE ? 0 : found;
}

/** The time of the edge. The facts of all documents are in it. */
export function edgeTime(): Milliseconds {
  return Date.now() + difference;
}
