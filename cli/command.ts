import { parseArgs } from 'node:util';

/** One command of `dynamic-edge-proxy`. */
export interface Command {
  name: string;
  /** What follows the name: `--host NAME [--port N] [-- COMMAND…]`. */
  usage: string;
  /** One line for the list of commands. */
  summary: string;
  /** Returns the exit code. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Where a command writes to. */
export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
  colour: boolean;
}

/** Thrown for a mistake of the person at the keyboard; the message says what to type instead. */
export class UsageError extends Error {
  override name = 'UsageError';
}

type Options = Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>;

/** Splits arguments into options, names and what follows `--`. */
export function argumentsOf(args: readonly string[], options: Options) {
  const dashes = args.indexOf('--');
  const own = dashes < 0 ? args : args.slice(0, dashes);
  try {
    const { values, positionals } = parseArgs({
      args: [...own],
      options,
      allowPositionals: true,
      strict: true,
    });
    return {
      text: (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : undefined),
      flag: (name: string) => values[name] === true,
      list: (name: string) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
      names: positionals,
      rest: dashes < 0 ? [] : args.slice(dashes + 1),
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
