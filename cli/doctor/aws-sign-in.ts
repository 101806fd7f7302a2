import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { isJsonObject, isString } from '../../core/json.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Answer, ProviderMetadata, SecretForm, SecretState } from './cloud.ts';
import { unlessNamed } from './unless-named.ts';

const TIMEOUT: Milliseconds = 5_000;

/** The region is in the ARN. */
function clientFor(arn: string): SecretsManagerClient {
  return new SecretsManagerClient({ region: arn.split(':')[3] ?? '' });
}

export async function readSecret(arn: string): Promise<SecretState | undefined> {
  const command = new DescribeSecretCommand({ SecretId: arn });
  const absent = { names: ['ResourceNotFoundException'], otherwise: undefined };
  const told = await unlessNamed(clientFor(arn).send(command), absent);
  if (told === undefined) return undefined;
  const { CreatedDate, LastChangedDate = CreatedDate, DeletedDate, KmsKeyId } = told;
  return {
    changedAt: (LastChangedDate?.getTime() ?? 0) / 1000,
    isDeleted: DeletedDate !== undefined,
    ...(KmsKeyId === undefined || KmsKeyId.endsWith('alias/aws/secretsmanager') ? {} : { ownKey: KmsKeyId }),
  };
}

/** The value does not leave this function. */
export async function readSecretForm(arn: string): Promise<SecretForm | undefined> {
  const command = new GetSecretValueCommand({ SecretId: arn });
  const denied = { names: ['AccessDeniedException'], otherwise: undefined };
  const told = await unlessNamed(clientFor(arn).send(command), denied);
  if (told === undefined) return undefined;
  const { SecretString: value = '' } = told;
  return { characters: value.length, hasBlankEnds: value.trim() !== value, isJson: isJsonText(value) };
}

function isJsonText(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

export async function readObject({
  region,
  bucket,
  key,
}: {
  region: string;
  bucket: string;
  key: string;
}): Promise<string | undefined> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const absent = { names: ['NoSuchKey', 'NoSuchBucket'], otherwise: undefined };
  const told = await unlessNamed(new S3Client({ region }).send(command), absent);
  return await told?.Body?.transformToString();
}

/** Reads an issuer's metadata (OpenID Connect Discovery 4). */
export async function readMetadata(issuer: string): Promise<ProviderMetadata> {
  const response = await get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const document: unknown = await response.json().catch(() => undefined);
  const named = isJsonObject(document) ? document['issuer'] : undefined;
  return { status: response.status, ...(isString(named) ? { issuer: named } : {}) };
}

/** Asks as a program does: a redirect is an answer. */
export async function visit(url: string): Promise<Answer> {
  const response = await get(url);
  await response.body?.cancel();
  const state = response.headers.get('x-proxy-state');
  const location = response.headers.get('location');
  return {
    status: response.status,
    ...(state === null ? {} : { state }),
    ...(location === null ? {} : { location }),
  };
}

function get(url: string): Promise<Response> {
  const headers = { accept: 'application/json' };
  return fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) });
}
