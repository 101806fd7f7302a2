import { closest, distance } from 'fastest-levenshtein';

/** A typo changes at most this many letters. Two swapped letters count as two. */
const SLIP = 2;

/** The known word that a person probably meant: one that begins with theirs, or one that differs by a typo. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const begun = known.find((each) => each.startsWith(word));
  if (begun !== undefined) return begun;
  const meant = closest(word, known);
  return distance(word, meant) <= Math.min(SLIP, word.length / 2) ? meant : undefined;
}
