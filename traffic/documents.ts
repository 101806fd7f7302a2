import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Documents } from './ports.ts';

/** The JSON objects of a bucket. Their ETags are their versions. */
export class S3Documents implements Documents {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async load(key: string): Promise<{ body: string; version: string } | undefined> {
    try {
      const { Body, ETag = '' } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
      );
      return { body: (await Body?.transformToString()) ?? '', version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async save(key: string, body: string, version: string | undefined): Promise<boolean> {
    const condition = version === undefined ? { IfNoneMatch: '*' } : { IfMatch: version };
    const object = { Body: body, ContentType: 'application/json', CacheControl: 'no-cache' };
    try {
      await this.#client.send(
        new PutObjectCommand({ Bucket: this.#bucket, Key: key, ...object, ...condition }),
      );
      return true;
    } catch (error) {
      // 412: another version. 409: another write was in progress. 404: the object was deleted meanwhile.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409 || (status === 404 && version !== undefined)) return false;
      throw error;
    }
  }
}
