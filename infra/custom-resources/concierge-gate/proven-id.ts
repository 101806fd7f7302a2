import { createHash } from 'node:crypto';

/** Name of a version with its settings, by a hash. */
export type Proof = string;

const PREFIX = 'proven';

/** Names a version with its settings. */
export function proofOf(...parts: readonly string[]): Proof {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/**
 * The id of the custom resource: the version that passed, and the one before. CloudFormation passes it back with each update, so a
 * rollback, which asks for one of the two, needs no provider that answers.
 */
export function printProvenId(proof: Proof, before: string | undefined): string {
  const others = before === undefined ? [] : provenIn(before).filter((one) => one !== proof);
  return [PREFIX, proof, ...others.slice(0, 1)].join('-');
}

/** The versions that an id names. */
export function provenIn(id: string): Proof[] {
  const [prefix, ...proofs] = id.split('-');
  return prefix === PREFIX ? proofs : [];
}
