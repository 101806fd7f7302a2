import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Fault } from '../../core/schema.ts';
import {
  parseTokenCounts,
  printTokenCounts,
  raiseCounts,
  type TokenCounts,
  tokenCountsKey,
} from '../../core/settings/token-counts.ts';
import { InputError } from '../input.ts';
import { readStackOutputs } from '../stack-outputs.ts';
import type { OpenTokenSource, SecretStage, TokenSource } from './token-source.ts';

/** Outputs of the updater stack (infra/updater/updater-stack.ts). */
const OUTPUTS = { secret: 'OriginSecretArn', journal: 'JournalBucketName' } as const;

/** Clients of a region. Tests pass clients of their own. */
export interface TokenClients {
  cloudFormation: CloudFormationClient;
  secretsManager: SecretsManagerClient;
  s3: S3Client;
}

/** Opens the secret and the counts of a deployment on AWS, with the credentials that the SDK finds. */
export const tokensOnAws: OpenTokenSource = (wanted) => {
  const region = { region: wanted.homeRegion };
  return openTokenSource(wanted, {
    cloudFormation: new CloudFormationClient(region),
    secretsManager: new SecretsManagerClient(region),
    s3: new S3Client(region),
  });
};

/**
 * Opens the secret and the bucket that the deployment's stack names.
 *
 * @throws NoDeploymentError if the stack does not exist
 */
export async function openTokenSource(
  { deployment, homeRegion }: Parameters<OpenTokenSource>[0],
  { cloudFormation, secretsManager, s3 }: TokenClients,
): Promise<TokenSource> {
  const need = await readStackOutputs(cloudFormation, { deployment, homeRegion });
  const [arn, bucket] = [need(OUTPUTS.secret), need(OUTPUTS.journal)];
  const document = new CountsObject(s3, bucket, tokenCountsKey(deployment));
  return {
    secret: (stage) => readSecret(secretsManager, arn, stage),
    counts: async () => (await document.read()).counts,
    raise: (hostnames) => document.raise(hostnames),
  };
}

async function readSecret(client: SecretsManagerClient, arn: string, stage: SecretStage): Promise<string> {
  try {
    const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: stage });
    return (await client.send(command)).SecretString ?? '';
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new InputError(`the secret has no version ${stage}; docs/use/apps.md explains when there is one`, {
      cause: error,
    });
  }
}

/** The counts as an object in S3. A write names the version that was read, so that two people at once lose no count. */
class CountsObject {
  readonly #client: S3Client;
  readonly #place: { Bucket: string; Key: string };

  constructor(client: S3Client, bucket: string, key: string) {
    this.#client = client;
    this.#place = { Bucket: bucket, Key: key };
  }

  async read(): Promise<{ counts: TokenCounts; etag?: string | undefined }> {
    try {
      const { Body, ETag } = await this.#client.send(new GetObjectCommand(this.#place));
      const counts = parseTokenCounts((await Body?.transformToString()) ?? '');
      if (counts instanceof Fault)
        throw new InputError(`${this.#name} is damaged: ${counts}; restore its previous version`);
      return { counts, etag: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return { counts: new Map() };
      throw error;
    }
  }

  async raise(hostnames: readonly string[]): Promise<TokenCounts> {
    const { counts, etag } = await this.read();
    const higher = raiseCounts(counts, hostnames);
    const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    const document = { Body: printTokenCounts(higher), ContentType: 'application/json' };
    try {
      await this.#client.send(new PutObjectCommand({ ...this.#place, ...document, ...condition }));
      return higher;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409) throw error;
      const message = `${this.#name} changed during this command, so no token was renewed; run the command again`;
      throw new InputError(message, { cause: error });
    }
  }

  get #name(): string {
    return `s3://${this.#place.Bucket}/${this.#place.Key}`;
  }
}
