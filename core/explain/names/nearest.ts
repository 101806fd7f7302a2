/** A typo changes at most this many letters. Two swapped letters count as two. */
const SLIP = 2;

/** Finds the known word that a person probably meant: one that begins with theirs, or one that differs by a typo. */
export type Nearest = (word: string, known: readonly string[]) => string | undefined;

/** @param distance the number of letters that differ between two words (Levenshtein) */
export function createNearest(distance: (a: string, b: string) => number): Nearest {
  return (word, known) => {
    const begun = known.find((each) => each.startsWith(word));
    if (begun !== undefined) return begun;
    const measured = known.map((each) => ({ each, letters: distance(word, each) }));
    const least = Math.min(...measured.map(({ letters }) => letters));
    if (least > Math.min(SLIP, word.length / 2)) return undefined;
    return measured.find(({ letters }) => letters === least)?.each;
  };
}
