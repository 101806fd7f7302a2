import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { LOG_FOLDER } from '../core/traffic/log-key.ts';
import type { Logs } from './ports.ts';

/** The access logs that CloudFront writes to a bucket. */
export class S3Logs implements Logs {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async open(key: string): Promise<AsyncIterable<string> | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      if (!(Body instanceof Readable)) throw new TypeError('S3 returned no stream');
      return key.endsWith('.gz') ? unpack(Body) : Body.setEncoding('utf8');
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async *keys(): AsyncIterable<string> {
    const wanted = { Bucket: this.#bucket, Prefix: `${LOG_FOLDER}/` };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, wanted))
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }
}

/** The unpacked text. Ends with an error of either stream. */
function unpack(packed: Readable): AsyncIterable<string> {
  const text = createGunzip().setEncoding('utf8');
  // A failure also ends the second stream, whose reader gets the error.
  pipeline(packed, text).catch(() => {});
  return text;
}
