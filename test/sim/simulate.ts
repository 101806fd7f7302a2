import type { Step } from './story/action.ts';
import { buildStory } from './story/story.ts';
import type { Weather } from './story/weather.ts';
import { type Tally, World } from './story/world.ts';
import type { VisitCounts } from './visitors/visitors.ts';

/** Steps in one history. */
export const EVENTS = 50;

export interface Failure {
  seed: number;
  message: string;
  /** The history, cut down to the steps that the failure needs. */
  steps: readonly Step[];
  /** Trace of the shortened history. */
  lines: readonly string[];
}

/** Plays the history of a seed. A broken promise comes with the shortest history found for it. */
export function simulate(seed: number, events = EVENTS): Promise<Tally | Failure> {
  return play(seed, buildStory(seed, events));
}

/**
 * Plays these steps. A broken promise comes with the shortest history found for it.
 *
 * @param weather default: that of the seed
 */
export async function play(
  seed: number,
  steps: readonly Step[],
  weather?: Weather,
): Promise<Tally | Failure> {
  const outcome = await liveThrough(seed, steps, weather);
  if (!('message' in outcome)) return outcome;
  const shortest = await shrink(seed, steps, weather);
  const retold = await liveThrough(seed, shortest, weather, true);
  const { message, lines } = 'message' in retold ? retold : { message: outcome.message, lines: [] };
  return { seed, message, steps: shortest, lines };
}

export function isFailure(outcome: Tally | Failure): outcome is Failure {
  return 'message' in outcome;
}

async function liveThrough(
  seed: number,
  steps: readonly Step[],
  weather: Weather | undefined,
  isTraced = false,
): Promise<Tally | { message: string; lines: readonly string[] }> {
  // A history takes no turn of Node's loop, but the test runner may need one.
  await new Promise((resolve) => setImmediate(resolve));
  const world = await World.open(seed, isTraced, weather);
  // Stack traces of the services' many errors would take a tenth of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await world.live(steps);
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { message, lines: world.lines };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Leaves out halves, quarters and so on down to single steps, as long as a promise stays broken. */
async function shrink(
  seed: number,
  steps: readonly Step[],
  weather: Weather | undefined,
): Promise<readonly Step[]> {
  let kept = steps;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length; ) {
      const without = [...kept.slice(0, start), ...kept.slice(start + size)];
      if ('message' in (await liveThrough(seed, without, weather))) kept = without;
      else start += size;
    }
  }
  return kept;
}

/** Number of histories in a test run; `SEEDS=100000` for more. */
export const SEEDS = Number(process.env['SEEDS'] ?? (process.env['CI'] === 'true' ? 2_000 : 200));

/** Plays histories: descriptions of the first three failures, and the sums of the visitors' counts. */
export async function playAll(
  seeds: Iterable<number>,
): Promise<{ failures: string[]; visitors: Partial<VisitCounts> }> {
  const failures: string[] = [];
  const tallies: Tally[] = [];
  for (const seed of seeds) {
    const outcome = await simulate(seed);
    if (isFailure(outcome)) failures.push(describeFailure(outcome));
    else tallies.push(outcome);
    if (failures.length === 3) break;
  }
  return { failures, visitors: sumOfVisits(tallies) };
}

/** The sums of the visitors' counts of histories. */
export function sumOfVisits(tallies: readonly Tally[]): Partial<VisitCounts> {
  const sum: Record<string, number> = {};
  for (const { visitors = {} } of tallies)
    for (const [name, count] of Object.entries<number>({ ...visitors })) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** The laws of hints that no visit has tried: a law that nothing tries cannot fail. */
export function findUntried(visitors: Partial<VisitCounts>): string[] {
  const tried = ['app', 'closed', 'gone', 'ended', 'old', 'foreign', 'opened', 'below'] as const;
  return tried.filter((name) => !((visitors[name] ?? 0) > 0));
}

/** Describes a failure: its seed, the command that repeats it, and the shortened history. */
export function describeFailure({ seed, message, steps, lines }: Failure): string {
  const story = steps.map(
    ({ at, action }) => `  ${(at / 1000).toFixed(2).padStart(9)} ${JSON.stringify(action)}`,
  );
  return [
    `seed ${seed}: ${message}`,
    `to repeat: npm run sim -- --seed ${seed}`,
    `shortened to ${steps.length} steps:`,
    ...story,
    'last lines of the trace:',
    ...lines
      .filter((line) => !/figures|"unchanged"/.test(line))
      .slice(-30)
      .map((line) => `  ${line.slice(0, 300)}`),
  ].join('\n');
}
