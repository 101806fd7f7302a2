import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
  ValidationException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { UntilAllowed } from '../until-allowed.ts';
import type { CanaryStore } from './put-canaries.ts';

/** The data plane of the CloudFront KeyValueStore. The program must import a SigV4A signer for the client. */
export class CloudFrontCanaryStore implements CanaryStore {
  readonly #client: CloudFrontKeyValueStoreClient;
  readonly #arn: string;
  readonly #allowed: UntilAllowed;

  constructor(client: CloudFrontKeyValueStoreClient, arn: string, allowed: UntilAllowed) {
    this.#client = client;
    this.#arn = arn;
    this.#allowed = allowed;
  }

  async version(): Promise<string> {
    const command = new DescribeKeyValueStoreCommand({ KvsARN: this.#arn });
    const { ETag } = await this.#allowed.call(() => this.#client.send(command));
    if (ETag === undefined) throw new Error(`the KeyValueStore ${this.#arn} answered without an ETag`);
    return ETag;
  }

  async get(key: string): Promise<string | undefined> {
    const command = new GetKeyCommand({ KvsARN: this.#arn, Key: key });
    try {
      return (await this.#allowed.call(() => this.#client.send(command))).Value;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async put(values: ReadonlyMap<string, string>, version: string): Promise<'written' | 'conflict'> {
    const command = new UpdateKeysCommand({
      KvsARN: this.#arn,
      IfMatch: version,
      Puts: [...values].map(([Key, Value]) => ({ Key, Value })),
    });
    try {
      await this.#allowed.call(() => this.#client.send(command));
      return 'written';
    } catch (error) {
      if (isStale(error)) return 'conflict';
      throw error;
    }
  }
}

/** In practice the service reports a stale ETag as a ValidationException; its model says ConflictException. */
function isStale(error: unknown): boolean {
  if (error instanceof ConflictException) return true;
  return error instanceof ValidationException && /pre-?condition/i.test(error.message);
}
