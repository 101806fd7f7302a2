import type { RunRecord } from '../judge/run-record.ts';
import { mixed, Random, textHash } from '../story/random.ts';
import type { Weather } from '../story/weather.ts';
import type { Timeline } from './timeline.ts';

/** `truth`: writes to the bucket of the access rules, which may be refused while reads are not. */
export type Service = 'kvs' | 's3' | 'truth' | 'secrets' | 'sqs' | 'dns' | `ec2 ${string}`;

/** Faults of a call, besides the end of the process. */
export type Fault = 'throttled' | 'refused' | 'lost' | 'unanswered' | 'overdue';

/** One process of the updater in the network. */
export interface SimulatedProcess {
  readonly isAlive: boolean;
  /** The run in progress. */
  readonly run: RunRecord | undefined;
  end(why: string): void;
}

/** One call to a service. */
export interface Call<T> {
  service: Service;
  operation: string;
  /** The object or secret that it is about. */
  target?: string | undefined;
  /** The service's action on arrival of the request; its error is its answer. */
  effect: () => T;
  /**
   * For a call that may be overdue: the service takes it in on arrival, and returns the effect that it has when the client no longer
   * waits.
   */
  lateEffect?: () => () => void;
  /** The error that the SDK's client throws for a fault. */
  errorOf: (fault: Fault) => Error;
  /** Called with an answer that arrives. */
  onAnswer: (answer: T) => void;
}

/** Milliseconds after which a client no longer waits for an answer. */
const PATIENCE = 3_000;

/** Longest time in milliseconds until an overdue call takes effect. The batch of a run that died comes back a minute after its last call, or later. */
const OVERDUE = 50_000;

/** The network between processes and services. It takes time, loses requests and answers, and ends processes between two calls. */
export class Network {
  readonly #timeline: Timeline;
  readonly #seed: number;
  readonly #outages = new Map<Service, number>();
  readonly #trace: (line: () => string) => void;
  #weather: Weather;
  #second = 0;
  #inSecond = 0;
  /** Calls that took effect, by operation. */
  readonly counts = new Map<string, number>();
  readonly faults = new Map<string, number>();
  /** Milliseconds that a call takes; undefined for 10 to 50. */
  latency: number | undefined;

  constructor(timeline: Timeline, weather: Weather, seed: number, trace: (line: () => string) => void) {
    this.#timeline = timeline;
    this.#weather = weather;
    this.#seed = seed;
    this.#trace = trace;
  }

  /** Ends all faults. */
  heal(calm: Weather): void {
    this.#weather = calm;
    this.#outages.clear();
  }

  get weather(): Weather {
    return this.#weather;
  }

  /** Refuses every call to a service for this many milliseconds. */
  outage(service: Service, milliseconds: number): void {
    this.#outages.set(service, this.#timeline.now + milliseconds);
  }

  isDown(service: Service): boolean {
    return (this.#outages.get(service) ?? 0) > this.#timeline.now;
  }

  /** Random numbers for this moment. Other steps of a history hardly change them, so that a history can be cut down. */
  random(what: string): Random {
    const second = Math.floor(this.#timeline.now / 1000);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 0;
    this.#second = second;
    return new Random(mixed(this.#seed, textHash(what), second, this.#inSecond));
  }

  call<T>(process: SimulatedProcess, call: Call<T>): Promise<T> {
    const { service, operation, target, effect, lateEffect, errorOf, onAnswer } = call;
    const { run } = process;
    return new Promise((resolve, reject) => {
      if (!process.isAlive) return;
      const random = this.random(operation);
      const isToTruth = operation === 'PutObject' && target?.startsWith('access/live/') === true;
      const usual = this.#faultOf(isToTruth && this.isDown('truth') ? 'truth' : service, random);
      const crash = random.chance(this.#weather.crash)
        ? random.chance(0.5)
          ? 'before'
          : 'after'
        : undefined;
      const latency = this.latency ?? random.between(10, 50);
      const isOverdue = lateEffect && !usual && !crash && random.chance(this.#weather.overdue);
      const fault = isOverdue ? 'overdue' : usual;
      run?.called({ service, operation, ...(target ? { target } : {}), ...(fault ? { fault } : {}) });
      this.#note(operation, fault, crash);
      if (crash === 'before') return process.end(`just before ${operation}`);
      const answer = (act: () => void, delay: number) =>
        this.#timeline.in(delay, () => process.isAlive && act());
      if (fault === 'throttled' || fault === 'refused' || fault === 'lost') {
        answer(() => reject(errorOf(fault)), fault === 'lost' ? PATIENCE : latency);
        return;
      }
      if (isOverdue) {
        this.#timeline.in(latency / 2, () => {
          this.#timeline.in(random.between(PATIENCE, OVERDUE), lateEffect());
        });
        return answer(() => reject(errorOf('overdue')), PATIENCE);
      }
      this.#timeline.in(latency / 2, () => {
        const outcome = outcomeOf(effect);
        if (crash === 'after') return process.end(`just after ${operation}`);
        if (fault === 'unanswered') return answer(() => reject(errorOf(fault)), PATIENCE);
        answer(() => {
          if ('error' in outcome) return reject(outcome.error);
          onAnswer(outcome.value);
          resolve(outcome.value);
        }, latency / 2);
      });
    });
  }

  #faultOf(service: Service, random: Random): Fault | undefined {
    if (this.isDown(service)) return 'refused';
    const { throttled, refused, lost, unanswered } = this.#weather;
    let draw = random.next();
    for (const [fault, probability] of Object.entries({ throttled, refused, lost, unanswered })) {
      draw -= probability;
      if (draw < 0) return fault as Fault;
    }
    return undefined;
  }

  #note(operation: string, fault: Fault | undefined, crash: string | undefined): void {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    const what = [fault, crash && `crash ${crash}`].filter((part) => part !== undefined);
    for (const each of what) this.faults.set(each, (this.faults.get(each) ?? 0) + 1);
    if (what.length > 0) this.#trace(() => `${operation}: ${what.join(', ')}`);
  }
}

function outcomeOf<T>(effect: () => T): { value: T } | { error: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}
