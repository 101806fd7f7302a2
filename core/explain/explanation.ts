import type { Entry } from '../entry/entry.ts';
import { isSequence } from '../entry/mark.ts';
import { toMilliseconds } from '../time.ts';
import type { Hostname, InstanceId, Seconds } from '../wire/brands.ts';
import type { Listed } from './question.ts';

/** The subject of a step, in the order in which the router decides. */
export type StepCode =
  | 'request'
  | 'host'
  | 'router'
  | 'app'
  | 'key'
  | 'entry'
  | 'access'
  | 'hint'
  | 'lease'
  | 'path'
  | 'rule'
  | 'pick'
  | 'origin'
  | 'headers'
  | 'notice';

/** The facts of a step, for programs. They hold neither token nor key. */
export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One reason of a decision. */
export interface Step {
  code: StepCode;
  /** For people: one or more sentences. */
  words: string;
  facts: Facts;
}

/** The end of a request. */
export type Outcome =
  | {
      is: 'app';
      key: Hostname;
      instance: InstanceId;
      /** The path of the rule, `=/…` for an exact one. */
      rule: string;
      port: number;
    }
  /** An app, but without a hash the instance is not known. */
  | { is: 'pool'; key: Hostname; instances: readonly InstanceId[]; rule: string }
  /** The router answers with a notice; `state` is the value of `x-proxy-state`. */
  | { is: 'notice'; state: string }
  /** `to` is the Location header. */
  | { is: 'redirect'; to: string }
  /** Our own pages. */
  | { is: 'site' }
  /** The function that signs people in. */
  | { is: 'concierge' }
  /** The entry is not known: the updater did not write it, or a list has states alone. */
  | { is: 'unsure'; key: Hostname };

/** The reasons for the answer to one request. */
export interface Explanation {
  steps: readonly Step[];
  outcome: Outcome;
  /** The entry that decided. */
  hit?: Hit;
  /** Cookies that a redirect sets; `''` removes one. */
  cookies?: Readonly<Record<string, string>>;
}

/** The entry of a hostname, and the labels that the lookup climbed to it. */
export interface Hit {
  key: Hostname;
  entry: Entry;
  level: number;
  listed?: Listed;
}

/** The steps so far. Each decision adds its own and, at its end, the outcome. */
export class Steps {
  readonly list: Step[] = [];
  hit: Hit | undefined;
  cookies: Readonly<Record<string, string>> | undefined;

  add(code: StepCode, words: string, facts: Facts = {}): void {
    this.list.push({ code, words, facts });
  }

  /** Ends with a notice. */
  notice(state: string, words: string): Outcome {
    this.add('notice', words, { state });
    return { is: 'notice', state };
  }
}

/** 2020: an earlier number does not come from a clock. */
const FIRST_TIME: Seconds = 1_577_836_800;

/**
 * The time of a write, from its number: numbers follow the clock (docs/decisions/0128). Undefined for a number that is not a time.
 */
export function timeOfWrite(sequence: number): string | undefined {
  return sequence >= FIRST_TIME && isSequence(sequence) ? printTime(sequence) : undefined;
}

/** ISO 8601 in UTC, to the second. */
export function printTime(time: Seconds): string {
  return new Date(toMilliseconds(time)).toISOString().replace('.000Z', 'Z');
}
