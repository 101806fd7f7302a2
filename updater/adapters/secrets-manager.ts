import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretVersion, SecretVersions } from '../../core/session/key-generations.ts';
import { toSeconds } from '../../core/time.ts';
import type { Secret, VersionedSecret } from '../ports.ts';

/** A secret in AWS Secrets Manager. */
export class ManagedSecret implements Secret, VersionedSecret {
  readonly #client: SecretsManagerClient;
  readonly #arn: string;

  constructor(client: SecretsManagerClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  /** The current version. */
  async read(): Promise<string> {
    return (await this.#version('AWSCURRENT')).text;
  }

  async readVersions(): Promise<SecretVersions> {
    const [current, previous] = await Promise.all([
      this.#version('AWSCURRENT'),
      this.#version('AWSPREVIOUS').catch(ignoreAbsent),
    ]);
    return { current, ...(previous ? { previous } : {}) };
  }

  async #version(stage: string): Promise<SecretVersion> {
    const { SecretString: text, CreatedDate: created } = await this.#client.send(
      new GetSecretValueCommand({ SecretId: this.#arn, VersionStage: stage }),
    );
    if (!text) throw new Error(`the secret ${this.#arn} has no text; set it to a random string`);
    return { text, createdAt: toSeconds(created?.getTime() ?? 0) };
  }
}

/** Until a first rotation there is no version before. */
function ignoreAbsent(error: unknown): undefined {
  if (!(error instanceof ResourceNotFoundException)) throw error;
}
