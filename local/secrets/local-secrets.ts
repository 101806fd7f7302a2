import { randomUUID } from 'node:crypto';
import type { Seconds } from '../../core/wire/brands.ts';

/** A version of a secret. */
export interface SecretVersion {
  id: string;
  text: string;
  createdAt: Seconds;
}

/** The stages that Secrets Manager gives to the two newest versions. */
const STAGES: readonly string[] = ['AWSCURRENT', 'AWSPREVIOUS'];

/** The secrets of a local Secrets Manager, by ARN. They live as long as this process. */
export class LocalSecrets {
  readonly #versions = new Map<string, readonly SecretVersion[]>();
  readonly #now: () => Seconds;

  constructor(now: () => Seconds = () => Math.floor(Date.now() / 1_000)) {
    this.#now = now;
  }

  /** Puts a new version. The current one becomes the previous one. */
  put(arn: string, text: string): void {
    const version = { id: randomUUID(), text, createdAt: this.#now() };
    this.#versions.set(arn, [version, ...(this.#versions.get(arn) ?? [])].slice(0, STAGES.length));
  }

  /** Deletes a secret with all versions. */
  remove(arn: string): void {
    this.#versions.delete(arn);
  }

  /** The version of a stage. `no secret` and undefined for a missing version are different answers. */
  find(arn: string, stage: string): SecretVersion | 'no secret' | undefined {
    const versions = this.#versions.get(arn);
    if (versions === undefined) return 'no secret';
    return versions[STAGES.indexOf(stage)];
  }
}
