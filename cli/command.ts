/** One option of a command. */
export interface Option {
  /** The word for its value in the help, such as `N` in `--port N`; an option without one is a switch. */
  value?: string;
  /** One line for the help. */
  text: string;
  /** The value when none is given; the help shows it. */
  fallback?: string;
  /** The whole numbers that the value may be. */
  range?: readonly [least: number, most: number];
  /** It may be given more than once. */
  many?: true;
}

/** The options of a command by name. The parser refuses all others. */
export type Options = Readonly<Record<string, Option>>;

/** The arguments that a command takes besides its options. */
export interface Words {
  /** For the help: `INSTANCE|NAME…`. */
  usage: string;
  /** The error when there is none. Absent: the argument is optional. */
  missing?: string;
  /** Default: any number. */
  most?: number;
}

/** One command of `dynamic-edge-proxy`. Parser, help and error messages are made from this description. */
export interface Command {
  name: string;
  /** How a person starts it, if not as `dynamic-edge-proxy NAME`: `npm run sim --`. */
  calledAs?: string;
  /** One line for the list of commands. */
  summary: string;
  options: Options;
  /** Absent: the command only takes options. */
  words?: Words;
  /** True when `-- COMMAND…` may follow. */
  runsCommand?: true;
  /** A suggestion for arguments that the command does not take: `--host shop`. */
  meant?(stray: readonly string[], given: ParsedArguments): string | undefined;
  /** Returns the exit code. */
  run(given: ParsedArguments, terminal: Terminal): Promise<number>;
}

/** A parsed command line. */
export interface ParsedArguments {
  /** The value of an option as it was given. */
  text(name: string): string | undefined;
  /** The same, or the option's fallback. */
  value(name: string): string;
  /** The same as a number, for an option with a range. */
  number(name: string): number;
  /** True when a switch is given. */
  flag(name: string): boolean;
  /** The values of an option that may be given more than once. */
  list(name: string): readonly string[];
  words: readonly string[];
  /** The words after `--`. */
  command: readonly string[];
}

/** Where a command writes its output. */
export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
  colour: boolean;
}

/** Thrown for a wrong command line. The message says what to type instead. */
export class UsageError extends Error {
  override name = 'UsageError';
}
