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
  /** Publishes the DEVELOPMENT stage to LIVE, if it still has this ETag. */
  publish(etag: string): Promise<void>;
}

/** A function in DEVELOPMENT failed a case; nothing was published. */
export class NotProvenError extends Error {
  override name = 'NotProvenError';

  constructor(name: string, faults: readonly CaseFault[]) {
    const cases = faults.map(({ message }) => message).join('; ');
    super(
      `function ${name} was not published, and viewers keep the previous one: ${cases}. If the code is right, read docs/inside/architecture.md, "Gated publish"`,
    );
  }
}

/** Attempts of a case whose answer differs: a write to the store is readable only after 20–30 s. */
export const CASE_TRIES = 12;
/** Milliseconds between two attempts. */
export const CASE_PAUSE_MS = 10_000;
/** Runs of a case, of which the median counts: a single run may be slow because the machine is busy. */
export const CASE_RUNS = 5;
/** Compute utilization in percent that is worth a warning: the edge shows about three times as much, and throttles at 71. */
export const EXPENSIVE_PERCENT = 25;

/** The tests of a function. */
export interface Proof {
  /** Name of the function, for messages. */
  name: string;
  /** Share of the allowed time in percent that a case may take. */
  utilizationLimit: number;
  /** Writes the entries that the cases read into the store, if the function has one, and completes the cases. */
  prepare(): Promise<Prepared>;
}

/** The cases, and words for the log. */
export interface Prepared {
  cases: readonly CanaryCase[];
  canaries: string;
  keys: string;
}

/** Clock and log, which tests replace. */
export interface Outside {
  sleep(ms: number): Promise<void>;
  /** Writes a line for each attempt of a case, since the utilization is of interest even within its limit. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/** The cost of a case. */
export interface Cost {
  name: string;
  /** Percent of the allowed time, the median of its runs. */
  utilization: number;
}

/** The outcome of a publication. */
export type Publication = { outcome: 'unchanged' } | { outcome: 'published'; dearest: Cost | undefined };

/**
 * Publishes the code in DEVELOPMENT after every case passed.
 *
 * Code that is already LIVE is not tested again, and its canaries stay as they are: CloudFormation also calls this when it
 * rolls back, which must succeed.
 *
 * @throws NotProvenError if a case fails; nothing is published then
 */
export async function publishProven(
  stages: FunctionStages,
  proof: Proof,
  outside: Outside,
): Promise<Publication> {
  const { etag, content } = await stages.development();
  if ((await stages.live())?.content === content) return { outcome: 'unchanged' };
  const { cases, ...prepared } = await proof.prepare();
  outside.log({ level: 'INFO', ...prepared });
  const costs = await prove((event) => stages.test(etag, event), { ...proof, cases }, outside);
  await stages.publish(etag);
  const [dearest] = costs.toSorted((a, b) => b.utilization - a.utilization);
  return { outcome: 'published', dearest };
}

type Test = (event: CanaryCase['event']) => Promise<RunResult>;

async function prove(
  test: Test,
  { name, cases, utilizationLimit }: Omit<Proof, 'prepare'> & Pick<Prepared, 'cases'>,
  { sleep, log }: Outside,
) {
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
    if (isFinal)
      throw new NotProvenError(
        name,
        failed.map(({ fault }) => fault),
      );
    open = failed.map(({ one }) => one);
    await sleep(CASE_PAUSE_MS);
  }
}

/** Every run must pass; the median of their costs counts. */
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

/** The median of an odd number of shares; NaN if any of them is NaN. */
function medianOf(shares: readonly number[]): number {
  if (shares.some(Number.isNaN)) return Number.NaN;
  return shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 2)] ?? Number.NaN;
}
