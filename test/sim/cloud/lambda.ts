import type { SQSEvent } from 'aws-lambda';
import type { Figures } from '../../../core/metrics.ts';
import { type Clients, compose, type Handler } from '../../../updater/compose.ts';
import type { Environment } from '../../../updater/environment.ts';
import type { Resolver } from '../../../updater/ports.ts';
import type { PartCheck } from '../../../updater/run/parts.ts';
import { RunRecord } from '../judge/run-record.ts';
import { Random } from '../story/random.ts';
import type { SimulatedProcess } from './network.ts';
import type { Delivered } from './queue.ts';
import type { Timeline } from './timeline.ts';

/** Milliseconds after which Lambda ends an invocation (infra/updater/updater-stack.ts). */
const TIMEOUT = 60_000;

export interface LambdaParts {
  timeline: Timeline;
  environment: Environment;
  clientsFor(process: SimulatedProcess): Clients;
  resolverFor(process: SimulatedProcess): Resolver;
  /** Whether another warm environment takes the batch. */
  switches(): boolean;
  /** Called at the end of each run. */
  onRun(run: RunRecord, end: RunEnd): void;
  log(line: Record<string, unknown>): void;
  measured(figures: Figures): void;
  /** Called after each decision on a part of the fleet. */
  onPart(check: PartCheck): void;
}

export type RunEnd = { kind: 'done' } | { kind: 'thrown'; error: unknown } | { kind: 'crashed'; why: string };

/** A warm execution environment. Its end loses everything in its memory. */
class Warm implements SimulatedProcess {
  readonly name: string;
  readonly handler: Handler;
  isAlive = true;
  run: RunRecord | undefined;
  /** Called if the process ends in the middle of a run. */
  whenEnded: ((why: string) => void) | undefined;

  constructor(name: string, parts: LambdaParts, seed: number) {
    this.name = name;
    const random = new Random(seed);
    const clock = parts.timeline.clock(
      () => random.next(),
      () => this.isAlive,
    );
    const log = (line: Record<string, unknown>) => parts.log(line);
    const onPart = (check: PartCheck) => parts.onPart(check);
    const resolver = parts.resolverFor(this);
    const around = { clock, writer: name, resolver, metrics: { send: parts.measured }, log, onPart };
    this.handler = compose(parts.environment, parts.clientsFor(this), around).handle;
  }

  end(why: string): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.whenEnded?.(why);
  }
}

/** Lambda: keeps up to two environments warm, and one of them takes each batch. */
export class Lambda {
  readonly #parts: LambdaParts;
  readonly #seed: number;
  #current: Warm | undefined;
  #other: Warm | undefined;
  #environments = 0;
  #requests = 0;

  constructor(parts: LambdaParts, seed: number) {
    this.#parts = parts;
    this.#seed = seed;
  }

  /** The run in progress. */
  get running(): RunRecord | undefined {
    return this.#current?.run;
  }

  /** Makes the next batch start cold. */
  recycle(): void {
    this.#current = undefined;
    this.#other = undefined;
  }

  async invoke(event: SQSEvent): Promise<Delivered> {
    const { timeline, onRun } = this.#parts;
    const warm = this.#pickEnvironment();
    const bodies = event.Records.map((record) => record.body);
    const run = new RunRecord(timeline.now, bodies, warm.name);
    warm.run = run;
    timeline.busy += 1;
    const { end, answer } = await this.#runIn(warm, event);
    timeline.busy -= 1;
    warm.run = undefined;
    onRun(run, end);
    if (end.kind !== 'done') return 'failed';
    return answer.length === 0 ? 'done' : answer;
  }

  #pickEnvironment(): Warm {
    // The last run may still wait for an answer of the queue when the batch is back.
    const isBusy = this.#current?.isAlive && this.#current.run !== undefined;
    if (isBusy || this.#parts.switches()) [this.#current, this.#other] = [this.#other, this.#current];
    if (this.#current?.isAlive !== true) {
      this.#environments += 1;
      const name = `environment-${this.#environments}`;
      this.#current = new Warm(name, this.#parts, this.#seed + this.#environments);
    }
    return this.#current;
  }

  #runIn(warm: Warm, event: SQSEvent): Promise<{ end: RunEnd; answer: readonly string[] }> {
    this.#requests += 1;
    const awsRequestId = `request-${this.#requests}`;
    return new Promise((resolve) => {
      const crashed = (why: string) => resolve({ end: { kind: 'crashed', why }, answer: [] });
      warm.whenEnded = crashed;
      this.#parts.timeline.in(TIMEOUT, () => warm.whenEnded === crashed && warm.end('timed out'));
      warm.handler(event, { awsRequestId }).then(
        ({ batchItemFailures }) => {
          warm.whenEnded = undefined;
          resolve({ end: { kind: 'done' }, answer: batchItemFailures.map((item) => item.itemIdentifier) });
        },
        (error: unknown) => {
          warm.whenEnded = undefined;
          resolve({ end: { kind: 'thrown', error }, answer: [] });
        },
      );
    });
  }
}
