import { runningApp } from '../../support/stands/batches.ts';
import { thousands } from '../report.ts';
import { median } from '../spread.ts';
import { change, LATENCY, sweep } from './latency.ts';
import { type RunCost, type UpdaterProcess, withUpdater } from './updater-process.ts';

/** One change among this many live apps in a warm process; medians of several changes. */
export interface ScaleRow {
  apps: number;
  /** Remote calls up to the write: the mirror, DescribeInstances, UpdateKeys. */
  calls: { mirror: number; describe: number; write: number };
  /** Milliseconds from the event to the store. */
  accepted: number;
  /** Milliseconds from the event to the handler's return, including journal, mirror and portal. */
  total: number;
  /** Milliseconds of processor time for all of it. */
  processor: number;
  /** Largest memory of the process so far, in megabytes. */
  peak: number;
}

const SIZES = [10, 1_000, 30_000] as const;
const CHANGES = 5;

/** Fills a store for each size, then stops and starts one of its apps. */
export async function benchScale(): Promise<{ rows: ScaleRow[] }> {
  const rows: ScaleRow[] = [];
  for (const apps of SIZES) rows.push(await withUpdater((updater) => scaleRow(updater, apps)));
  return { rows };
}

async function scaleRow(updater: UpdaterProcess, apps: number): Promise<ScaleRow> {
  const { aws } = updater;
  aws.instances = Array.from({ length: apps }, (_, n) => runningApp(n + 1, `app-${n + 1}`));
  await sweep(updater);
  if (aws.store.entries.size !== apps)
    throw new Error(`${aws.store.entries.size} of ${apps} apps are routed`);
  aws.latency = LATENCY;
  const costs: RunCost[] = [];
  for (let n = 0; n < CHANGES; n++) costs.push(await change(updater, n % 2 === 0));
  const middle = (of: (cost: RunCost) => number) => median(costs.map(of));
  return {
    apps,
    calls: callsBefore(costs.at(-1)?.calls ?? []),
    accepted: middle(({ accepted }) => accepted ?? Number.NaN),
    total: middle(({ total }) => total),
    processor: middle(({ processor }) => processor),
    peak: Math.max(...costs.map(({ peak }) => peak)),
  };
}

function callsBefore(calls: readonly string[]): ScaleRow['calls'] {
  const count = (beginning: string) => calls.filter((call) => call.startsWith(beginning)).length;
  return { mirror: count('s3 GET'), describe: count('ec2'), write: count('kvs') };
}

export function scalePart({ rows }: { rows: ScaleRow[] }): string {
  return [
    `One instance stops or starts among this many live apps of one region (medians of ${CHANGES}). The bundle runs warm in its own process, over HTTP, with a delay of ${LATENCY} ms for each`,
    'remote call. EC2 answers with a thousand instances per page, each with its full 4 KB.',
    '',
    '| live apps | mirror | DescribeInstances | UpdateKeys | event → store, ms | whole run, ms | processor, ms | peak memory, MB |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ apps, calls, accepted, total, processor, peak }) =>
        `| ${thousands(apps)} | ${calls.mirror} | ${calls.describe} | ${calls.write} | ${[accepted, total, processor, peak].map(thousands).join(' | ')} |`,
    ),
    '',
    'Up to one page of a thousand instances, the number of remote calls is the same. The work grows, because EC2 describes each instance in full and the updater must',
    "parse it: half a second per page in the SDK's XML parser (in a profile of the listing alone). On a shared machine the processor time is the reliable figure; the",
    'deployed function has one whole vCPU and 1,769 MB. With a few thousand apps a change takes seconds instead of a fraction of one.',
  ].join('\n');
}
