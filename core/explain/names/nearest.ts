/** The changes of letters between two words. The caller passes that of a library, because core/ imports nothing. */
export type Distance = (a: string, b: string) => number;

/** A typo changes at most this many letters. Two swapped letters count as two. */
const SLIP = 2;

/** The known word that a person probably meant: one that begins with theirs, or one that differs by a typo. */
export function nearestWord(word: string, known: readonly string[], distance: Distance): string | undefined {
  const begun = known.find((each) => each.startsWith(word));
  if (begun !== undefined) return begun;
  let [meant, least]: [string | undefined, number] = [undefined, Math.min(SLIP, word.length / 2) + 0.5];
  for (const each of known) {
    const changes = Math.abs(each.length - word.length) > SLIP ? least : distance(word, each);
    if (changes < least) [meant, least] = [each, changes];
  }
  return meant;
}
