import type { Mend } from '../../core/explain/names/mend.ts';
import type { MendPrinter } from '../../core/explain/names/print-mend.ts';
import type { Moment } from '../../core/journal/history.ts';
import type { Terminal } from '../command.ts';
import { describeCauses } from '../journal/moments.ts';
import { formatTime } from '../journal/times.ts';
import { COLUMNS, countColumns, wrap } from '../wrap.ts';
import type { NameReport } from './name-report.ts';

/** Prints why a name has no app, its last change, and the commands that mend it. */
export function printName(report: NameReport, printMend: MendPrinter, { out }: Terminal): void {
  const { hostname, hindrances, last, mend, near, days, isWithoutProblems } = report;
  const print = (label: string, text: string) => wrap(`  ${label}`.padEnd(11), text).forEach(out);
  const printCommands = (each: Mend | undefined) => {
    for (const line of each === undefined ? [] : printMend(each)) wrapCommand(line).forEach(out);
  };
  for (const { problem, mend: own } of hindrances) {
    print('problem', `${problem.message}.`);
    printCommands(own);
  }
  if (isWithoutProblems)
    print('problem', 'Not known: everybody may read the list of this deployment, so it has no problems.');
  else if (hindrances.length === 0) print('problem', `None is known for ${hostname}.`);
  print('change', last === undefined ? `None within ${days} days.` : describeChange(last));
  if (mend !== undefined) print('mend', describeMend(mend));
  printCommands(mend);
  if (near !== undefined) print('near', `Did you mean ${near}?`);
}

function describeChange(moment: Moment): string {
  const { at, state, instances } = moment;
  const whose = instances.length === 0 ? '' : ` (${instances.join(', ')})`;
  return `${state}${whose} at ${formatTime(at)}, because of ${describeCauses(moment)}.`;
}

function describeMend(mend: Mend): string {
  if ('launch' in mend) return 'Launch an instance with this name:';
  return 'start' in mend ? 'Start the instance:' : 'Remove the tag:';
}

/** A word of a command, with the blanks in its quotes. */
const SHELL_WORD = /(?:'[^']*'|\\.|[^\s'\\])+/g;

/** A command in lines that a shell joins again. */
function wrapCommand(command: string): string[] {
  const indent = ' '.repeat(11);
  const lines: string[] = [];
  let line = `${indent}$`;
  for (const word of command.match(SHELL_WORD) ?? []) {
    if (countColumns(line) + countColumns(word) + 3 > COLUMNS && line.trim() !== '$') {
      lines.push(`${line} \\`);
      line = `${indent}   `;
    } else line += ' ';
    const isLong = countColumns(line) + countColumns(word) + 3 > COLUMNS;
    const pieces = isLong ? breakQuoted(word) : [word];
    lines.push(...pieces.slice(0, -1).map((piece, at) => `${at === 0 ? line : ''}${piece}\\`));
    line = pieces.length > 1 ? (pieces.at(-1) ?? '') : line + word;
  }
  return [...lines, line];
}

/** Breaks a quoted word at its blanks. The next piece begins its line, because a blank before it would end the word. */
function breakQuoted(word: string): string[] {
  const room = COLUMNS - 20;
  if (!/^'[^']*'$/.test(word)) return [word];
  const pieces: string[] = [''];
  for (const part of word.slice(1, -1).match(/\S*\s*/g) ?? []) {
    const last = pieces.at(-1) ?? '';
    if (last !== '' && last.length + part.length > room) pieces.push(part);
    else pieces[pieces.length - 1] = last + part;
  }
  return pieces.map((piece) => `'${piece}'`);
}
