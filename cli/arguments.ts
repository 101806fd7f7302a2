import { parseArgs } from 'node:util';
import { type Command, type Option, type Options, type ParsedArguments, UsageError } from './command.ts';
import { nearest } from './nearest.ts';

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Every command has this option. */
export const HELP: Options = { help: { text: 'show this help' } };

/**
 * Parses a command line by the description of its command.
 *
 * @throws UsageError for anything that the description does not name
 */
export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
  const dashes = args.indexOf('--');
  const own = dashes < 0 ? args : args.slice(0, dashes);
  const options = { ...command.options, ...HELP };
  const { tokens } = parseArgs({
    args: [...own],
    options: parserOptions(options),
    strict: false,
    tokens: true,
  });
  const values = readValues(tokens, options);
  const valueFor = (name: string) => values.get(name)?.[0] ?? requireFallback(name, options);
  const given: ParsedArguments = {
    text: (name) => values.get(name)?.[0],
    value: valueFor,
    number: (name) => Number(valueFor(name)),
    flag: (name) => values.has(name),
    list: (name) => values.get(name) ?? [],
    words: tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : [])),
    command: dashes < 0 ? [] : args.slice(dashes + 1),
  };
  if (!given.flag('help')) requireExpected(command, given, dashes >= 0);
  return given;
}

function parserOptions(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  );
}

function readValues(tokens: readonly Token[], options: Options): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(token, Object.keys(options));
    const before = values.get(token.name);
    if (before !== undefined && option.many === undefined && token.name !== 'help')
      throw new UsageError(`${token.rawName} is given twice; give it once`);
    values.set(token.name, [...(before ?? []), readValue(token, option)]);
  }
  return values;
}

/** A value that begins with a hyphen is more likely the next option: `--host --port 3000`. */
function readValue({ rawName, value, inlineValue }: OptionToken, option: Option): string {
  if (option.value === undefined) {
    if (inlineValue) throw new UsageError(`${rawName} takes no value; remove "=${value}"`);
    return '';
  }
  if (value === undefined || value === '' || (!inlineValue && value.startsWith('-')))
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
  if (option.range !== undefined) requireInRange(rawName, value, option.range);
  return value;
}

function requireInRange(rawName: string, value: string, [least, most]: readonly [number, number]): void {
  if (/^\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most) return;
  throw new UsageError(`${rawName} is "${value}"; expected ${least}–${most}`);
}

/** Throws for an option without a fallback: the command has a bug. */
function requireFallback(name: string, options: Options): string {
  const { fallback } = options[name] ?? {};
  if (fallback === undefined) throw new Error(`option --${name} has no fallback`);
  return fallback;
}

function unknownOption({ name, rawName }: OptionToken, known: readonly string[]): UsageError {
  const meant = nearest(name, known);
  const hint =
    meant === undefined
      ? `the options are ${known.map((each) => `--${each}`).join(', ')}`
      : `did you mean --${meant}?`;
  return new UsageError(`unknown option ${rawName}; ${hint}`);
}

function requireExpected(command: Command, given: ParsedArguments, dashed: boolean): void {
  const { words, runsCommand } = command;
  if (dashed && !runsCommand) throw new UsageError(`unexpected "--"; only launch runs another command`);
  if (dashed && given.command.length === 0)
    throw new UsageError('no command follows "--"; add it, for example -- node server.js');
  if (given.words.length === 0 && words?.missing !== undefined) throw new UsageError(words.missing);
  const stray = words === undefined ? given.words : given.words.slice(words.most ?? Number.POSITIVE_INFINITY);
  if (stray.length === 0) return;
  const meant = command.meant?.(stray, given);
  const hint = meant === undefined ? describeWords(command) : `did you mean ${meant}?`;
  const noun = stray.length === 1 ? 'argument' : 'arguments';
  throw new UsageError(`unexpected ${noun} "${stray.join(' ')}"; ${hint}`);
}

function describeWords({ words }: Command): string {
  return words === undefined ? 'this command only takes options' : `this command takes ${words.usage}`;
}
