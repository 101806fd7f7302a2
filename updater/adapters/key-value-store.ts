import {
  AccessDeniedException,
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  paginateListKeys,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  UpdateKeysCommand,
  ValidationException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { Changes, Entries } from '../../core/plan/plan.ts';
import { LIMITS } from '../../core/wire/limits.ts';
import { type RouteStore, StoreClosedError, type StoreVersion, type WriteOutcome } from '../ports.ts';

/** The CloudFront KeyValueStore data plane. The process must import a SigV4A signer. */
export class CloudFrontRouteStore implements RouteStore {
  readonly #client: CloudFrontKeyValueStoreClient;
  readonly #arn: string;

  constructor(client: CloudFrontKeyValueStoreClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  async describe(): Promise<StoreVersion> {
    try {
      return versionOf(await this.#client.send(new DescribeKeyValueStoreCommand({ KvsARN: this.#arn })));
    } catch (error) {
      throw this.#named(error);
    }
  }

  async list(): Promise<Entries> {
    const entries = new Map<string, string>();
    const pages = paginateListKeys(
      { client: this.#client, pageSize: LIMITS.listPage },
      { KvsARN: this.#arn },
    );
    try {
      for await (const page of pages) {
        for (const item of page.Items ?? []) entries.set(item.Key ?? '', item.Value ?? '');
      }
      return entries;
    } catch (error) {
      throw this.#named(error);
    }
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return (await this.#client.send(new GetKeyCommand({ KvsARN: this.#arn, Key: key }))).Value;
    } catch (error) {
      // An absent store gives the same error; the describe call before tells them apart.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw this.#named(error);
    }
  }

  async write(changes: Changes, etag: string): Promise<WriteOutcome> {
    const command = new UpdateKeysCommand({
      KvsARN: this.#arn,
      IfMatch: etag,
      Puts: [...changes.puts].map(([Key, Value]) => ({ Key, Value })),
      Deletes: [...changes.deletes].map((Key) => ({ Key })),
    });
    try {
      return { outcome: 'applied', ...versionOf(await this.#client.send(command)) };
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome) return outcome;
      throw this.#named(error);
    }
  }

  /** Adds the remedy to errors that lack one. */
  #named(error: unknown): unknown {
    if (error instanceof AccessDeniedException) {
      return new StoreClosedError(
        `the updater may not use the KeyValueStore ${this.#arn}: ${error.message}; its role needs DescribeKeyValueStore, GetKey, ListKeys and UpdateKeys on it`,
        { cause: error },
      );
    }
    if (error instanceof ResourceNotFoundException) {
      return new StoreClosedError(
        `the KeyValueStore ${this.#arn} does not exist: ${error.message}; deploy the edge stack again, and then the updater stack`,
        { cause: error },
      );
    }
    return error;
  }
}

/** Maps documented refusals to outcomes; undefined for unexpected errors. */
function outcomeOf(error: unknown): WriteOutcome | undefined {
  if (isLostRace(error)) return { outcome: 'conflict' };
  if (error instanceof ValidationException) return { outcome: 'refused', reason: error.message };
  if (!(error instanceof ServiceQuotaExceededException)) return undefined;
  // One error covers all limits: those of a key, a value or a write, and that of the whole store.
  const isOfOne = /key value pair|single API request|in a single/i.test(error.message);
  return { outcome: isOfOne ? 'refused' : 'full', reason: error.message };
}

/** In practice a stale ETag is a ValidationException; the service's model says ConflictException. */
function isLostRace(error: unknown): boolean {
  if (error instanceof ConflictException) return true;
  return error instanceof ValidationException && /pre-?condition/i.test(error.message);
}

function versionOf(answer: {
  ETag?: string | undefined;
  ItemCount?: number | undefined;
  TotalSizeInBytes?: number | undefined;
}): StoreVersion {
  if (answer.ETag === undefined) {
    throw new Error(
      'the KeyValueStore answered without an ETag, which every write needs; check that the endpoint is a KeyValueStore',
    );
  }
  return { etag: answer.ETag, items: answer.ItemCount ?? 0, bytes: answer.TotalSizeInBytes ?? 0 };
}
