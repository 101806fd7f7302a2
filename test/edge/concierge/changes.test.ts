import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../../../core/live/change.ts';
import { printLiveFile } from '../../../core/live/live-file.ts';
import { liveKey, shardOf } from '../../../core/live/shard.ts';
import { changeReader } from '../../../edge/concierge/aws/changes.ts';
import { UnavailableError } from '../../../edge/concierge/reading/bounded-fetch.ts';
import { FakeAws } from './support/fake-aws.ts';

const HOST = 'shop.dev.example.com';
const KEY = `access/${liveKey(shardOf(HOST))}`;
const CHANGE: Change = { sequence: 105, at: 1_795_000_000, fact: { is: 'closed', since: 50, letter: 'A' } };

const aws = new FakeAws();
beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  aws.answers.clear();
  aws.asked.length = 0;
});

function reader() {
  const clock = { now: 0 };
  const read = changeReader({ region: 'us-east-1', bucket: 'access' }, aws.environment, () => clock.now);
  return { clock, read };
}

describe('the last change of a hostname', () => {
  test('is in the object of its shard', async () => {
    aws.answers.set(KEY, { status: 200, body: printLiveFile(new Map([[HOST, CHANGE]])) });
    expect(await reader().read(HOST)).toEqual(CHANGE);
  });

  test('is none without an object, or if the object does not name the hostname', async () => {
    const { read, clock } = reader();
    expect(await read(HOST)).toBeUndefined();
    clock.now = 1_000;
    aws.answers.set(KEY, { status: 200, body: printLiveFile(new Map([[`*.${HOST}`, CHANGE]])) });
    expect(await read(HOST)).toBeUndefined();
  });

  test('is read once a second, however many tabs ask', async () => {
    const { read, clock } = reader();
    await Promise.all(Array.from({ length: 20 }, () => read(HOST)));
    clock.now = 999;
    await read(HOST);
    expect(aws.asked).toEqual([KEY]);
    clock.now = 1_000;
    await read(HOST);
    expect(aws.asked).toEqual([KEY, KEY]);
  });

  test.each([
    ['500', { status: 500, body: '' }],
    ['403', { status: 403, body: '' }],
    ['another document', { status: 200, body: '{"version":2,"changes":{}}' }],
  ])('is an error after %s, without a second attempt', async (_, answer) => {
    aws.answers.set(KEY, answer);
    await expect(reader().read(HOST)).rejects.toThrow(UnavailableError);
    expect(aws.asked).toEqual([KEY]);
  });

  test('of an earlier reading does not count when S3 fails', async () => {
    const { read, clock } = reader();
    aws.answers.set(KEY, { status: 200, body: printLiveFile(new Map([[HOST, CHANGE]])) });
    await read(HOST);
    aws.answers.set(KEY, { status: 503, body: '' });
    clock.now = 1_000;
    await expect(read(HOST)).rejects.toThrow(UnavailableError);
  });
});
