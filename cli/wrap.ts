/** Columns of a terminal that every command fits into. */
export const COLUMNS = 80;

/**
 * Breaks a text at its blanks into lines of at most 80 columns. A word that is longer stays whole.
 *
 * @param first before the first line; the others are indented as far
 */
export function wrap(first: string, text: string): string[] {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isEmpty = line === first || line === indent;
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (longer.length <= COLUMNS || isEmpty) line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}
