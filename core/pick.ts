/**
 * Which of several instances serves a viewer: weighted rendezvous hashing (Thaler and Ravishankar, 1998; weights
 * after Mosharaf Chowdhury's -w/ln(u)). Every instance scores every viewer; the highest score wins. Removing an
 * instance moves only the viewers that it had, and no state or cookie of ours is needed.
 */

/** A well mixed 32-bit number (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The seed of an instance: FNV-1a of its id, so that it stays the same across stop and start. */
export function seedOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/**
 * Index of the winner among candidates given as parallel arrays, or -1 when every weight is 0.
 *
 * @param viewer 32-bit hash of the viewer's pick key
 */
export function pickOf(viewer: number, seeds: readonly number[], weights: readonly number[]): number {
  let best = -1;
  let bestScore = -1;
  for (let i = 0; i < seeds.length; i++) {
    const weight = weights[i] as number;
    if (weight <= 0) continue;
    const uniform = (mix(viewer ^ (seeds[i] as number)) + 0.5) / 4294967296;
    const score = -weight / Math.log(uniform);
    if (score > bestScore) {
      best = i;
      bestScore = score;
    }
  }
  return best;
}
