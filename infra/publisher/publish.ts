import type { CanaryCase } from './canary-case.ts';
import { type Fault, faultOf, type RunResult } from './verdict.ts';

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

  constructor(faults: readonly Fault[]) {
    const cases = faults.map(({ message }) => message).join('; ');
    super(
      `the router was not published, viewers keep the one before: ${cases}. If the code is right, see docs/architecture.md, "Gated publish"`,
    );
  }
}

/** Tries of a case whose answer differs: a store that was just created reaches its readers after 20–30 s. */
export const TRIES = 12;
/** Milliseconds between them. */
export const PAUSE = 10_000;

/** Where time and words come in. */
export interface Outside {
  sleep(ms: number): Promise<void>;
  /** One line for each run of a case: the utilization is news even where it is within its limit. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/**
 * Publishes what DEVELOPMENT holds once every case came out as expected.
 *
 * What is LIVE already is not proven again: CloudFormation also comes here when it rolls back, and must get there.
 *
 * @throws NotProvenError, and nothing was published
 */
export async function publishProven(
  stages: FunctionStages,
  cases: readonly CanaryCase[],
  outside: Outside,
): Promise<'published' | 'unchanged'> {
  const { etag, content } = await stages.development();
  if ((await stages.live())?.content === content) return 'unchanged';
  await prove(stages, etag, cases, outside);
  await stages.publish(etag);
  return 'published';
}

async function prove(
  stages: FunctionStages,
  etag: string,
  cases: readonly CanaryCase[],
  { sleep, log }: Outside,
): Promise<void> {
  let open = cases;
  for (let left = TRIES; ; left--) {
    const failed: { one: CanaryCase; fault: Fault }[] = [];
    for (const one of open) {
      const result = await stages.test(etag, one.event);
      const fault = faultOf(one, result);
      const { utilization } = result;
      log({ level: fault ? 'WARN' : 'INFO', case: one.name, utilization, fault: fault?.message });
      if (fault) failed.push({ one, fault });
    }
    if (failed.length === 0) return;
    const isFinal = left === 1 || failed.some(({ fault }) => !fault.again);
    if (isFinal) throw new NotProvenError(failed.map(({ fault }) => fault));
    open = failed.map(({ one }) => one);
    await sleep(PAUSE);
  }
}
