import type { CanaryCase } from './canary-case.ts';
import { type CaseFault, findOutputFault, findSlowness, type RunResult, shareOf } from './verdict.ts';

/** A stage's code and configuration, comparable as text. */
export interface StageContent {
  etag: string;
  content: string;
}

/** The two stages of one CloudFront function. */
export interface FunctionStages {
  development(): Promise<StageContent>;
  /** Undefined while nothing was published. */
  live(): Promise<StageContent | undefined>;
  /** Runs the code of the DEVELOPMENT stage that has this ETag. */
  test(etag: string, event: CanaryCase['event']): Promise<RunResult>;
  /** Makes LIVE what DEVELOPMENT is, if it still has this ETag. */
  publish(etag: string): Promise<void>;
}

/** The router in DEVELOPMENT is not what it should be; nothing was published. */
export class NotProvenError extends Error {
  override name = 'NotProvenError';

  constructor(faults: readonly CaseFault[]) {
    const cases = faults.map(({ message }) => message).join('; ');
    super(
      `the router was not published, viewers keep the one before: ${cases}. If the code is right, see docs/inside/architecture.md, "Gated publish"`,
    );
  }
}

/** Tries of a case whose answer differs: what was just written to a store reaches its readers after 20–30 s. */
export const CASE_TRIES = 12;
/** Milliseconds between them. */
export const CASE_PAUSE_MS = 10_000;
/** Runs of a case whose median counts: a single one may have met a busy machine. */
export const CASE_RUNS = 5;
/** Compute utilization in percent above which a case is dear: about three times as much is seen at the edge, where 71 throttles. */
export const EXPENSIVE_PERCENT = 25;

/** With what a router is proven. */
export interface Proof {
  cases: readonly CanaryCase[];
  /** Share of the allowed time in percent that a case may take. */
  utilizationLimit: number;
  /** Brings what the cases ask for into the store. */
  putCanaries(): Promise<unknown>;
}

/** Where time and words come in. */
export interface Outside {
  sleep(ms: number): Promise<void>;
  /** One line for each try of a case: the utilization is news even where it is within its limit. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/** What a case cost. */
export interface Cost {
  name: string;
  /** Percent of the allowed time, the median of its runs. */
  utilization: number;
}

/** What came of it. */
export type Published = { outcome: 'unchanged' } | { outcome: 'published'; dearest: Cost | undefined };

/**
 * Publishes what DEVELOPMENT holds once every case came out as expected.
 *
 * What is LIVE already is not proven again, and its canaries are not touched: CloudFormation also comes here when it rolls
 * back, and must get there.
 *
 * @throws NotProvenError, and nothing was published
 */
export async function publishProven(
  stages: FunctionStages,
  proof: Proof,
  outside: Outside,
): Promise<Published> {
  const { etag, content } = await stages.development();
  if ((await stages.live())?.content === content) return { outcome: 'unchanged' };
  outside.log({ level: 'INFO', canaries: await proof.putCanaries() });
  const costs = await prove((event) => stages.test(etag, event), proof, outside);
  await stages.publish(etag);
  const [dearest] = costs.toSorted((a, b) => b.utilization - a.utilization);
  return { outcome: 'published', dearest };
}

type Test = (event: CanaryCase['event']) => Promise<RunResult>;

async function prove(test: Test, { cases, utilizationLimit }: Proof, { sleep, log }: Outside) {
  const costs: Cost[] = [];
  let open = cases;
  for (let left = CASE_TRIES; ; left--) {
    const failed: { one: CanaryCase; fault: CaseFault }[] = [];
    for (const one of open) {
      const { fault, utilization } = await tryCase(test, one, utilizationLimit);
      const level = fault || utilization > EXPENSIVE_PERCENT ? 'WARN' : 'INFO';
      log({ level, case: one.name, utilization, fault: fault?.message });
      if (fault) failed.push({ one, fault });
      else costs.push({ name: one.name, utilization });
    }
    if (failed.length === 0) return costs;
    const isFinal = left === 1 || failed.some(({ fault }) => !fault.again);
    if (isFinal) throw new NotProvenError(failed.map(({ fault }) => fault));
    open = failed.map(({ one }) => one);
    await sleep(CASE_PAUSE_MS);
  }
}

/** Every run has to come out as expected; of what they cost the median counts. */
async function tryCase(test: Test, one: CanaryCase, limit: number) {
  const shares: number[] = [];
  for (let run = 0; run < CASE_RUNS; run++) {
    const result = await test(one.event);
    shares.push(shareOf(result));
    const fault = findOutputFault(one, result);
    if (fault) return { fault, utilization: medianOf(shares) };
  }
  const utilization = medianOf(shares);
  return { fault: findSlowness(one, utilization, limit), utilization };
}

/** Of an odd number; of what is no number the answer is none either. */
function medianOf(shares: readonly number[]): number {
  if (shares.some(Number.isNaN)) return Number.NaN;
  return shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 2)] ?? Number.NaN;
}
