import stringWidth from 'fast-string-width';
import { showable } from './show.ts';

/** Columns of a terminal that every command fits into. */
export const COLUMNS = 80;

/** The columns that a text takes on a terminal: a Chinese letter and an emoji take two, an accent of its own takes none. */
export function countColumns(text: string): number {
  // The letters of a Korean syllable count one by one unless they are composed.
  return stringWidth(text.normalize());
}

/** The text, or as much of its beginning as fits into 80 columns with an ellipsis. */
export function cut(text: string): string {
  const shown = showable(text);
  if (countColumns(shown) <= COLUMNS) return shown;
  let line = '';
  for (const letter of shown) {
    if (countColumns(line + letter) >= COLUMNS) break;
    line += letter;
  }
  return `${line}…`;
}

/**
 * Breaks a text at its blanks into lines of at most 80 columns. A word that is longer stays whole.
 *
 * @param first before the first line; the others are indented as far
 */
export function wrap(first: string, text: string): string[] {
  const indent = ' '.repeat(countColumns(first));
  const [word = '', ...words] = showable(text).split(' ');
  const lines: string[] = [];
  let line = first + word;
  for (const next of words) {
    const longer = `${line} ${next}`;
    if (countColumns(longer) <= COLUMNS) line = longer;
    else {
      lines.push(line);
      line = indent + next;
    }
  }
  return [...lines, line];
}
