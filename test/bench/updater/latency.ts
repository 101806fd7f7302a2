import { randomUUID } from 'node:crypto';
import { stateChangeEvent } from '../../../local/ec2/ec2-events.ts';
import { batchOf, lacking, runningApp } from '../../support/stands/batches.ts';
import { fixture } from '../../support/values/event-fixtures.ts';
import { median } from '../figures/spread.ts';
import { thousands } from '../report.ts';
import { type RunCost, type UpdaterProcess, withUpdater } from './updater-process.ts';

/** Times of the warm updater in milliseconds, with a delay before the handling of each remote call. */
export interface LatencyFigures {
  runs: number;
  /** Event received → store accepted. */
  change: { median: number; fastest: number; slowest: number; calls: readonly string[] };
  /** A sweep that finds nothing to do, from its message to the handler's return. */
  sweep: { median: number; calls: readonly string[] };
}

/** Milliseconds before a remote call is handled. */
export const LATENCY = 50;

const RUNS = 40;

/** Stops and starts ten apps in turn, with a sweep after each change. A single app would be slowed down by the brake. */
export function benchLatency(): Promise<LatencyFigures> {
  return withUpdater(async (updater) => {
    const { aws } = updater;
    aws.instances = Array.from({ length: 10 }, (_, at) => at + 1).map((n) => runningApp(n, `app-${n}`));
    await sweep(updater);
    await sweep(updater);
    aws.latency = LATENCY;
    const changes: RunCost[] = [];
    const sweeps: RunCost[] = [];
    for (let n = 0; n < RUNS; n++) {
      changes.push(await change(updater, n % 2 === 0));
      sweeps.push(await sweep(updater));
    }
    const times = changes.flatMap(({ accepted }) => accepted ?? []);
    return {
      runs: times.length,
      change: {
        ...{ median: median(times), fastest: Math.min(...times), slowest: Math.max(...times) },
        calls: changes.at(-1)?.calls ?? [],
      },
      sweep: { median: median(sweeps.map(({ total }) => total)), calls: sweeps.at(-1)?.calls ?? [] },
    };
  });
}

/** The message of the schedule. */
export function sweep({ run }: UpdaterProcess): Promise<RunCost> {
  return run(batchOf([{ ...fixture('schedule.rule'), id: randomUUID() }]));
}

/** Stops the first instance, or starts it and moves it to the end, and sends its event. */
export function change({ aws, run }: UpdaterProcess, isStop: boolean): Promise<RunCost> {
  const [first = runningApp(1, 'app-1'), ...others] = aws.instances;
  const launchedAt = Math.floor(Date.now() / 1000);
  const { id, tags } = first;
  const changed = isStop ? lacking(first, 'stopping') : { ...runningApp(1, ''), id, tags, launchedAt };
  aws.instances = isStop ? [changed, ...others] : [...others, changed];
  return run(batchOf([stateChangeEvent(id, changed.state, Date.now())]));
}

export function latencyPart({ runs, change, sweep }: LatencyFigures): string {
  const floor = 2 * LATENCY;
  return [
    `The bundle runs warm in its own process, over HTTP, with a delay of ${LATENCY} ms for each remote call. From the event until the store accepts the write: median **${thousands(change.median)} ms**`,
    `(${thousands(change.fastest)}–${thousands(change.slowest)} ms, ${runs} stops and starts). The minimum is two calls that follow each other, the description of the instance and the write: ${floor} ms. The median is **${(change.median / floor).toFixed(2)}** times`,
    `that. The mirror is read and the journal is written meanwhile. A sweep without changes takes ${thousands(sweep.median)} ms and makes the calls ${callsOf(sweep.calls)}.`,
  ].join('\n');
}

/** `s3 GET, ec2 us-east-1 DescribeInstances` */
function callsOf(calls: readonly string[]): string {
  return calls.map((call) => `\`${call}\``).join(' and ');
}
