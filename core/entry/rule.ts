import { keyOf, type Schema } from '../schema.ts';
import type { Seconds } from '../wire/brands.ts';
import { CLOSED_LETTERS, type ClosedState } from '../wire/layout.ts';

export type { ClosedState };

export type ServingState = 'live' | 'draining';
export type EntryState = ServingState | ClosedState;

/** The state of an entry in the decoded document. */
export const entryState: Schema<EntryState> = keyOf({ live: '', draining: '', ...CLOSED_LETTERS });

/** A state of a rule or an entry without an address, in a document. */
export const closedState: Schema<ClosedState> = keyOf(CLOSED_LETTERS);

const CLOSED_STATES = Object.keys(CLOSED_LETTERS) as ClosedState[];

/** The state of a letter in the store. */
export function closedStateOf(letter: unknown): ClosedState | undefined {
  return CLOSED_STATES.find((state) => CLOSED_LETTERS[state] === letter);
}

/** An instance, port and weight to which a rule sends requests. */
export interface Backend {
  /** Index into the entry's instances. */
  instance: number;
  /** 80, 443 or 1024–65535. */
  port: number;
  /** 0–1000; a backend with 0 takes no new viewers. */
  weight: number;
}

/** All conditions of a rule must hold. Header names are lower case. */
export type Condition =
  | { on: 'method'; value: string }
  | { on: 'header'; name: string; value: string }
  | { on: 'query'; name: string; value: string };

/** One matching rule. Rules are in the order of precedence, with the rules of one path together; the first match wins. */
export interface Rule {
  /** A prefix of whole segments, or `=` and an exact path. */
  path: string;
  /**
   * The backends, or the reason why there are none. A closed rule still holds its path, so that no other app answers for it.
   */
  to: readonly Backend[] | ClosedState;
  conditions: readonly Condition[];
  /** Remove the prefix before the request reaches the app. */
  strip: boolean;
  /** Name on the origin's certificate; the origin is then https. Absent: http. */
  certName?: string;
  /** Name of the app's own cookie that keeps a viewer on one instance. */
  sticky?: string;
  /** The longest time until the first byte of an answer, and between two bytes: 1–120. Absent: 60. */
  timeout?: Seconds;
}
