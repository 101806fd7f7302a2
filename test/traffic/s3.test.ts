import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { S3Documents } from '../../traffic/documents.ts';
import { S3Logs } from '../../traffic/s3-logs.ts';
import { s3Client } from '../support/stands/stores.ts';

const BUCKET = 'journal';

describe('documents in S3', () => {
  test('are written only over the version that was read, or where there was none', async () => {
    const documents = new S3Documents(await s3Client(), BUCKET);
    expect(await documents.load('a')).toBeUndefined();
    expect(await documents.save('a', 'first', undefined)).toBe(true);
    expect(await documents.save('a', 'second', undefined)).toBe(false);
    const first = await documents.load('a');
    expect(first?.body).toBe('first');
    expect(await documents.save('a', 'third', first?.version)).toBe(true);
    expect(await documents.save('a', 'fourth', first?.version)).toBe(false);
    expect((await documents.load('a'))?.body).toBe('third');
    // An object that was deleted after it was read.
    expect(await documents.save('b', 'x', first?.version)).toBe(false);
  });

  test('for browsers are stored gzipped, and read in either form', async () => {
    const client = await s3Client();
    const packed = new S3Documents(client, BUCKET, { forBrowsers: true });
    await packed.save('traffic.json', 'ä'.repeat(1_000), undefined);
    const stored = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'traffic.json' }));
    expect(stored).toMatchObject({ ContentEncoding: 'gzip', CacheControl: 'no-cache' });
    expect(gunzipSync((await stored.Body?.transformToByteArray()) ?? '').toString()).toBe('ä'.repeat(1_000));
    const plain = new S3Documents(client, BUCKET);
    expect((await plain.load('traffic.json'))?.body).toBe('ä'.repeat(1_000));
    await plain.save('traffic.json', 'plain', (await plain.load('traffic.json'))?.version);
    expect((await packed.load('traffic.json'))?.body).toBe('plain');
  });

  test('that are cut off read as an empty text, so that their reader writes them again', async () => {
    const client = await s3Client();
    const Body = gzipSync('{"version":1}'.repeat(100)).subarray(0, 20);
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'x', Body, ContentEncoding: 'gzip' }));
    expect((await new S3Documents(client, BUCKET).load('x'))?.body).toBe('');
  });

  test('of a bucket that does not exist fail', async () => {
    const documents = new S3Documents(await s3Client(), 'no-such-bucket');
    await expect(documents.load('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(documents.save('a', 'x', undefined)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('logs in S3', () => {
  async function bucketWith(objects: Record<string, string | Buffer>): Promise<S3Logs> {
    const client = await s3Client();
    for (const [Key, Body] of Object.entries(objects))
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    return new S3Logs(client, BUCKET);
  }

  async function textOf(logs: S3Logs, key: string): Promise<string> {
    let text = '';
    for await (const chunk of (await logs.open(key)) ?? []) text += chunk;
    return text;
  }

  test('are unpacked, whatever their size', async () => {
    const text = 'ä{"x":1}\n'.repeat(100_000);
    const logs = await bucketWith({ 'cloudfront/a.gz': gzipSync(text), 'cloudfront/b': 'plain' });
    expect(await textOf(logs, 'cloudfront/a.gz')).toBe(text);
    expect(await textOf(logs, 'cloudfront/b')).toBe('plain');
    expect(await logs.open('cloudfront/c.gz')).toBeUndefined();
  });

  // Some readers stop after the first member (findings/gzip-of-two-members.sh).
  test('are read to the end if they have several gzip members', async () => {
    const members = ['{"x":1}\n', '{"x":2}\n'];
    const logs = await bucketWith({
      'cloudfront/a.gz': Buffer.concat(members.map((text) => gzipSync(text))),
    });
    expect(await textOf(logs, 'cloudfront/a.gz')).toBe(members.join(''));
  });

  test('that are damaged end with the error of zlib', async () => {
    const packed = gzipSync('x'.repeat(1_000));
    packed[packed.length - 6] = 0;
    packed[packed.length - 7] = 0;
    const logs = await bucketWith({ 'cloudfront/a.gz': packed });
    await expect(textOf(logs, 'cloudfront/a.gz')).rejects.toMatchObject({
      code: expect.stringMatching(/^Z_/),
    });
  });

  test('are listed without the objects of other folders', async () => {
    const logs = await bucketWith({
      'cloudfront/a.gz': 'x',
      'cloudfront/b/c.gz': 'x',
      'traffic/d.json': 'x',
    });
    const keys: string[] = [];
    for await (const key of logs.keys()) keys.push(key);
    expect(keys).toEqual(['cloudfront/a.gz', 'cloudfront/b/c.gz']);
  });
});
