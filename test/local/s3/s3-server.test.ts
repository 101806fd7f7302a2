import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { s3Handler } from '../../../local/s3/s3-server.ts';
import { CREDENTIALS } from '../../support/aws/ec2-client.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

/** A directory with the bucket `journal` behind the handler, and a real client for it. */
async function s3Stand() {
  const directory = await temporaryFolder();
  await mkdir(join(directory, 'journal'));
  const server = await serveOnLoopback(s3Handler({ directory }));
  onTestFinished(() => server.close());
  const { url: endpoint, port } = server;
  const client = new S3Client({
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: CREDENTIALS,
  });
  onTestFinished(() => client.destroy());
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    client.send(new PutObjectCommand({ Bucket: 'journal', Key, Body, ...more }));
  const get = (Key: string) => client.send(new GetObjectCommand({ Bucket: 'journal', Key }));
  const bodyOf = async (key: string) => (await get(key)).Body?.transformToString();
  return { directory, port, client, put, get, bodyOf };
}

/** The status of a request with an unchanged raw target. */
async function statusOf(
  port: number,
  method: string,
  path: string,
  headers = {},
): Promise<number | undefined> {
  const call = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { authorization: SIGNED, ...headers },
  });
  call.end(method === 'PUT' ? 'hostile' : undefined);
  const [response] = await once(call, 'response');
  response.resume();
  return response.statusCode;
}

describe('objects', () => {
  test('an object is returned with its type, metadata and ETag, and is a readable file', async () => {
    const { directory, put, get } = await s3Stand();
    const headers = {
      ContentType: 'application/json',
      CacheControl: 'no-store',
      Metadata: { cause: 'launch' },
    };
    const { ETag } = await put('raw/dt=2026-11-23/é 1.json', '{"a":1}\n', headers);
    const object = await get('raw/dt=2026-11-23/é 1.json');
    expect(object).toMatchObject({ ...headers, ETag, ContentLength: 8 });
    expect(await object.Body?.transformToString()).toBe('{"a":1}\n');
    expect(await readFile(join(directory, 'journal/raw/dt=2026-11-23/é 1.json'), 'utf8')).toBe('{"a":1}\n');
  });

  test('an object is replaced completely, with its type', async () => {
    const { directory, put, get } = await s3Stand();
    const first = await put('site/index.html', 'a longer first version', { ContentType: 'text/plain' });
    const second = await put('site/index.html', 'second', { ContentType: 'text/html' });
    expect(second.ETag).not.toBe(first.ETag);
    const object = await get('site/index.html');
    expect([object.ContentType, await object.Body?.transformToString()]).toEqual(['text/html', 'second']);
    expect(await readdir(join(directory, '.uploads'))).toEqual([]);
  });

  test('exactly one of many conditional writes creates an object', async () => {
    const { put, bodyOf } = await s3Stand();
    const writers = ['a', 'b', 'c', 'd', 'e'];
    const outcomes = await Promise.allSettled(writers.map((body) => put('once', body, { IfNoneMatch: '*' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    const winner = writers[outcomes.findIndex(({ status }) => status === 'fulfilled')];
    expect(await bodyOf('once')).toBe(winner);
    await expect(put('once', 'late', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  test('exactly one of many writes replaces the version that all have read', async () => {
    const { put, bodyOf } = await s3Stand();
    const { ETag } = await put('shared', 'first');
    const writers = ['a', 'b', 'c', 'd', 'e'];
    const outcomes = await Promise.allSettled(
      writers.map((body) => put('shared', body, ETag === undefined ? {} : { IfMatch: ETag })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    const winner = writers[outcomes.findIndex(({ status }) => status === 'fulfilled')];
    expect(await bodyOf('shared')).toBe(winner);
    const lost = outcomes.find(({ status }) => status === 'rejected');
    expect(lost).toMatchObject({
      reason: { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } },
    });
  });

  test('a file that was copied into the folder is an object too', async () => {
    const { directory, get } = await s3Stand();
    await writeFile(join(directory, 'journal', 'by-hand.txt'), 'hello');
    const object = await get('by-hand.txt');
    expect(object.ContentType).toBe('application/octet-stream');
    expect(await object.Body?.transformToString()).toBe('hello');
  });

  test('a missing object is NoSuchKey, even if its key is a part of another key', async () => {
    const { put, get } = await s3Stand();
    await put('a/b', 'x');
    for (const key of ['none', 'a', 'a/b/c'])
      await expect(get(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test.each([
    ['a/b', 'a'],
    ['a', 'a/b'],
  ])(
    'next to the object %s, the key %s is refused with the reason, because a folder cannot hold both',
    async (first, second) => {
      const { put } = await s3Stand();
      await put(first, 'x');
      await expect(put(second, 'x')).rejects.toMatchObject({ name: 'NotImplemented' });
    },
  );
});

describe('unsupported features', () => {
  test.each([
    ['a range', { Range: 'bytes=0-1' }],
    ['a change since a time as condition', { IfModifiedSince: new Date(0) }],
    ['no change since a time as condition', { IfUnmodifiedSince: new Date(0) }],
  ])('a read with %s is refused', async (_, more) => {
    const { client, put } = await s3Stand();
    await put('a', 'x');
    const command = new GetObjectCommand({ Bucket: 'journal', Key: 'a', ...more });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test.each([
    ['a storage class', { StorageClass: 'GLACIER' }],
    ['an access control list', { ACL: 'public-read' }],
    ['server-side encryption', { ServerSideEncryption: 'aws:kms' }],
    ['an unsupported checksum', { ChecksumAlgorithm: 'CRC64NVME', ChecksumCRC64NVME: 'AAAAAAAAAAA=' }],
  ] as [string, Partial<PutObjectCommandInput>][])('a write with %s is refused', async (_, more) => {
    const { put, get } = await s3Stand();
    await expect(put('a', 'x', more)).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('checksums', () => {
  test.each([
    ['content-md5', 'zn+G+5R7WAlFn5dpHEe2Pg=='],
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['x-amz-checksum-sha1', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['x-amz-checksum-sha256', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
  ])('a body with a wrong %s is refused', async (name, value) => {
    const { port, get } = await s3Stand();
    expect(await statusOf(port, 'PUT', '/journal/a', { [name]: value })).toBe(400);
    await expect(get('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test.each(['CRC32', 'SHA1', 'SHA256'] as const)(
    'a body with the right %s is accepted',
    async (ChecksumAlgorithm) => {
      const { put, bodyOf } = await s3Stand();
      await put('a', 'whole', { ChecksumAlgorithm });
      expect(await bodyOf('a')).toBe('whole');
    },
  );

  test('a checksum is returned on request, even for a copied file', async () => {
    const { client, directory } = await s3Stand();
    await writeFile(join(directory, 'journal/a'), 'x');
    const command = new GetObjectCommand({ Bucket: 'journal', Key: 'a', ChecksumMode: 'ENABLED' });
    expect(await client.send(command)).toMatchObject({ ChecksumCRC32: 'jNwWgw==' });
  });
});

describe('listings', () => {
  test('a listing has the keys of a prefix in the order of their bytes', async () => {
    const { client, put } = await s3Stand();
    for (const key of ['raw/b', 'raw/a/1', 'raw/é', 'raw/a-1', 'other']) await put(key, 'four');
    const { Contents = [], KeyCount } = await client.send(
      new ListObjectsV2Command({ Bucket: 'journal', Prefix: 'raw/' }),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual(['raw/a-1', 'raw/a/1', 'raw/b', 'raw/é']);
    expect(Contents[0]).toMatchObject({ Size: 4, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
    expect(KeyCount).toBe(4);
  });

  test('a listing returns every key once over its pages', async () => {
    const { client, put } = await s3Stand();
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) await put(key, 'x');
    const pages: string[][] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket: 'journal' })) {
      pages.push((page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('the listing of an empty bucket is empty, and that of an unknown bucket is an error', async () => {
    const { client } = await s3Stand();
    const { Contents, IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket: 'journal' }));
    expect([Contents, IsTruncated]).toEqual([undefined, false]);
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'absent' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

describe('refused requests', () => {
  test.each([
    '/journal/../../escaped',
    '/journal/%2e%2e/escaped',
    '/journal//etc/escaped',
    '/journal/a%00b',
    '/.headers/x',
  ])('a write to %s is refused, and nothing is written', async (path) => {
    const { directory, port } = await s3Stand();
    expect(await statusOf(port, 'PUT', path)).toBe(400);
    expect(await readdir(directory, { recursive: true })).toEqual(['journal']);
  });

  test.each([
    ['PUT', '/journal/key?acl', {}, 501],
    ['GET', '/journal/key?versionId=1', {}, 501],
    ['PUT', '/journal', {}, 501],
    ['GET', '/journal?list-type=2&delimiter=%2F', {}, 501],
    ['GET', '/journal?list-type=2&max-keys=many', {}, 400],
    ['PUT', '/journal/key', { 'if-match': '"0"' }, 404],
    ['PUT', '/journal/key', { 'if-match': '"0"', 'if-none-match': '*' }, 501],
    ['GET', '/journal/key', { 'if-match': '"0"' }, 501],
    ['PUT', '/journal/key', { 'if-none-match': '"0"' }, 501],
    ['PUT', '/journal/key', { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }, 501],
    ['PUT', '/journal/key', { 'x-amz-copy-source': '/journal/other' }, 501],
    ['GET', '/journal/key', { authorization: '' }, 403],
    ['GET', '/journal/key', { host: 'evil.example' }, 403],
  ])('%s %s with %j gets %i', async (method, path, headers, status) => {
    const { port } = await s3Stand();
    expect(await statusOf(port, method, path, headers)).toBe(status);
  });

  test('an unsupported operation is refused', async () => {
    const { client } = await s3Stand();
    const remove = new DeleteObjectCommand({ Bucket: 'journal', Key: 'a' });
    await expect(client.send(remove)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  });
});
