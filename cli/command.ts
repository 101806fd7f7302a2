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

/** The options of a command by name; a word of the command line that is not among them is refused. */
export type Options = Readonly<Record<string, Option>>;

/** The words that a command takes beside its options. */
export interface Words {
  /** For the help: `INSTANCE|NAME…`. */
  usage: string;
  /** What to say when there is none; a command that can do without words says nothing. */
  missing?: string;
  /** Default: any number. */
  most?: number;
}

/** One command of `dynamic-edge-proxy`: the one description that its parsing, its help and its messages are made from. */
export interface Command {
  name: string;
  /** How a person starts it, where that is not the program with the name: `npm run sim --`. */
  calledAs?: string;
  /** One line for the list of commands. */
  summary: string;
  options: Options;
  /** A command without takes no words. */
  words?: Words;
  /** True when `-- COMMAND…` may follow. */
  runsCommand?: true;
  /** What a person may have meant by words that the command does not take: `--host shop`. */
  meant?(stray: readonly string[], given: ParsedArguments): string | undefined;
  /** Returns the exit code. */
  run(given: ParsedArguments, terminal: Terminal): Promise<number>;
}

/** A command line, taken apart. */
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
  /** What follows `--`. */
  command: readonly string[];
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
