import { closest, distance } from 'fastest-levenshtein';

/** Letters that a slip of the keyboard changes at most: two that changed places count as two. */
const SLIP = 2;

/** The known word that a person may have meant: one that goes on as theirs does, or one that a slip turns into theirs. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const begun = known.find((each) => each.startsWith(word));
  if (begun !== undefined) return begun;
  const meant = closest(word, known);
  return distance(word, meant) <= Math.min(SLIP, word.length / 2) ? meant : undefined;
}
