import { gunzipSync } from 'node:zlib';
import {
  CloudFrontKeyValueStoreClient,
  CloudFrontKeyValueStoreServiceException,
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ValidationException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import { NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import {
  ResourceNotFoundException as SecretNotFound,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import type { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { StoreError } from '../../../local/kvs/kvs-rules.ts';
import type { LocalSecrets } from '../../../local/secrets/local-secrets.ts';
import { SqsQueue } from '../../../updater/adapters/sqs.ts';
import type { Clients } from '../../../updater/compose.ts';
import { accountOf } from '../../../updater/environment.ts';
import type { RunRecord } from '../judge/run-record.ts';
import type { Described, DescribeRequest, Ec2Model } from './ec2-model.ts';
import { sourceOf } from './machine.ts';
import type { Fault, Network, Service, SimulatedProcess } from './network.ts';
import type { PutCondition, S3Model } from './s3-model.ts';

/** The services that a process can reach. */
export interface Services {
  network: Network;
  kvs: KeyValueStore;
  s3: S3Model;
  secrets: LocalSecrets;
  ec2: Ec2Model;
  /** Called for a write before the store takes it; may write to the store like a rival. */
  beforeWrite(run: RunRecord, update: UpdateInput): void;
  /** Called for an overdue write before the store takes it. */
  beforeLateWrite(update: UpdateInput): void;
  /** Called when a process gets an answer of the store that has its version. */
  onVersion(): void;
  /** Called when a process has read a secret, or could not. */
  onSecretRead(arn: string, isGood: boolean): void;
  /** Sets the time in seconds after which messages of the delivery in progress come back. */
  changeVisibility(receipts: readonly string[], delay: number): void;
}

/** The members of an UpdateKeys call. */
export interface UpdateInput {
  IfMatch?: string | undefined;
  Puts?: readonly { Key: string; Value: string }[] | undefined;
  Deletes?: readonly { Key: string }[] | undefined;
}

interface Command {
  readonly input: unknown;
}

/** The SDK's clients of one process. Commands go to the models, which answer and fail as the SDK does. */
export function createClients(process: SimulatedProcess, services: Services): Clients {
  const client = clientMaker(process, services.network);
  return {
    keyValueStore: client(
      CloudFrontKeyValueStoreClient.prototype,
      'kvs',
      kvsFault,
      (operation, input) => storeAnswer(process, services, operation, input),
      (answer) => (answer as { ETag?: string }).ETag === undefined || services.onVersion(),
      (operation, input) =>
        operation === 'UpdateKeys' ? () => lateWrite(process, services, input) : undefined,
    ),
    s3: client(S3Client.prototype, 's3', s3Fault, (operation, input: ObjectInput) =>
      s3Answer(services.s3, operation, input),
    ),
    ec2: (region, role) =>
      client(
        EC2Client.prototype,
        `ec2 ${sourceOf(region, role && accountOf(role))}`,
        ec2Fault,
        (operation, input: DescribeRequest) => {
          if (operation !== 'DescribeInstances') throw new Error(`The model of EC2 knows no ${operation}.`);
          return services.ec2.describe(sourceOf(region, role && accountOf(role)), input);
        },
        (answer) => process.run?.saw((answer as Described).shown),
      ),
    secretsManager: () =>
      client(
        SecretsManagerClient.prototype,
        'secrets',
        (fault, { SecretId }: SecretInput) => {
          services.onSecretRead(SecretId, false);
          return secretsFault(fault);
        },
        (operation, input: SecretInput) => {
          if (operation !== 'GetSecretValue') throw new Error(`The model of secrets knows no ${operation}.`);
          return secretAnswer(services.secrets, input);
        },
        (answer) => services.onSecretRead((answer as { ARN: string }).ARN, true),
      ),
    queue: async () => {
      const sqs = client(SQSClient.prototype, 'sqs', sqsFault, (operation, input: VisibilityInput) => {
        if (operation !== 'ChangeMessageVisibilityBatch')
          throw new Error(`The model of SQS knows no ${operation}.`);
        const [first] = input.Entries;
        const receipts = input.Entries.map(({ ReceiptHandle }) => ReceiptHandle);
        services.changeVisibility(receipts, first?.VisibilityTimeout ?? 0);
        return {};
      });
      return new SqsQueue(sqs, 'https://sqs.us-east-1.amazonaws.com/123456789012/fleet.fifo');
    },
  };
}

/** The members of a ChangeMessageVisibilityBatch call. */
interface VisibilityInput {
  Entries: readonly { ReceiptHandle: string; VisibilityTimeout: number }[];
}

/** Makes clients whose commands act on a model, through the network. */
function clientMaker(process: SimulatedProcess, network: Services['network']) {
  return <C extends object>(
    prototype: C,
    service: Service,
    errorOf: (fault: Fault, input: never) => Error,
    act: (operation: string, input: never) => unknown,
    onAnswer: (answer: unknown) => void = () => {},
    late: (operation: string, input: never) => (() => () => void) | undefined = () => undefined,
  ): C => {
    const send = (command: Command) => {
      const operation = command.constructor.name.replace('Command', '');
      const effect = () => act(operation, command.input as never);
      const lateEffect = late(operation, command.input as never);
      const target = targetOf(command.input);
      const errorFor = (fault: Fault) => errorOf(fault, command.input as never);
      const call = { service, operation, target, effect, errorOf: errorFor, onAnswer };
      return network.call(process, { ...call, ...(lateEffect ? { lateEffect } : {}) });
    };
    return Object.create(prototype, { send: { value: send } }) as C;
  };
}

/** The object of an S3 call, `bucket/key`, or the secret of a call to Secrets Manager. */
function targetOf(input: unknown): string | undefined {
  const { Bucket, Key, SecretId } = input as { Bucket?: string; Key?: string; SecretId?: string };
  return SecretId ?? (Bucket === undefined ? undefined : `${Bucket}/${Key}`);
}

const metadata = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

function timeout(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
}

function kvsFault(fault: Fault): Error {
  switch (fault) {
    case 'throttled':
      return new CloudFrontKeyValueStoreServiceException({
        name: 'ThrottlingException',
        message: 'Rate exceeded',
        $fault: 'client',
        ...metadata(429),
      });
    case 'refused':
      return new InternalServerException({ message: 'Internal error', ...metadata(500) });
    case 'lost':
    case 'overdue':
      return timeout();
    // The client retries with the same ETag, which its first try has used up.
    case 'unanswered':
      return new ConflictException({ message: 'Pre-Condition failed', ...metadata(409) });
    default:
      return fault satisfies never;
  }
}

function ec2Fault(fault: Fault): Error {
  const error = (name: string, httpStatusCode: number) =>
    new EC2ServiceException({ name, message: name, $fault: 'client', ...metadata(httpStatusCode) });
  if (fault === 'throttled') return error('RequestLimitExceeded', 503);
  return fault === 'refused' ? error('InternalError', 500) : timeout();
}

/** The client sends a call twice. The second try of a conditional write finds the object of the first one. */
function s3Fault(fault: Fault, { IfMatch, IfNoneMatch }: PutCondition): Error {
  const error = (name: string, httpStatusCode: number) =>
    new S3ServiceException({ name, message: name, $fault: 'server', ...metadata(httpStatusCode) });
  if (fault === 'throttled') return error('SlowDown', 503);
  if (fault === 'unanswered' && (IfMatch ?? IfNoneMatch) !== undefined)
    return error('PreconditionFailed', 412);
  return fault === 'refused' ? error('InternalError', 500) : timeout();
}

function secretsFault(fault: Fault): Error {
  if (fault === 'lost' || fault === 'unanswered') return timeout();
  const $fault = fault === 'throttled' ? 'client' : 'server';
  return new SecretsManagerServiceException({ name: fault, message: fault, $fault, ...metadata(500) });
}

function sqsFault(fault: Fault): Error {
  if (fault === 'lost' || fault === 'unanswered') return timeout();
  return new SQSServiceException({ name: fault, message: fault, $fault: 'server', ...metadata(500) });
}

/** The store takes a write in, and applies it later if no other writer was faster. */
function lateWrite(process: SimulatedProcess, services: Services, update: UpdateInput): () => void {
  const { kvs } = services;
  if (process.run) services.beforeWrite(process.run, update);
  return () => {
    if (update.IfMatch !== kvs.describe().etag) return;
    services.beforeLateWrite(update);
    applyUpdate(kvs, update);
  };
}

function applyUpdate(kvs: KeyValueStore, update: UpdateInput) {
  const puts = (update.Puts ?? []).map(({ Key, Value }) => ({ key: Key, value: Value }));
  const deletes = (update.Deletes ?? []).map(({ Key }) => Key);
  return kvs.update({ puts, deletes }, update.IfMatch);
}

function storeAnswer(
  process: SimulatedProcess,
  services: Services,
  operation: string,
  input: never,
): unknown {
  const { kvs } = services;
  if (operation === 'DescribeKeyValueStore') return answerOf(kvs.describe());
  if (operation === 'ListKeys') return pageOf(kvs, input);
  if (operation === 'GetKey') return keyOf(kvs, input);
  if (operation !== 'UpdateKeys') throw new Error(`The model of the store knows no ${operation}.`);
  const update: UpdateInput = input;
  if (process.run) services.beforeWrite(process.run, update);
  try {
    return answerOf(applyUpdate(kvs, update));
  } catch (error) {
    throw error instanceof StoreError ? modelledError(error) : error;
  }
}

function answerOf({ etag, items, bytes }: { etag: string; items: number; bytes: number }) {
  return { ETag: etag, ItemCount: items, TotalSizeInBytes: bytes };
}

function pageOf(kvs: KeyValueStore, input: { MaxResults?: number; NextToken?: string }) {
  const after = input.NextToken === undefined ? {} : { after: input.NextToken };
  const { items, next } = kvs.list({ max: input.MaxResults ?? 10, ...after });
  const Items = items.map(({ key, value }) => ({ Key: key, Value: value }));
  return { Items, ...(next === undefined ? {} : { NextToken: next }) };
}

function keyOf(kvs: KeyValueStore, { Key }: { Key: string }) {
  const value = kvs.get(Key);
  if (value === undefined) throw new ResourceNotFoundException({ message: Key, ...metadata(404) });
  return { Key, Value: value };
}

function modelledError({ name, message, status }: StoreError): Error {
  const told = { message, ...metadata(status) };
  switch (name) {
    case 'ConflictException':
      return new ConflictException(told);
    case 'ServiceQuotaExceededException':
      return new ServiceQuotaExceededException(told);
    default:
      return new ValidationException(told);
  }
}

interface SecretInput {
  SecretId: string;
  VersionStage?: string;
}

function secretAnswer(secrets: LocalSecrets, { SecretId, VersionStage = 'AWSCURRENT' }: SecretInput) {
  const version = secrets.find(SecretId, VersionStage);
  if (version === undefined || version === 'no secret')
    throw new SecretNotFound({ message: `${SecretId} ${VersionStage}`, ...metadata(400) });
  return { ARN: SecretId, SecretString: version.text, CreatedDate: new Date(1_000 * version.createdAt) };
}

interface ObjectInput extends PutCondition {
  Bucket: string;
  Key: string;
  /** Bytes if it is compressed. */
  Body?: string | Uint8Array;
}

/** Uncompressed: the model keeps texts. */
function bodyOf(text: string) {
  return { transformToString: async () => text, transformToByteArray: async () => Buffer.from(text) };
}

function s3Answer(s3: S3Model, operation: string, input: ObjectInput): unknown {
  const path = `${input.Bucket}/${input.Key}`;
  const refused = (name: string, httpStatusCode: number) =>
    new S3ServiceException({ name, message: name, $fault: 'client', ...metadata(httpStatusCode) });
  if (operation === 'PutObject') {
    const status = s3.refusalOf(path, input);
    if (status !== undefined) throw refused(status === 404 ? 'NoSuchKey' : 'PreconditionFailed', status);
    const { Body = '' } = input;
    return { ETag: s3.put(path, typeof Body === 'string' ? Body : String(gunzipSync(Body))) };
  }
  if (operation !== 'GetObject') throw new Error(`The model of S3 knows no ${operation}.`);
  const found = s3.get(path);
  if (found === undefined) throw new NoSuchKey({ message: 'NoSuchKey', ...metadata(404) });
  if (input.IfNoneMatch === found.etag) throw refused('NotModified', 304);
  return { ETag: found.etag, Body: bodyOf(found.body) };
}
