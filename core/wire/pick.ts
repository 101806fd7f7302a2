/**
 * Picks the instance that serves a viewer: weighted rendezvous hashing (Thaler and Ravishankar, 1998; weights as in "Weighted
 * distributed hash tables", Schindelhauer and Schomaker, 2005). Every instance has a score for every viewer, and the highest
 * score wins. Removing an instance moves only its own viewers, and the router needs no state or cookie of its own.
 *
 * The score is a quadratic residue of viewer and seed, combined by exclusive or. It spreads viewers evenly even over seeds that
 * differ by one, two seeds never tie, and it costs a tenth of a bitwise hash at the edge.
 */

/** The largest prime below 2^26. The square of 24 bits stays exact in a double, and no two squares have the same residue. */
const PRIME = 67_108_859;

/**
 * The winner: its position among the seeds, or in a list of backends. -1 if every weight is 0, and 0 without seeds.
 *
 * @param viewer 24 bits that stay the same for one viewer
 * @param seeds one for each instance, 24 bits; 0 if there is only one instance
 * @param backends three numbers for each: instance, port, weight; 0 if each instance is one of the same weight
 * @param isEven whether all have the same weight, whatever the list says
 */
export function pickOf(
  viewer: number,
  seeds: readonly number[] | 0,
  backends: readonly number[] | 0,
  isEven?: 1,
): number {
  const prime = PRIME;
  const all = backends || (seeds as readonly number[]);
  // Declared outside the loop: the edge's engine creates a variable of the loop's body again in each round.
  let best = backends ? -1 : 0;
  // A backend of weight 0 has the score 0, and an instance may have it too.
  let highest = -1 - best;
  let score = 0;
  const step = backends ? 3 : 1;
  for (let i = all.length - step; i >= 0; i -= step) {
    score = viewer ^ (seeds && (seeds[backends ? (backends[i] as number) : i] as number));
    score = (score * score) % prime;
    // -w/ln(u) of a uniform u: the last to ring of exponential clocks with rate w.
    if (backends) score = -(isEven || (backends[i + 2] as number)) / Math.log((score + 0.5) / prime);
    if (score > highest) {
      best = i;
      highest = score;
    }
  }
  return best;
}

/**
 * The seed of an instance: 24 bits of its id alone, so that it stays the same across stop and start. FNV-1a, then the finaliser
 * of MurmurHash3, because ids of one launch differ in few digits.
 */
export function seedOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0xffffff;
}
