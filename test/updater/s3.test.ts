import { describe, expect, test } from 'vitest';
import { S3Journal, S3Notebook } from '../../updater/adapters/s3.ts';
import { MemoryClock } from '../support/memory.ts';
import { s3Client } from '../support/stores.ts';

describe('the journal in S3', () => {
  test('writes a record once, and the first stays', async () => {
    const client = await s3Client();
    const journal = new S3Journal(client, 'journal', new MemoryClock(0));
    expect(await journal.append('raw/a.json', '{"n":1}\n')).toBe('written');
    expect(await journal.append('raw/a.json', '{"n":2}\n')).toBe('duplicate');
    const kept = await new S3Notebook(client, 'journal', 'raw/a.json').load(undefined);
    expect(kept).toMatchObject({ body: '{"n":1}\n' });
  });

  test('fails aloud where it may not write', async () => {
    const journal = new S3Journal(await s3Client(), 'nobodys', new MemoryClock(0));
    await expect(journal.append('raw/a.json', '{}')).rejects.toThrow(/bucket/i);
  });
});

describe('a notebook in S3', () => {
  test('is absent at first, then what was saved last', async () => {
    const notebook = new S3Notebook(await s3Client(), 'journal', 'mirror/main.json');
    expect(await notebook.load(undefined)).toBe('absent');
    const first = await notebook.save('one');
    expect(await notebook.load(undefined)).toEqual({ body: 'one', version: first });
    const second = await notebook.save('two – ü');
    expect(second).not.toBe(first);
    expect(await notebook.load(first)).toEqual({ body: 'two – ü', version: second });
  });

  test('says same to whoever knows its version', async () => {
    const client = await s3Client();
    const version = await new S3Notebook(client, 'journal', 'mirror/main.json').save('one');
    expect(await new S3Notebook(client, 'journal', 'mirror/main.json').load(version)).toBe('same');
  });

  test('fails aloud where it may not read', async () => {
    await expect(new S3Notebook(await s3Client(), 'nobodys', 'x').load(undefined)).rejects.toThrow(/bucket/i);
  });
});
