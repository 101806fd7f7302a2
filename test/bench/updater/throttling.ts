import { runningApp } from '../../support/stands/batches.ts';
import { median } from '../figures/spread.ts';
import { thousands } from '../report.ts';
import { sweep } from './latency.ts';
import { type UpdaterProcess, withUpdater } from './updater-process.ts';

/** The warm updater while EC2 throttles it. */
export interface ThrottlingFigures {
  trials: number;
  /** Throttled answers in a row, before EC2 answers again. */
  answers: number;
  /** Consecutive runs until a change was in the store: median and maximum. */
  runs: readonly [median: number, most: number];
  /** Requests that EC2 received until then. */
  requests: readonly [median: number, most: number];
  /** Milliseconds from the event to the store. */
  time: readonly [median: number, most: number];
}

const EC2 = 'ec2 us-east-1';
const ANSWERS = 6;
const TRIALS = 20;
/** Milliseconds before a remote call is handled. */
const LATENCY = 50;

/** Renames an app while EC2 throttles. Sweeps follow each other until the store has the new name. */
export function benchThrottling(): Promise<ThrottlingFigures> {
  return withUpdater(async (updater) => {
    // Each trial renames an app of its own: the brake would slow down an instance that changes ten times.
    updater.aws.instances = Array.from({ length: TRIALS }, (_, n) => runningApp(n + 1, `app-${n + 1}`));
    await sweep(updater);
    updater.aws.latency = LATENCY;
    const trials: Trial[] = [];
    for (let n = 0; n < TRIALS; n++) trials.push(await trial(updater, n));
    const spread = (of: (each: Trial) => number) =>
      [median(trials.map(of)), Math.max(...trials.map(of))] as const;
    return {
      ...{ trials: TRIALS, answers: ANSWERS },
      ...{
        runs: spread(({ runs }) => runs),
        requests: spread(({ requests }) => requests),
        time: spread(({ time }) => time),
      },
    };
  });
}

type Trial = Record<'runs' | 'requests' | 'time', number>;

async function trial(updater: UpdaterProcess, n: number): Promise<Trial> {
  const { aws } = updater;
  aws.instances = aws.instances.map((each, at) =>
    at === n ? { ...each, tags: { 'proxy:host': `renamed-${n + 1}` } } : each,
  );
  aws.throttled.set(EC2, ANSWERS);
  let [runs, requests, time] = [0, 0, 0];
  for (;;) {
    const cost = await sweep(updater);
    runs += 1;
    requests += cost.calls.filter((call) => call.startsWith(EC2)).length;
    if (cost.accepted !== undefined) return { runs, requests, time: time + cost.accepted };
    time += cost.total;
  }
}

export function throttlingPart({ trials, answers, runs, requests, time }: ThrottlingFigures): string {
  const told = ([middle, most]: readonly [number, number]) => `${thousands(middle)} | ${thousands(most)}`;
  return [
    `The bundle runs warm in its own process, over HTTP, with a delay of ${LATENCY} ms for each remote call. An app gets another name, and EC2 answers the next ${answers} requests with`,
    `RequestLimitExceeded. Sweeps follow each other without a pause until the store has the name (${trials} trials).`,
    '',
    '| | median | maximum |',
    '| --- | ---: | ---: |',
    `| runs that tried to list | ${told(runs)} |`,
    `| requests that EC2 got | ${told(requests)} |`,
    `| ms until the store had it | ${told(time)} |`,
  ].join('\n');
}
