import { LIMITS } from '../wire/limits.ts';
import { type Changes, keysOf } from './plan.ts';

/** How to cut changes. */
export interface Cut {
  /** The ids of the instances of a name, before or after the change. */
  behind?: (hostname: string) => readonly string[];
  /** The store is so full that puts need the room of the deletes. */
  deletesFirst?: boolean;
}

/**
 * Cuts changes into writes that the store accepts: at most 50 keys each. 50 keys and values are 77 kB, and a write may have
 * 3 MB. Puts come before deletes, so a name is never missing between two writes. A move, which is the old and the new names
 * of the same instances, stays in one write. An empty change makes no write.
 */
export function cutIntoBatches(
  changes: Changes,
  { behind = () => [], deletesFirst = false }: Cut = {},
): Changes[] {
  if (deletesFirst) return roomFirst(changes);
  const moves = findMoves(changes, behind);
  const moving = new Set(moves.flat());
  const batches: string[][] = [];
  for (const move of moves) put(move, batches);
  for (const key of changes.puts.keys()) if (!moving.has(key)) put([key], batches);
  // Plain deletes go into the last write, because no put comes after it.
  const rest = [...changes.deletes].filter((key) => !moving.has(key));
  const last = batches.pop() ?? [];
  batches.push(...chunks([...last, ...rest], LIMITS.updateKeys));
  return batches.map((keys) => pickChanges(changes, keys));
}

/** Deletes in writes of their own: a write that does not fit would fail with its deletes. */
function roomFirst(changes: Changes): Changes[] {
  const pieces = [[...changes.deletes], [...changes.puts.keys()]];
  return pieces.flatMap((keys) =>
    chunks(keys, LIMITS.updateKeys).map((piece) => pickChanges(changes, piece)),
  );
}

/** Adds keys to the first batch that has room for all of them. */
function put(keys: readonly string[], batches: string[][]): void {
  const room = batches.find((batch) => batch.length + keys.length <= LIMITS.updateKeys);
  if (room) room.push(...keys);
  else batches.push([...keys]);
}

/** The changes of some keys. */
export function pickChanges(changes: Changes, keys: readonly string[]): Changes {
  const puts = keys.flatMap((key): [string, string][] => {
    const value = changes.puts.get(key);
    return value === undefined ? [] : [[key, value]];
  });
  return { puts: new Map(puts), deletes: new Set(keys.filter((key) => changes.deletes.has(key))) };
}

/** Groups of names with the same instances, of which some are added and others deleted; the largest first. */
function findMoves(changes: Changes, behind: (hostname: string) => readonly string[]): string[][] {
  const keys = keysOf(changes);
  const namesOf = new Map<string, string[]>();
  for (const key of keys) for (const id of behind(key)) namesOf.set(id, [...(namesOf.get(id) ?? []), key]);
  const seen = new Set<string>();
  const moves = keys.map((key) =>
    connected(key, (each) => behind(each).flatMap((id) => namesOf.get(id) ?? []), seen),
  );
  return moves
    .filter((move) => move.length <= LIMITS.updateKeys)
    .filter(
      (move) => move.some((key) => changes.puts.has(key)) && move.some((key) => changes.deletes.has(key)),
    )
    .sort((a, b) => b.length - a.length);
}

/** The keys that can be reached from one key and are not in `seen`. */
function connected(from: string, next: (key: string) => readonly string[], seen: Set<string>): string[] {
  const found: string[] = [];
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(key);
    open.push(...next(key));
  }
  return found;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const cut: T[][] = [];
  for (let i = 0; i < items.length; i += size) cut.push(items.slice(i, i + size));
  return cut;
}
