/** `npm run cost` writes docs/operate/cost.md; with flags it prints the page for another team instead. */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { costPage } from './page.ts';
import { TEAM, type Usage } from './usage.ts';

/** The page of the default team. */
export const COST_FILE = fileURLToPath(new URL('../../docs/operate/cost.md', import.meta.url));

const FLAGS: Readonly<Record<string, keyof Usage>> = {
  apps: 'apps',
  requests: 'requests',
  'gb-per-request': 'gbPerRequest',
  changes: 'changesPerDay',
  hours: 'hoursPerDay',
  people: 'people',
};

/**
 * The usage in the flags, with the default team for missing flags.
 *
 * @throws UsageFlagError
 */
export function parseUsage(args: readonly string[]): Usage {
  const options = Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, { type: 'string' } as const]));
  const values = parseFlags(args, options);
  const given = Object.entries(values).map(([flag, text]) => [
    FLAGS[flag],
    parseQuantity(flag, String(text)),
  ]);
  return { ...TEAM, ...Object.fromEntries(given) };
}

function parseFlags(args: readonly string[], options: Record<string, { type: 'string' }>) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const known = Object.keys(options).map((flag) => `--${flag} N`);
    throw new UsageFlagError(`${error.message}; the flags are ${known.join(', ')}`);
  }
}

/** A flag is unknown, or its value is not a quantity. */
export class UsageFlagError extends Error {
  override name = 'UsageFlagError';
}

function parseQuantity(flag: string, text: string): number {
  const value = Number(text.replaceAll(',', ''));
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new UsageFlagError(
    `--${flag} is "${text}", expected a number of at least 0, for example --${flag} 5`,
  );
}

function main(args: readonly string[]): void {
  const page = costPage(parseUsage(args));
  if (args.length === 0) writeFileSync(COST_FILE, page);
  console.log(args.length === 0 ? `${COST_FILE} written` : page);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageFlagError)) throw error;
    console.error(`npm run cost: ${error.message}`);
    process.exitCode = 2;
  }
}
