import { stripVTControlCharacters } from 'node:util';

/** The most lines, and characters of each, that are shown of an output. */
const MOST = { lines: 5, characters: 200 } as const;

/** Control characters, and characters that reverse the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The last lines of a program's output, as plain text. */
export function lastLines(text: string): string[] {
  const lines = stripVTControlCharacters(text)
    .split(/\r?\n|\r/)
    .map((line) => line.replaceAll('\t', '  ').replaceAll(UNSEEN, '').trimEnd())
    .filter((line) => line !== '');
  return lines
    .slice(-MOST.lines)
    .map((line) => (line.length > MOST.characters ? `${line.slice(0, MOST.characters - 1)}…` : line));
}
