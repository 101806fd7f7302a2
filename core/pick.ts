/**
 * Which of several instances serves a viewer: weighted rendezvous hashing (Thaler and Ravishankar, 1998; weights as in
 * "Weighted distributed hash tables", Schindelhauer and Schomaker, 2005). Every instance scores every viewer; the
 * highest score wins. Removing an instance moves only the viewers that it had, and no state or cookie of ours is needed.
 */

/** The largest prime below 2^26: a product of residues stays exact in a double. */
const PRIME = 67_108_859;

/**
 * Index of the winner, or -1 when every weight is 0. How much an instance wants a viewer is a cube of residues: it mixes
 * well enough, and costs a tenth of a bitwise hash at the edge.
 *
 * @param viewer 24 bits that stay the same for one viewer
 * @param seeds one for each candidate, 24 bits
 * @param weights one for each candidate; absent when all are equal
 */
export function pickOf(viewer: number, seeds: readonly number[], weights?: readonly number[]): number {
  const prime = PRIME;
  const count = seeds.length;
  let best = -1;
  let highest = -1;
  for (let i = 0; i < count; i++) {
    const sum = viewer + (seeds[i] as number);
    let score = (((sum * sum) % prime) * sum) % prime;
    // -w/ln(u) of a uniform u: among exponential clocks of rate w, the one that rings last.
    if (weights) score = weights[i] ? -(weights[i] as number) / Math.log((score + 0.5) / prime) : -1;
    if (score > highest) {
      best = i;
      highest = score;
    }
  }
  return best;
}

/**
 * The seed of an instance, 24 bits of its id alone, so that it stays the same across stop and start: FNV-1a, and the
 * finaliser of MurmurHash3, since ids of one launch differ in few digits.
 */
export function seedOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0xffffff;
}
