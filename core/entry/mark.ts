import { isCount, isText, type Json, parseJson } from '../json.ts';
import { toMilliseconds } from '../time.ts';
import type { DeploymentId, Seconds } from '../wire/brands.ts';

/** The deployment that wrote a value, and the number of the write. */
export interface Mark {
  /** The deployment that wrote the value, in one word. Only this deployment may change it. */
  deployment: DeploymentId;
  /** Grows with every write of this deployment, even after a delete: of two values for a name, the higher number is newer. */
  sequence: number;
}

/** The year 4453: only a person writes a higher number. It is ignored, so that it does not use up the remaining ones. */
export const LAST_SEQUENCE = 36 ** 7;

/** Whether a number may be that of a write. */
export function isSequence(sequence: number): boolean {
  return sequence < LAST_SEQUENCE;
}

/** 2020: an earlier number does not come from a clock. */
const FIRST_TIME: Seconds = 1_577_836_800;

/** The time of a write, from its number: numbers follow the clock. Undefined for a number that is not a time. */
export function printWriteTime(sequence: number): string | undefined {
  const isTime = sequence >= FIRST_TIME && isSequence(sequence);
  return isTime ? new Date(toMilliseconds(sequence)).toISOString() : undefined;
}

/** The last word of a value, `main#tokxlt`: in base 36 a number of epoch seconds takes six characters instead of ten. */
export function encodeMark({ deployment, sequence }: Mark): string {
  return `${deployment}#${sequence.toString(36)}`;
}

/** Decodes a mark. Undefined for any other word. */
export function decodeMark(word = ''): Mark | undefined {
  const [, deployment, digits = ''] = /^(.+)#([\da-z]+)$/.exec(word) ?? [];
  const sequence = Number.parseInt(digits, 36);
  return deployment !== undefined && isCount(sequence) ? { deployment, sequence } : undefined;
}

/**
 * The deployment that wrote a value of any version. The mark is the last word in all versions, so an updater knows its own
 * values after an upgrade or a rollback. Undefined for a value that no deployment wrote.
 */
export function deploymentOf(value: string): DeploymentId | undefined {
  // Version 1, which no release had, was a JSON array with the deployment in the third place.
  if (value.startsWith('[1,')) {
    const deployment = (parseJson(value) as Json[] | undefined)?.[2];
    return isText(deployment) ? deployment : undefined;
  }
  return /^\d+ .*?([^ ]+)#[\da-z]+$/s.exec(value)?.[1];
}
