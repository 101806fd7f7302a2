import { LIMITS } from './limits.ts';
import type { Changes } from './plan.ts';

/**
 * Cuts changes into writes that the store accepts: at most 50 keys each, puts before deletes, so that a name that
 * moves is never missing between two writes. An empty change is no write.
 */
export function batchesOf(changes: Changes): Changes[] {
  const puts = chunks([...changes.puts], LIMITS.updateKeys);
  const batches: Changes[] = puts.map((chunk) => ({ puts: new Map(chunk), deletes: new Set() }));
  const last = batches.pop();
  const room = last ? LIMITS.updateKeys - last.puts.size : 0;
  const deletes = [...changes.deletes];
  if (last) batches.push({ puts: last.puts, deletes: new Set(deletes.slice(0, room)) });
  const rest = chunks(deletes.slice(room), LIMITS.updateKeys);
  return [...batches, ...rest.map((chunk) => ({ puts: new Map(), deletes: new Set(chunk) }))];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const cut: T[][] = [];
  for (let i = 0; i < items.length; i += size) cut.push(items.slice(i, i + size));
  return cut;
}
