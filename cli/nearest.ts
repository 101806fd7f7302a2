import { distance } from 'fastest-levenshtein';
import { nearestWord } from '../core/explain/names/nearest.ts';

export { distance };

/** The known word that a person probably meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return nearestWord(word, known, distance);
}
