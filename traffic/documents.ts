import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { isDamagedGzip } from './damaged-gzip.ts';
import type { Documents } from './ports.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** The JSON objects of a bucket. Their ETags are their versions. */
export class S3Documents implements Documents {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #isPacked: boolean;

  /** @param isPacked whether objects are stored gzipped */
  constructor(client: S3Client, bucket: string, { isPacked = false } = {}) {
    this.#client = client;
    this.#bucket = bucket;
    this.#isPacked = isPacked;
  }

  async load(key: string): Promise<{ body: string; version: string } | undefined> {
    try {
      const {
        Body,
        ContentEncoding,
        ETag = '',
      } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const text = ContentEncoding === 'gzip' ? await unpackText(bytes) : Buffer.from(bytes).toString();
      return { body: text, version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async save(key: string, body: string, version: string | undefined): Promise<boolean> {
    const condition = version === undefined ? { IfNoneMatch: '*' } : { IfMatch: version };
    const object = {
      ...{ ContentType: 'application/json', CacheControl: 'no-cache' },
      ...(this.#isPacked ? { Body: await pack(body), ContentEncoding: 'gzip' } : { Body: body }),
    };
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

/** The text. A damaged one is empty, so that its reader refuses it like any other and writes it again. */
async function unpackText(bytes: Uint8Array): Promise<string> {
  try {
    return (await unpack(bytes)).toString();
  } catch (error) {
    if (isDamagedGzip(error)) return '';
    throw error;
  }
}
