import { distance } from 'fastest-levenshtein';
import { createNearest } from '../core/explain/names/nearest.ts';

/** The known word that a person probably meant: one that begins with theirs, or one that differs by a typo. */
export const nearest = createNearest(distance);
