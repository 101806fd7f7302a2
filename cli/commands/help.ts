import { HELP } from '../arguments.ts';
import type { Command, Option } from '../command.ts';

/** The name that a person types. */
export const PROGRAM = 'dynamic-edge-proxy';

/** The beginning of a command's error messages. */
export function commandTitle({ name, calledAs }: Command): string {
  return calledAs === undefined ? `${PROGRAM} ${name}` : name;
}

/** `usage: dynamic-edge-proxy launch [--host NAME] … [-- COMMAND…]`. */
export function formatUsage(command: Command): string {
  const { name, calledAs = `${PROGRAM} ${name}`, words, options, runsCommand } = command;
  const parts = Object.entries(options).map(([each, option]) => {
    const spelled = formatOption(each, option);
    return `[${spelled}]${option.many ? '…' : ''}`;
  });
  return [`usage: ${calledAs}`, words?.usage, ...parts, runsCommand && '[-- COMMAND…]']
    .filter(Boolean)
    .join(' ');
}

/** The usage, the summary and one line for each option. */
export function formatHelp(command: Command): string {
  const rows = Object.entries({ ...command.options, ...HELP });
  const width = Math.max(...rows.map(([name, option]) => formatOption(name, option).length));
  const lines = rows.map(([name, option]) =>
    [`  ${formatOption(name, option).padEnd(width)}  ${option.text}`, ...describeOption(option)].join('; '),
  );
  return [formatUsage(command), command.summary, '', ...lines].join('\n');
}

function formatOption(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function describeOption({ fallback, many }: Option): string[] {
  const notes = [fallback === undefined ? '' : `default ${fallback}`, many ? 'may be repeated' : ''];
  return notes.filter((note) => note !== '');
}
