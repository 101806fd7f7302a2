import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock, Journal, SharedNotebook } from '../ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { packText, unpackText } from './gzip.ts';

/** Time limit for one record, retries included: a bucket that hangs must not hold up the queue. */
const RECORD_TIMEOUT_MS: Milliseconds = 5_000;

/** Wait before the first retry; doubled each time. */
const FIRST_WAIT_MS: Milliseconds = 25;

/** Attempts to write a record while another operation on its key is in progress. */
const TRIES = 4;

/** Writes each JSON line to an object of its own, once: an existing key was written before. */
export class S3Journal implements Journal {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #clock: Pick<Clock, 'sleep' | 'alarm'>;
  readonly #timeout: Milliseconds;

  /** @param timeout for one record */
  constructor(
    client: S3Client,
    bucket: string,
    clock: Pick<Clock, 'sleep' | 'alarm'>,
    timeout = RECORD_TIMEOUT_MS,
  ) {
    this.#client = client;
    this.#bucket = bucket;
    this.#clock = clock;
    this.#timeout = timeout;
  }

  /** @throws NoAnswerError if the bucket hangs, or S3's error */
  append(key: string, body: string): Promise<'written' | 'duplicate'> {
    return withTimeout(this.#clock, this.#timeout, (abortSignal) => this.#append(key, body, abortSignal));
  }

  async #append(key: string, body: string, abortSignal: AbortSignal): Promise<'written' | 'duplicate'> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#client.send(this.#putCommand(key, body), { abortSignal });
        return 'written';
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return 'duplicate';
        // 409 ConditionalRequestConflict: another operation on the key was in progress, and nothing was written.
        if (status !== 409 || tries === TRIES) throw error;
        await this.#clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
      }
    }
  }

  #putCommand(key: string, body: string): PutObjectCommand {
    return new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: body,
      ContentType: 'application/json',
      IfNoneMatch: '*',
    });
  }
}

/** One object that is overwritten; its ETag is its version. */
export class S3Notebook implements SharedNotebook {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #key: string;
  readonly #type: string;
  readonly #isForBrowsers: boolean;

  /** @param forBrowsers Browsers keep the document and ask for it again, and it is stored compressed. */
  constructor(
    client: S3Client,
    bucket: string,
    key: string,
    { type = 'application/json', forBrowsers = false }: { type?: string; forBrowsers?: boolean } = {},
  ) {
    this.#client = client;
    this.#bucket = bucket;
    this.#key = key;
    this.#type = type;
    this.#isForBrowsers = forBrowsers;
  }

  async load(known: string | undefined): Promise<{ body: string; version: string } | 'same' | 'absent'> {
    const condition = known === undefined ? {} : { IfNoneMatch: known };
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#key, ...condition }),
      );
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      const body = answer.ContentEncoding === 'gzip' ? unpackText(bytes) : Buffer.from(bytes).toString();
      return { body, version: answer.ETag ?? '' };
    } catch (error) {
      if (statusOf(error) === 304) return 'same';
      if (error instanceof NoSuchKey) return 'absent';
      throw error;
    }
  }

  save(body: string): Promise<string> {
    return this.#put(body, {});
  }

  async replace(body: string, version: string): Promise<string | 'changed'> {
    try {
      return await this.#put(body, version === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: version });
    } catch (error) {
      const status = statusOf(error);
      // 409: another write was in progress. 404: the document was deleted, or there is no bucket.
      if (status === 412 || status === 409 || (status === 404 && version !== 'absent')) return 'changed';
      throw error;
    }
  }

  async #put(body: string, condition: { IfMatch?: string; IfNoneMatch?: string }): Promise<string> {
    const answer = await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: this.#key,
        Body: this.#isForBrowsers ? packText(body) : body,
        ContentType: this.#type,
        CacheControl: this.#isForBrowsers ? 'no-cache' : 'no-store',
        ...(this.#isForBrowsers ? { ContentEncoding: 'gzip' } : {}),
        ...condition,
      }),
    );
    return answer.ETag ?? '';
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
