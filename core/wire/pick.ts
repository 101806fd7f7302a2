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
 * Index of the winner among candidates of equal weight; 0 without candidates.
 *
 * @param viewer 24 bits that stay the same for one viewer
 * @param seeds one for each candidate, 24 bits
 */
export function pickOf(viewer: number, seeds: readonly number[]): number {
  const prime = PRIME;
  let best = 0;
  let highest = -1;
  // Declared outside the loop: the edge's engine creates a variable of the loop's body again in each round.
  let score = 0;
  let i = seeds.length;
  while (i--) {
    score = viewer ^ (seeds[i] as number);
    score = (score * score) % prime;
    if (score > highest) {
      best = i;
      highest = score;
    }
  }
  return best;
}

/**
 * Position of the winner in a list of backends, or -1 if every weight is 0.
 *
 * @param seeds one for each instance; 0 if there is only one instance
 * @param backends three numbers for each: instance, port, weight
 * @param isEven whether all have the same weight, whatever the list says
 */
export function pickWeighted(
  viewer: number,
  seeds: readonly number[] | 0,
  backends: readonly number[],
  isEven?: 1,
): number {
  let best = -1;
  let highest = 0;
  for (let i = 0; i < backends.length; i += 3) {
    const mixed = viewer ^ (seeds ? (seeds[backends[i] as number] as number) : 0);
    // -w/ln(u) of a uniform u: the last to ring of exponential clocks with rate w.
    const score =
      -(isEven || (backends[i + 2] as number)) / Math.log((((mixed * mixed) % PRIME) + 0.5) / PRIME);
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
