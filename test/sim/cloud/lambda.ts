import type { SQSEvent } from 'aws-lambda';
import type { Json } from '../../../core/json.ts';
import type { Figures } from '../../../core/metrics.ts';
import type { OrderAnswer } from '../../../core/sign-in/order-answer.ts';
import { type Clients, compose, type Updater } from '../../../updater/compose.ts';
import type { Environment } from '../../../updater/environment.ts';
import type { Resolver } from '../../../updater/ports.ts';
import type { PartCheck } from '../../../updater/run/parts.ts';
import { termsOf } from '../judge/expected.ts';
import { RunRecord } from '../judge/run-record.ts';
import { Random } from '../story/random.ts';
import type { SimulatedProcess } from './network.ts';
import type { Delivered } from './queue.ts';
import type { Timeline } from './timeline.ts';

/** Milliseconds after which Lambda ends an invocation (infra/updater/updater-stack.ts). */
const TIMEOUT = 60_000;

export interface LambdaParts {
  timeline: Timeline;
  /** The first settings. */
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
  readonly updater: Updater;
  readonly environment: Environment;
  isAlive = true;
  /** Whether it carries an order out. */
  isAnswering = false;
  run: RunRecord | undefined;
  /** Called if the process ends in the middle of a run. */
  whenEnded: ((why: string) => void) | undefined;

  constructor(name: string, parts: LambdaParts, environment: Environment, seed: number) {
    this.name = name;
    this.environment = environment;
    const random = new Random(seed);
    const clock = parts.timeline.clock(
      () => random.next(),
      () => this.isAlive,
    );
    const log = (line: Record<string, unknown>) => parts.log(line);
    const onPart = (check: PartCheck) => parts.onPart(check);
    const resolver = parts.resolverFor(this);
    const around = { clock, writer: name, resolver, metrics: { send: parts.measured }, log, onPart };
    this.updater = compose(environment, parts.clientsFor(this), around);
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
  #environment: Environment;
  #current: Warm | undefined;
  #other: Warm | undefined;
  #environments = 0;
  #requests = 0;

  constructor(parts: LambdaParts, seed: number) {
    this.#parts = parts;
    this.#environment = parts.environment;
    this.#seed = seed;
  }

  /** The run in progress. */
  get running(): RunRecord | undefined {
    return this.#current?.run;
  }

  /** The settings of the next environment. */
  get environment(): Environment {
    return this.#environment;
  }

  /** Deploys other settings: a run in progress ends with the old ones. */
  deploy(environment: Environment): void {
    this.#environment = environment;
    this.recycle();
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
    const run = new RunRecord(timeline.now, bodies, warm.name, termsOf(warm.environment));
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
    const isBusy = this.#current?.isAlive && (this.#current.run !== undefined || this.#current.isAnswering);
    if (isBusy || this.#parts.switches()) [this.#current, this.#other] = [this.#other, this.#current];
    // Both may be busy: one with a batch that has come back, the other with an order.
    const isFree = this.#current?.isAlive && this.#current.run === undefined && !this.#current.isAnswering;
    if (this.#current === undefined || !isFree) this.#current = this.#startCold();
    return this.#current;
  }

  #startCold(): Warm {
    this.#environments += 1;
    const name = `environment-${this.#environments}`;
    return new Warm(name, this.#parts, this.#environment, this.#seed + this.#environments);
  }

  /** Invokes the function with an order, in an environment that is free, or in a new one. Undefined if it ended without an answer. */
  async answer(order: Json): Promise<OrderAnswer | undefined> {
    const isFree = this.#current?.isAlive && this.#current.run === undefined && !this.#current.isAnswering;
    const warm = isFree && this.#current ? this.#current : this.#startCold();
    this.#requests += 1;
    const awsRequestId = `order-${this.#requests}`;
    warm.isAnswering = true;
    this.#parts.timeline.busy += 1;
    const answer = await new Promise<OrderAnswer | undefined>((resolve) => {
      warm.whenEnded = () => resolve(undefined);
      warm.updater.answer(order, { awsRequestId }).then(resolve, () => resolve(undefined));
    });
    this.#parts.timeline.busy -= 1;
    warm.whenEnded = undefined;
    warm.isAnswering = false;
    return answer;
  }

  #runIn(warm: Warm, event: SQSEvent): Promise<{ end: RunEnd; answer: readonly string[] }> {
    this.#requests += 1;
    const awsRequestId = `request-${this.#requests}`;
    return new Promise((resolve) => {
      const crashed = (why: string) => resolve({ end: { kind: 'crashed', why }, answer: [] });
      warm.whenEnded = crashed;
      this.#parts.timeline.in(TIMEOUT, () => warm.whenEnded === crashed && warm.end('timed out'));
      warm.updater.handle(event, { awsRequestId }).then(
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
