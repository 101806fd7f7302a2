/**
 * `npm run e2e:aws`: deploys under a random deployment id, takes an instance through its life, asks the questions that only AWS
 * can answer, writes the answers into docs/inside/verified.md and deletes everything. It costs some cents. `-- --plan` prints
 * the steps and does nothing.
 *
 * It was written without an account and has not run yet.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Options, OptionsError, optionsOf } from './options.ts';
import { planOf } from './plan.ts';
import { withRows } from './rows.ts';
import { Run } from './run.ts';
import { stepsOf } from './steps/steps.ts';
import type { World } from './world.ts';

/** The page that gets the answers. */
export const VERIFIED_FILE = fileURLToPath(new URL('../../docs/inside/verified.md', import.meta.url));

/** Runs every step, then deletes all that was created, even after a failure. Returns the run and its failure, if there is one. */
export async function perform(options: Options, world: World, interrupted: AbortSignal) {
  const run = new Run(options, world, interrupted);
  let failure: unknown;
  try {
    for (const step of stepsOf(options)) {
      interrupted.throwIfAborted();
      world.say(`\n${step.what}`);
      await step.run(run);
    }
  } catch (error) {
    failure = error;
    world.say(`\nstopped: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!options.keep) await run.ledger.clear(world.say);
  const left = run.ledger.left();
  world.say(left.length === 0 ? '\nnothing is left' : `\nnot deleted:\n${left.join('\n')}`);
  return { run, failure, left };
}

async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (options.plan) {
    console.log(planOf(options).join('\n'));
    return 0;
  }
  const { realWorld } = await import('./real/real-world.ts');
  const stop = new AbortController();
  process.once('SIGINT', () => {
    console.error(
      '\nstopping: everything that was created is deleted first; press Ctrl-C again to leave it in place',
    );
    stop.abort(new Error('Ctrl-C'));
    process.once('SIGINT', () => process.exit(130));
  });
  const { run, failure, left } = await perform(options, realWorld(), stop.signal);
  const when = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const head = `Run on ${when} UTC in ${options.region}, ${options.baseDomain === '' ? 'on the bare distribution domain' : 'under a domain of its own'}${failure === undefined ? '' : '; it failed before its end'}.`;
  if (run.rows.length > 0) {
    writeFileSync(
      VERIFIED_FILE,
      withRows(readFileSync(VERIFIED_FILE, 'utf8'), VERIFIED_FILE, head, run.rows),
    );
    console.log(`${VERIFIED_FILE} has ${run.rows.length} rows`);
  }
  const well = failure === undefined && left.length === 0 && run.rows.every(({ agrees }) => agrees);
  return well ? 0 : 1;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(argv.slice(2));
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    console.error(`npm run e2e:aws: ${error.message}`);
    process.exitCode = 2;
  }
}
