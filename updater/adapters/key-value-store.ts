import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  paginateListKeys,
  UpdateKeysCommand,
  ValidationException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { LIMITS } from '../../core/limits.ts';
import type { Changes, Entries } from '../../core/plan.ts';
import type { RouteStore, StoreVersion, WriteOutcome } from '../ports.ts';

/** The CloudFront KeyValueStore data plane. The client must have a SigV4A signer imported somewhere. */
export class CloudFrontRouteStore implements RouteStore {
  readonly #client: CloudFrontKeyValueStoreClient;
  readonly #arn: string;

  constructor(client: CloudFrontKeyValueStoreClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  async describe(): Promise<StoreVersion> {
    const answer = await this.#client.send(new DescribeKeyValueStoreCommand({ KvsARN: this.#arn }));
    return versionOf(answer);
  }

  async list(): Promise<Entries> {
    const entries = new Map<string, string>();
    const pages = paginateListKeys(
      { client: this.#client, pageSize: LIMITS.listPage },
      { KvsARN: this.#arn },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) entries.set(item.Key ?? '', item.Value ?? '');
    }
    return entries;
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
      if (isLostRace(error)) return { outcome: 'conflict' };
      throw error;
    }
  }
}

/** The service reports a stale ETag as a ValidationException in the field, and as a ConflictException by its model. */
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
      'the KeyValueStore answered without an ETag, which every write needs; is the endpoint a KeyValueStore?',
    );
  }
  return { etag: answer.ETag, items: answer.ItemCount ?? 0, bytes: answer.TotalSizeInBytes ?? 0 };
}
