import { isCount, isText, type Json, parseJson } from '../json.ts';
import type { DeploymentId } from '../wire/brands.ts';

/** Who wrote a value, and as which of the deployment's writes. */
export interface Mark {
  /** The deployment that wrote the value and alone may change it: one word. */
  deployment: DeploymentId;
  /** Grows with every write of this deployment, deletes in between or not: of two values for a name the higher is newer. */
  sequence: number;
}

/** `main#tokxlt`, the last word of a value: in base 36 a number of epoch seconds takes six characters instead of ten. */
export function encodeMark({ deployment, sequence }: Mark): string {
  return `${deployment}#${sequence.toString(36)}`;
}

/** The mark that a word is; undefined for any other word. */
export function decodeMark(word = ''): Mark | undefined {
  const [, deployment, digits = ''] = /^(.+)#([\da-z]+)$/.exec(word) ?? [];
  const sequence = Number.parseInt(digits, 36);
  return deployment !== undefined && isCount(sequence) ? { deployment, sequence } : undefined;
}

/**
 * The deployment that wrote a value, in whatever version: the mark stays the last word in all of them, so that a value
 * from before an upgrade or a rollback is not taken for somebody else's. Undefined for what no deployment wrote.
 */
export function deploymentOf(value: string): DeploymentId | undefined {
  // Version 1, which no release had, was a JSON array with the deployment in the third place.
  if (value.startsWith('[1,')) {
    const deployment = (parseJson(value) as Json[] | undefined)?.[2];
    return isText(deployment) ? deployment : undefined;
  }
  return /^\d+ .*?([^ ]+)#[\da-z]+$/s.exec(value)?.[1];
}
