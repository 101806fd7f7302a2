import { readFileSync } from 'node:fs';

/** Milliseconds that a process has used, in user and system mode: proc(5), fields 14 and 15, in hundredths of a second. */
export function processorTimeOf(pid: number): number {
  return parseProcessorTime(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The name of the program is in parentheses and may have spaces and parentheses. */
export function parseProcessorTime(stat: string): number {
  const fields = stat.replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
