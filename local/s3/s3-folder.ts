import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { anyText, Fault, mapOf, parseDocument } from '../../core/schema.ts';
import { notImplemented, S3Error } from './s3-error.ts';

/** Headers that S3 returns as they were stored: `content-type`, `cache-control`, `x-amz-meta-…`. */
export type KeptHeaders = Readonly<Record<string, string>>;

/** The name of an object. */
export interface ObjectName {
  bucket: string;
  key: string;
}

/** A stored object. */
export interface S3Object {
  body: Buffer;
  headers: KeptHeaders;
  /** MD5 of the body in double quotes. */
  etag: string;
  modified: Date;
}

/** The object that a write may replace: any or none at all, none, or one with an ETag. */
export type Required = 'any' | 'none' | { etag: string };

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

const CONDITION_FAILED = 'At least one of the pre-conditions you specified did not hold';

/**
 * Stores buckets as folders and objects as files, which `cat` and `jq` can read. The headers of an object are a JSON file below
 * `.headers`, named after the SHA-256 of its key. Uploads are in `.uploads`. Only one process may use it. The caller checks names
 * (`parseTarget`).
 */
export class S3Folder {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Throws NoSuchBucket unless the bucket's folder exists. */
  requireBucket(bucket: string): void {
    if (existsSync(join(this.#directory, bucket))) return;
    throw new S3Error(404, 'NoSuchBucket', `The specified bucket does not exist: '${bucket}'.`);
  }

  /** Writes the complete object or nothing. Throws PreconditionFailed unless the present object is as required. */
  async put(
    at: ObjectName,
    object: { body: Uint8Array; headers: KeptHeaders },
    required: Required = 'any',
  ): Promise<{ etag: string }> {
    const uploaded = join(this.#directory, '.uploads', randomUUID());
    try {
      await mkdir(dirname(uploaded), { recursive: true });
      await writeFile(uploaded, object.body);
      this.#commit(uploaded, at, object.headers, required);
    } finally {
      await rm(uploaded, { force: true });
    }
    return { etag: etagOf(object.body) };
  }

  /** `undefined` for a key that is not there. */
  get(bucket: string, key: string): S3Object | undefined {
    const path = join(this.#directory, bucket, key);
    if (!existsSync(path)) return undefined;
    const stat = statSync(path);
    if (!stat.isFile()) return undefined;
    const body = readFileSync(path);
    return { body, headers: this.#headersOf(bucket, key), etag: etagOf(body), modified: stat.mtime };
  }

  /** All keys of a bucket in S3's order, by UTF-8 bytes. */
  async keys(bucket: string): Promise<string[]> {
    const root = join(this.#directory, bucket);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files
      .map((entry) => Buffer.from(relative(root, join(entry.parentPath, entry.name))))
      .sort(Buffer.compare)
      .map(String);
  }

  /** Runs in one turn of the event loop, so that no other request sees a partial write. */
  #commit(uploaded: string, { bucket, key }: ObjectName, headers: KeptHeaders, required: Required): void {
    const path = join(this.#directory, bucket, key);
    requireRoom(join(this.#directory, bucket), key);
    if (required === 'none' && existsSync(path))
      throw new S3Error(412, 'PreconditionFailed', CONDITION_FAILED);
    if (typeof required === 'object') requireVersion(this.get(bucket, key), key, required.etag);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(uploaded, path);
    const kept = this.#headersFile(bucket, key);
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, `${JSON.stringify(headers)}\n`);
  }

  #headersOf(bucket: string, key: string): KeptHeaders {
    return keptHeadersOf(join(this.#directory, bucket), key);
  }

  #headersFile(bucket: string, key: string): string {
    return headersFile(join(this.#directory, bucket), key);
  }
}

/** The headers of an object in the folder of a bucket. Empty for a file without headers, or with damaged ones. */
export function keptHeadersOf(bucketFolder: string, key: string): KeptHeaders {
  const kept = headersFile(bucketFolder, key);
  const headers = existsSync(kept) ? parseDocument(readFileSync(kept, 'utf8'), mapOf(anyText)) : NO_HEADERS;
  return headers instanceof Fault ? {} : Object.fromEntries(headers);
}

function headersFile(bucketFolder: string, key: string): string {
  const name = createHash('sha256').update(key).digest('hex');
  return join(dirname(bucketFolder), '.headers', basename(bucketFolder), `${name}.json`);
}

/** S3 answers 404 if the object is not there, and 412 for another version (API reference, PutObject). */
function requireVersion(present: S3Object | undefined, key: string, etag: string): void {
  if (present === undefined)
    throw new S3Error(404, 'NoSuchKey', `The specified key does not exist: '${key}'.`);
  if (present.etag !== etag) throw new S3Error(412, 'PreconditionFailed', CONDITION_FAILED);
}

/** Throws if the key needs a file and a folder of the same name, such as `a` and `a/b`. S3 allows both. */
function requireRoom(folder: string, key: string): void {
  const parents = key.split('/').slice(0, -1);
  const above = parents.map((_, index) => join(folder, ...parents.slice(0, index + 1)));
  const inTheWay = above.find((path) => existsSync(path) && !statSync(path).isDirectory());
  if (inTheWay !== undefined)
    throw notImplemented(`the object '${key}' below the object '${relative(folder, inTheWay)}'`);
  const path = join(folder, key);
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw notImplemented(`the object '${key}' beside objects below '${key}/'`);
  }
}

function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
