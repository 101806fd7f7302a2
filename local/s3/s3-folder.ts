import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { anyText, Fault, mapOf, parseDocument } from '../../core/schema.ts';
import { notImplemented, S3Error } from './s3-error.ts';

/** Headers that S3 gives back as they were put: `content-type`, `cache-control`, `x-amz-meta-…`. */
export type KeptHeaders = Readonly<Record<string, string>>;

/** Where an object is. */
export interface ObjectName {
  bucket: string;
  key: string;
}

/** An object as it is now. */
export interface S3Object {
  body: Buffer;
  headers: KeptHeaders;
  /** MD5 of the body in double quotes. */
  etag: string;
  modified: Date;
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

const CONDITION_FAILED = 'At least one of the pre-conditions you specified did not hold';

/**
 * Buckets as folders of one directory, keys as paths below them: an object is a file to read with `cat` and
 * `jq`. Its headers are a JSON file below `.headers`, named after the key's SHA-256 so that no two keys get in
 * each other's way; what is being uploaded is in `.uploads`. One process at a time. Checking names is the
 * caller's (`parseTarget`).
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

  /** Writes the whole object or nothing. With `onlyNew`, throws PreconditionFailed for a key that exists. */
  async put(
    at: ObjectName,
    object: { body: Uint8Array; headers: KeptHeaders },
    onlyNew: boolean,
  ): Promise<{ etag: string }> {
    const uploaded = join(this.#directory, '.uploads', randomUUID());
    try {
      await mkdir(dirname(uploaded), { recursive: true });
      await writeFile(uploaded, object.body);
      this.#commit(uploaded, at, object.headers, onlyNew);
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

  /** All keys of a bucket in the order of their UTF-8 bytes, as S3 lists them. */
  async keys(bucket: string): Promise<string[]> {
    const root = join(this.#directory, bucket);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files
      .map((entry) => Buffer.from(relative(root, join(entry.parentPath, entry.name))))
      .sort(Buffer.compare)
      .map(String);
  }

  /** In one turn of the event loop, so that no other request comes between or sees half of it. */
  #commit(uploaded: string, { bucket, key }: ObjectName, headers: KeptHeaders, onlyNew: boolean): void {
    const path = join(this.#directory, bucket, key);
    requireRoom(join(this.#directory, bucket), key);
    if (onlyNew && existsSync(path)) throw new S3Error(412, 'PreconditionFailed', CONDITION_FAILED);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(uploaded, path);
    const kept = this.#headersFile(bucket, key);
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, `${JSON.stringify(headers)}\n`);
  }

  /** None for a file that somebody put there by hand, or whose headers are damaged. */
  #headersOf(bucket: string, key: string): KeptHeaders {
    const kept = this.#headersFile(bucket, key);
    const headers = existsSync(kept) ? parseDocument(readFileSync(kept, 'utf8'), mapOf(anyText)) : NO_HEADERS;
    return headers instanceof Fault ? {} : Object.fromEntries(headers);
  }

  #headersFile(bucket: string, key: string): string {
    const name = createHash('sha256').update(key).digest('hex');
    return join(this.#directory, '.headers', bucket, `${name}.json`);
  }
}

/** S3 has the objects `a` and `a/b` side by side; a folder cannot. */
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
