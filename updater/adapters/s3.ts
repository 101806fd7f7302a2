import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Journal, Notebook } from '../ports.ts';

/** One JSON line an object, written once: a key that exists already was logged before. */
export class S3Journal implements Journal {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async append(key: string, body: string): Promise<'written' | 'duplicate'> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: body,
          ContentType: 'application/json',
          IfNoneMatch: '*',
        }),
      );
      return 'written';
    } catch (error) {
      if (statusOf(error) === 412) return 'duplicate';
      throw error;
    }
  }
}

/** One object that is overwritten; its ETag is its version. */
export class S3Notebook implements Notebook {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #key: string;

  constructor(client: S3Client, bucket: string, key: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#key = key;
  }

  async load(known: string | undefined): Promise<{ body: string; version: string } | 'same' | 'absent'> {
    const condition = known === undefined ? {} : { IfNoneMatch: known };
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#key, ...condition }),
      );
      return { body: (await answer.Body?.transformToString()) ?? '', version: answer.ETag ?? '' };
    } catch (error) {
      if (statusOf(error) === 304) return 'same';
      if (error instanceof NoSuchKey) return 'absent';
      throw error;
    }
  }

  async save(body: string): Promise<string> {
    const answer = await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: this.#key,
        Body: body,
        ContentType: 'application/json',
        CacheControl: 'no-store',
      }),
    );
    return answer.ETag ?? '';
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
