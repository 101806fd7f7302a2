import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parseSigner } from '../ec2/api/caller.ts';
import { type Reply, replyListener } from '../http-reply.ts';
import { printXml, printXmlDocument } from '../xml.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import { type KeptHeaders, type Required, S3Folder } from './s3-folder.ts';
import { checksumHeaders, requireOffered, requireWhole } from './s3-headers.ts';
import { listObjects } from './s3-list.ts';
import { parseTarget, type S3Target } from './s3-target.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** S3's content type for an object that was stored without one. */
const DEFAULT_TYPE = 'application/octet-stream';

/**
 * The path-style operations of S3 that the updater and the site use: PutObject (with `If-None-Match: *` or `If-Match`), GetObject and
 * ListObjectsV2. Buckets are the folders of `directory`. Everything else is refused.
 */
export function s3Handler({ directory }: { directory: string }): RequestListener {
  const folder = new S3Folder(directory);
  return replyListener((request) => handleS3Request(folder, request), s3ErrorReply);
}

async function handleS3Request(folder: S3Folder, request: IncomingMessage): Promise<Reply> {
  if (parseSigner(request, 's3') === undefined) {
    throw new S3Error(403, 'AccessDenied', 'Sign the request for s3 and send it to a loopback address.');
  }
  const target = parseTarget(request.url ?? '/');
  folder.requireBucket(target.bucket);
  if (request.method === 'GET' && target.key === '') return await listBucket(folder, target);
  requireObject(target);
  if (request.method === 'GET') return getObject(folder, target, request.headers);
  if (request.method === 'PUT') return await putObject(folder, target, request);
  throw new S3Error(
    405,
    'MethodNotAllowed',
    `This local S3 does not support ${request.method} on an object.`,
  );
}

async function listBucket(folder: S3Folder, { bucket, query }: S3Target): Promise<Reply> {
  const elements = await listObjects(folder, bucket, query);
  return s3Reply(200, printXmlDocument('ListBucketResult', NAMESPACE, elements));
}

function getObject(folder: S3Folder, { bucket, key }: S3Target, asked: IncomingHttpHeaders): Reply {
  requireOffered(asked);
  if (asked['if-match'] !== undefined) throw notImplemented('GetObject with If-Match');
  const object = folder.get(bucket, key);
  if (object === undefined)
    throw new S3Error(404, 'NoSuchKey', `The specified key does not exist: '${key}'.`);
  // The client already has this version.
  if (asked['if-none-match'] === object.etag)
    return { status: 304, headers: { etag: object.etag }, body: '' };
  const headers = {
    'content-type': DEFAULT_TYPE,
    ...object.headers,
    etag: object.etag,
    'last-modified': object.modified.toUTCString(),
    ...(asked['x-amz-checksum-mode'] === 'ENABLED' ? checksumHeaders(object.body) : {}),
  };
  return { status: 200, headers, body: object.body };
}

async function putObject(folder: S3Folder, target: S3Target, request: IncomingMessage): Promise<Reply> {
  const asked = request.headers;
  requireOffered(asked);
  const required = parseRequired(asked);
  const body = await buffer(request);
  requireWhole(body, asked);
  const { etag } = await folder.put(target, { body, headers: selectKept(asked) }, required);
  return { status: 200, headers: { etag }, body: '' };
}

/** The condition of a write. */
function parseRequired(asked: IncomingHttpHeaders): Required {
  const { 'if-match': etag, 'if-none-match': none } = asked;
  if (none === undefined) return etag === undefined ? 'any' : { etag };
  if (none !== '*' || etag !== undefined)
    throw notImplemented('If-None-Match other than *, or with If-Match');
  return 'none';
}

/** Refuses sub-resources (`?acl`, `?uploads`, `?versionId=…`), which are other operations. The SDK adds `x-id`. */
function requireObject({ key, query }: S3Target): void {
  if (key === '') throw notImplemented('this operation on a bucket');
  const other = [...query.keys()].find((name) => name !== 'x-id');
  if (other !== undefined) throw notImplemented(`'${other}' of an object`);
}

const KEPT = /^(?:content-(?:type|encoding|disposition|language)|cache-control|expires|x-amz-meta-.+)$/;

function selectKept(headers: IncomingHttpHeaders): KeptHeaders {
  const kept = Object.entries(headers).filter(([name]) => KEPT.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** Any other error than an S3Error is a bug of ours, and a server error for the SDK. */
function s3ErrorReply(error: unknown): Reply {
  const { status, code, message } =
    error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error));
  const elements = { Error: { Code: code, Message: message, RequestId: randomUUID() } };
  return s3Reply(status, `<?xml version="1.0" encoding="UTF-8"?>\n${printXml(elements)}`);
}

function s3Reply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
