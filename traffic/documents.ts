import type { S3Client } from '@aws-sdk/client-s3';
import { S3Notebook } from '../updater/adapters/s3.ts';
import type { Documents } from './ports.ts';

/** The JSON objects of a bucket. Their ETags are their versions. */
export class S3Documents implements Documents {
  readonly #open: (key: string) => S3Notebook;

  /** @param options see S3Notebook */
  constructor(client: S3Client, bucket: string, options: { forBrowsers?: boolean } = {}) {
    this.#open = (key) => new S3Notebook(client, bucket, key, options);
  }

  async load(key: string): Promise<{ body: string; version: string } | undefined> {
    const found = await this.#open(key).load(undefined);
    return typeof found === 'string' ? undefined : found;
  }

  async save(key: string, body: string, version = 'absent'): Promise<boolean> {
    return (await this.#open(key).replace(body, version)) !== 'changed';
  }
}
