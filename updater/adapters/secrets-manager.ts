import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Secret } from '../ports.ts';

/** The current version of a secret in AWS Secrets Manager. */
export class ManagedSecret implements Secret {
  readonly #client: SecretsManagerClient;
  readonly #arn: string;

  constructor(client: SecretsManagerClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  async read(): Promise<string> {
    const { SecretString } = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#arn }));
    if (!SecretString) throw new Error(`the secret ${this.#arn} has no text; set it to a random string`);
    return SecretString;
  }
}
