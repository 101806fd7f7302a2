import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stateChangeEvent } from '../../../local/ec2/ec2-events.ts';
import { batchOf } from '../../support/stands/batches.ts';
import { fixture } from '../../support/values/event-fixtures.ts';
import { mean, median, percentile } from '../figures/spread.ts';
import { buildBundle, type Tree } from '../trees.ts';
import { LATENCY } from '../updater/latency.ts';
import { type RunCost, startUpdater, type UpdaterProcess } from '../updater/updater-process.ts';
import { withFolder } from '../with-folder.ts';
import { ChangingFleet } from './changing-fleet.ts';

/** One build's changes among so many live apps, in milliseconds. */
export interface ChangeRow {
  apps: number;
  build: string;
  /** Changes that were made: fewer than wanted if a build is slow. */
  changes: number;
  processor: Quantiles;
  wall: Quantiles;
  /** Remote calls of the last change. */
  calls: { describe: number; write: number; s3: number };
  /** With a delay of `LATENCY` for each remote call: from the event until the store accepts the write. */
  accepted: number;
  /** Megabytes of memory at most, of a process that found the store full. */
  peak: number;
  /** A fresh process whose predecessor left the mirror: sweeps without changes. */
  sweep: { processor: number; wall: number; peak: number };
}

export interface Quantiles {
  mean: number;
  p50: number;
  p99: number;
}

export const SIZES = [10, 1_000, 30_000] as const;
export const CHANGES = 300;
const DELAYED_CHANGES = 20;
const SWEEPS = 5;
/** Runs that may pass until a change is written. */
const ATTEMPTS = 5;
/** Milliseconds after which a build stops a series, so that a slow one does not take hours. */
const BUDGET = 60_000;

/** Measures the builds in turn, change by change, so that other work on the machine affects all of them. */
export function benchChanges(trees: readonly Tree[], sizes: readonly number[] = SIZES): Promise<ChangeRow[]> {
  return withFolder(async (folder) => {
    const bundles = trees.map((tree, n) => buildBundle(tree, join(folder, `bundle-${n}`)));
    const rows: ChangeRow[] = [];
    for (const apps of sizes) rows.push(...(await rowsOf(trees, bundles, apps, join(folder, `${apps}`))));
    return rows;
  });
}

async function rowsOf(
  trees: readonly Tree[],
  bundles: readonly string[],
  apps: number,
  folder: string,
): Promise<ChangeRow[]> {
  const fleet = new ChangingFleet(apps);
  const updaters: UpdaterProcess[] = [];
  try {
    for (const [n, bundle] of bundles.entries()) {
      updaters.push(await startUpdater(bundle, join(folder, `buckets-${n}`)));
    }
    for (const updater of updaters) await fill(updater, fleet);
    const changes = await series(updaters, CHANGES, () => changeOf(fleet));
    // A slow build left the series early, and the fleet changed without it.
    for (const updater of updaters) await sweep(updater, fleet);
    for (const { aws } of updaters) aws.latency = LATENCY;
    const delayed = await series(updaters, DELAYED_CHANGES, () => changeOf(fleet));
    for (const { aws } of updaters) aws.latency = 0;
    for (const updater of updaters) await updater.restart();
    for (const updater of updaters) await sweep(updater, fleet);
    const sweeps = await series(updaters, SWEEPS, () => (updater) => sweep(updater, fleet));
    return trees.map(({ name }, n) => rowOf(apps, name, changes[n] ?? [], delayed[n] ?? [], sweeps[n] ?? []));
  } finally {
    for (const updater of updaters) await updater.close();
  }
}

/**
 * Fills the store, and starts another process that knows nothing of it. Its memory would tell it that all names have just
 * changed, and it would keep the pace of each for five minutes.
 *
 * @throws Error if not every app has a route after some sweeps
 */
async function fill(updater: UpdaterProcess, fleet: ChangingFleet): Promise<void> {
  const { store, buckets } = updater.aws;
  for (let n = 0; n < ATTEMPTS && store.entries.size < fleet.instances.length; n++)
    await sweep(updater, fleet);
  if (store.entries.size !== fleet.instances.length)
    throw new Error(`${store.entries.size} of ${fleet.instances.length} apps have a route`);
  await updater.restart();
  await rm(join(buckets, 'journal'), { recursive: true });
  await mkdir(join(buckets, 'journal'));
  await sweep(updater, fleet);
}

type Step = (updater: UpdaterProcess) => Promise<RunCost>;

/** Takes steps in turn, each by every updater whose budget is left. Returns the costs of each updater. */
export async function series(
  updaters: readonly UpdaterProcess[],
  steps: number,
  next: () => Step,
  budget = BUDGET,
): Promise<RunCost[][]> {
  const costs = updaters.map((): RunCost[] => []);
  for (let n = 0; n < steps; n++) {
    const step = next();
    for (const [at, updater] of updaters.entries()) {
      const spent = costs[at]?.reduce((sum, { total }) => sum + total, 0) ?? 0;
      if (spent < budget) costs[at]?.push(await step(updater));
    }
  }
  return costs;
}

/** The next change of the fleet, for each updater. */
function changeOf(fleet: ChangingFleet): Step {
  const { id, state } = fleet.change();
  return (updater) => {
    updater.aws.instances = fleet.instances;
    return untilWritten(
      () => updater.run(batchOf([stateChangeEvent(id, state, Date.now())])),
      () => sweep(updater, fleet),
    );
  };
}

/**
 * The cost of a change until the store has it. On a loaded machine a slow build does not get all pages in time and leaves the
 * change to the next sweep, whose cost is part of the change's. Throws if some sweeps do not write it.
 */
export async function untilWritten(
  first: () => Promise<RunCost>,
  next: () => Promise<RunCost>,
): Promise<RunCost> {
  let cost = await first();
  for (let n = 1; n < ATTEMPTS && cost.accepted === undefined; n++) cost = sumOf(cost, await next());
  if (cost.accepted === undefined) throw new Error(`${ATTEMPTS} runs did not write a change`);
  return cost;
}

function sumOf(before: RunCost, after: RunCost): RunCost {
  return {
    total: before.total + after.total,
    processor: before.processor + after.processor,
    peak: Math.max(before.peak, after.peak),
    calls: [...before.calls, ...after.calls],
    ...(after.accepted === undefined ? {} : { accepted: before.total + after.accepted }),
  };
}

/** The message of the schedule. */
function sweep(updater: UpdaterProcess, fleet: ChangingFleet): Promise<RunCost> {
  updater.aws.instances = fleet.instances;
  return updater.run(batchOf([{ ...fixture('schedule.rule'), id: randomUUID() }]));
}

function rowOf(
  apps: number,
  build: string,
  changes: readonly RunCost[],
  delayed: readonly RunCost[],
  sweeps: readonly RunCost[],
): ChangeRow {
  const peakOf = (costs: readonly RunCost[]) => Math.max(...costs.map(({ peak }) => peak));
  return {
    ...{ apps, build, changes: changes.length },
    processor: quantiles(changes.map(({ processor }) => processor)),
    wall: quantiles(changes.map(({ total }) => total)),
    calls: countCalls(delayed.at(-1)?.calls ?? []),
    accepted: median(delayed.map(({ accepted }) => accepted ?? Number.NaN)),
    peak: peakOf([...changes, ...delayed]),
    sweep: {
      processor: median(sweeps.map(({ processor }) => processor)),
      wall: median(sweeps.map(({ total }) => total)),
      peak: peakOf(sweeps),
    },
  };
}

export function quantiles(figures: readonly number[]): Quantiles {
  return { mean: mean(figures), p50: median(figures), p99: percentile(figures, 99) };
}

export function countCalls(calls: readonly string[]): ChangeRow['calls'] {
  const describe = calls.filter((call) => call.startsWith('ec2')).length;
  const write = calls.filter((call) => call.startsWith('kvs')).length;
  return { describe, write, s3: calls.filter((call) => call.startsWith('s3')).length };
}
