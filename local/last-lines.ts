import { stripVTControlCharacters } from 'node:util';

/** Lines of an output that tell how it ended, and characters of each. */
const MOST = { lines: 5, characters: 200 } as const;

/** Characters that a terminal obeys, or that turn a line around. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The last lines of what a program printed, as plain text. */
export function lastLines(text: string): string[] {
  const lines = stripVTControlCharacters(text)
    .split(/\r?\n|\r/)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(UNSEEN, '').trimEnd())
    .filter((line) => line !== '');
  return lines
    .slice(-MOST.lines)
    .map((line) => (line.length > MOST.characters ? `${line.slice(0, MOST.characters - 1)}…` : line));
}
