import { Buffer } from 'node:buffer';
import type { XmlElements } from '../xml.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import type { S3Folder } from './s3-folder.ts';

/** The parameters of ListObjectsV2. */
interface ListRequest {
  prefix: string;
  /** Lists only keys after this one, by bytes. */
  after: string;
  maxKeys: number;
}

/** The most keys on a page, and the default (API reference, ListObjectsV2). */
const MOST_KEYS = 1_000;

/** Answers ListObjectsV2. Throws an S3Error. */
export async function listObjects(
  folder: S3Folder,
  bucket: string,
  query: URLSearchParams,
): Promise<XmlElements> {
  const { prefix, after, maxKeys } = parseListRequest(query);
  const afterBytes = Buffer.from(after);
  const keys = (await folder.keys(bucket)).filter(
    (key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), afterBytes) > 0,
  );
  const page = keys.slice(0, maxKeys);
  const last = page.at(-1);
  const more = last !== undefined && page.length < keys.length;
  return {
    Name: bucket,
    Prefix: prefix,
    MaxKeys: maxKeys,
    KeyCount: page.length,
    IsTruncated: more,
    NextContinuationToken: more ? Buffer.from(last).toString('base64url') : undefined,
    Contents: page.flatMap((key) => describeObject(folder, bucket, key)),
  };
}

/** Empty for a file that was removed since the keys were read. */
function describeObject(folder: S3Folder, bucket: string, key: string): XmlElements[] {
  const object = folder.get(bucket, key);
  if (object === undefined) return [];
  const { body, etag, modified } = object;
  const LastModified = modified.toISOString();
  return [{ Key: key, LastModified, ETag: etag, Size: body.length, StorageClass: 'STANDARD' }];
}

/** Ignores `encoding-type`, because the answer states its encoding. */
function parseListRequest(query: URLSearchParams): ListRequest {
  if (query.get('list-type') !== '2') throw notImplemented('this operation on a bucket: use ListObjectsV2');
  if (query.has('delimiter')) throw notImplemented('ListObjectsV2 with a delimiter');
  const token = query.get('continuation-token');
  const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64url').toString();
  return {
    prefix: query.get('prefix') ?? '',
    after: after ?? '',
    maxKeys: parseMaxKeys(query.get('max-keys')),
  };
}

function parseMaxKeys(text: string | null): number {
  if (text === null) return MOST_KEYS;
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), MOST_KEYS);
  throw new S3Error(
    400,
    'InvalidArgument',
    `Provided max-keys '${text}' not an integer or within integer range.`,
  );
}
