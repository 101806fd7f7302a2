import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { S3Journal, S3Notebook } from '../../../updater/adapters/s3.ts';
import { systemClock } from '../../../updater/clock.ts';
import { CREDENTIALS } from '../../support/aws/ec2-client.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { MemoryClock } from '../../support/stands/memory.ts';
import { s3Client } from '../../support/stands/stores.ts';

/** A client of an S3 that gives these answers to the puts in turn, and then repeats the last one. */
async function s3Answering(answers: readonly (number | 'never')[]) {
  let count = 0;
  const server = await serveOnLoopback((request, response) => {
    const answer = answers[Math.min(count, answers.length - 1)] ?? 200;
    count += 1;
    if (answer === 'never') return;
    request.resume();
    const code = answer === 409 ? 'ConditionalRequestConflict' : 'PreconditionFailed';
    response.writeHead(answer, { 'content-type': 'application/xml', etag: '"e"' });
    response.end(answer === 200 ? '' : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  });
  const client = new S3Client({
    ...{ region: 'us-east-1', endpoint: server.url, forcePathStyle: true },
    ...{ credentials: CREDENTIALS, maxAttempts: 1 },
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return { client, asked: () => count };
}

describe('the journal in S3', () => {
  test('writes a record once, and the first one stays', async () => {
    const client = await s3Client();
    const journal = new S3Journal(client, 'journal', new MemoryClock(0));
    expect(await journal.append('raw/a.json', '{"n":1}\n')).toBe('written');
    expect(await journal.append('raw/a.json', '{"n":2}\n')).toBe('duplicate');
    const kept = await new S3Notebook(client, 'journal', 'raw/a.json').load(undefined);
    expect(kept).toMatchObject({ body: '{"n":1}\n' });
  });

  test('retries if another operation on the key was in progress, which wrote nothing', async () => {
    const { client, asked } = await s3Answering([409, 409, 200]);
    const clock = new MemoryClock(0);
    expect(await new S3Journal(client, 'journal', clock).append('raw/a.json', '{}')).toBe('written');
    expect(asked()).toBe(3);
    expect(clock.waits).toEqual([25, 50]);
  });

  test('does not retry a refusal', async () => {
    const { client, asked } = await s3Answering([403]);
    const journal = new S3Journal(client, 'journal', new MemoryClock(0));
    await expect(journal.append('raw/a.json', '{}')).rejects.toThrow();
    expect(asked()).toBe(1);
  });

  test('gives up if that does not end, and finds a record written meanwhile', async () => {
    const { client, asked } = await s3Answering([409]);
    await expect(
      new S3Journal(client, 'journal', new MemoryClock(0)).append('raw/a.json', '{}'),
    ).rejects.toThrow('ConditionalRequestConflict');
    expect(asked()).toBe(4);
    const other = await s3Answering([409, 412]);
    expect(await new S3Journal(other.client, 'journal', new MemoryClock(0)).append('raw/a.json', '{}')).toBe(
      'duplicate',
    );
  });

  test('waits for no bucket that hangs', async () => {
    const { client } = await s3Answering(['never']);
    const journal = new S3Journal(client, 'journal', systemClock, 20);
    await expect(journal.append('raw/a.json', '{}')).rejects.toThrow('no answer within 0.02 s');
  });

  test('throws if it may not write', async () => {
    const journal = new S3Journal(await s3Client(), 'nobodys', new MemoryClock(0));
    await expect(journal.append('raw/a.json', '{}')).rejects.toThrow(/bucket/i);
  });
});

describe('a notebook in S3', () => {
  test('is absent at first, then has the last saved content', async () => {
    const notebook = new S3Notebook(await s3Client(), 'journal', 'mirror/main.json');
    expect(await notebook.load(undefined)).toBe('absent');
    const first = await notebook.save('one');
    expect(await notebook.load(undefined)).toEqual({ body: 'one', version: first });
    const second = await notebook.save('two – ü');
    expect(second).not.toBe(first);
    expect(await notebook.load(first)).toEqual({ body: 'two – ü', version: second });
  });

  test('answers `same` to a known version', async () => {
    const client = await s3Client();
    const version = await new S3Notebook(client, 'journal', 'mirror/main.json').save('one');
    expect(await new S3Notebook(client, 'journal', 'mirror/main.json').load(version)).toBe('same');
  });

  test('is replaced only at the version that the writer has read', async () => {
    const client = await s3Client();
    const [one, two] = [0, 1].map(() => new S3Notebook(client, 'journal', 'sign-in/main.json'));
    const first = await one?.replace('one', 'absent');
    expect(await two?.replace('two', 'absent')).toBe('changed');
    const second = await two?.replace('two', first ?? '');
    expect(await one?.replace('one again', first ?? '')).toBe('changed');
    expect(await one?.load(undefined)).toEqual({ body: 'two', version: second });
  });

  test('is not replaced while another write is in progress', async () => {
    const { client } = await s3Answering([409]);
    expect(await new S3Notebook(client, 'journal', 'x').replace('one', '"e"')).toBe('changed');
    const refused = await s3Answering([403]);
    await expect(new S3Notebook(refused.client, 'journal', 'x').replace('one', '"e"')).rejects.toThrow();
  });

  test('throws if it may not read', async () => {
    await expect(new S3Notebook(await s3Client(), 'nobodys', 'x').load(undefined)).rejects.toThrow(/bucket/i);
  });
});

describe('a document for browsers', () => {
  test('is stored compressed, with its type, and read back as it was', async () => {
    const client = await s3Client();
    const options = { type: 'text/html; charset=utf-8', forBrowsers: true };
    const document = new S3Notebook(client, 'journal', '_proxy/routes.html', options);
    const text = `<p>ä${'x'.repeat(10_000)}`;
    await document.save(text);
    expect(await document.load(undefined)).toMatchObject({ body: text });
    const stored = await client.send(new GetObjectCommand({ Bucket: 'journal', Key: '_proxy/routes.html' }));
    expect(stored).toMatchObject({
      ...{ ContentEncoding: 'gzip', ContentType: options.type, CacheControl: 'no-cache' },
    });
    const bytes = (await stored.Body?.transformToByteArray()) ?? new Uint8Array();
    expect(bytes.length).toBeLessThan(200);
    expect(gunzipSync(bytes).toString()).toBe(text);
  });

  test('that is cut off reads as an empty text, so that its reader writes it again', async () => {
    const client = await s3Client();
    const Body = gzipSync('{"version":1}'.repeat(100)).subarray(0, 20);
    await client.send(new PutObjectCommand({ Bucket: 'journal', Key: 'x', Body, ContentEncoding: 'gzip' }));
    const document = new S3Notebook(client, 'journal', 'x', { forBrowsers: true });
    expect(await document.load(undefined)).toMatchObject({ body: '' });
  });

  test('that was stored plain by an earlier version is read', async () => {
    const client = await s3Client();
    await new S3Notebook(client, 'journal', '_proxy/routes.json').save('{}');
    const document = new S3Notebook(client, 'journal', '_proxy/routes.json', { forBrowsers: true });
    expect(await document.load(undefined)).toMatchObject({ body: '{}' });
  });
});
