import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readObject } from '../../../edge/concierge/aws/bucket.ts';
import { readSecret, readSecretVersions } from '../../../edge/concierge/aws/secrets-manager.ts';
import { UnavailableError } from '../../../edge/concierge/reading/bounded-fetch.ts';
import { kept } from '../../../edge/concierge/reading/kept.ts';
import { FakeAws } from './support/fake-aws.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:keys-AbCdEf';
const PLACE = { region: 'us-east-1', bucket: 'access', key: 'access.json' };

const aws = new FakeAws();
beforeAll(() => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  aws.answers.clear();
  aws.asked.length = 0;
});

describe('a call of AWS', () => {
  test('is signed as the services demand', async () => {
    aws.secret(ARN, 'AWSCURRENT', 'random', 1_795_000_000);
    aws.answers.set('access/access.json', { status: 200, body: '{}' });
    expect(await readSecret(ARN, aws.environment)).toBe('random');
    expect(await readObject(PLACE, aws.environment)).toBe('{}');
  });

  test('with other credentials is refused, and the reason holds none of them', async () => {
    aws.secret(ARN, 'AWSCURRENT', 'random', 1_795_000_000);
    const environment = { ...aws.environment, AWS_SECRET_ACCESS_KEY: 'wrong' };
    const failure = readSecret(ARN, environment);
    await expect(failure).rejects.toThrow(`Secrets Manager answers 403 for ${ARN}`);
    await expect(failure).rejects.not.toThrow(/wrong|session token/);
  });

  test.each<[string, () => { status: number; body: string } | undefined]>([
    ['a broken connection', () => undefined],
    ['500', () => ({ status: 500, body: '' })],
    ['503', () => ({ status: 503, body: '' })],
  ])('is repeated once after %s', async (_, failure) => {
    const answers = [failure(), { status: 200, body: 'rules' }];
    aws.answers.set('access/access.json', () => answers.shift());
    expect(await readObject(PLACE, aws.environment)).toBe('rules');
    aws.answers.set('access/access.json', failure);
    await expect(readObject(PLACE, aws.environment)).rejects.toThrow(UnavailableError);
    expect(aws.asked).toHaveLength(4);
  });

  test('for an object that is not there fails at once', async () => {
    await expect(readObject(PLACE, aws.environment)).rejects.toThrow('S3 answers 404 for access/access.json');
    expect(aws.asked).toEqual(['access/access.json']);
  });
});

describe('the versions of a secret', () => {
  test('are one before the first rotation', async () => {
    aws.secret(ARN, 'AWSCURRENT', 'first', 1_795_000_000);
    const versions = { current: { text: 'first', createdAt: 1_795_000_000 } };
    expect(await readSecretVersions(ARN, aws.environment)).toEqual(versions);
  });

  test('are two afterwards', async () => {
    aws.secret(ARN, 'AWSCURRENT', 'second', 1_795_000_600);
    aws.secret(ARN, 'AWSPREVIOUS', 'first', 1_795_000_000);
    expect(await readSecretVersions(ARN, aws.environment)).toEqual({
      current: { text: 'second', createdAt: 1_795_000_600 },
      previous: { text: 'first', createdAt: 1_795_000_000 },
    });
  });

  test.each([
    ['no permission', { status: 400, body: '{"__type":"AccessDeniedException"}' }],
    ['an empty text', { status: 200, body: '{"SecretString":"","CreatedDate":1}' }],
    ['no date', { status: 200, body: '{"SecretString":"secret"}' }],
    ['a page', { status: 200, body: '<html>secret' }],
  ])('are an error with %s for the previous one, and the reason holds no secret', async (_, answer) => {
    aws.secret(ARN, 'AWSCURRENT', 'secret', 1_795_000_600);
    aws.answers.set(`${ARN} AWSPREVIOUS`, answer);
    const failure = readSecretVersions(ARN, aws.environment);
    await expect(failure).rejects.toThrow(`Secrets Manager answers ${answer.status} for ${ARN}`);
  });
});

describe('a value that is kept', () => {
  /** A reader with a clock and a source that a test changes. */
  function reader(limits = { fresh: 10, stale: 100 }) {
    const world = { now: 0, reads: 0, value: 'a' as string | undefined };
    const read = kept(
      async () => {
        world.reads += 1;
        if (world.value === undefined) throw new Error('unreadable');
        return world.value;
      },
      { ...limits, now: () => world.now },
    );
    return { world, read };
  }

  test('is read again when it is no longer fresh', async () => {
    const { world, read } = reader();
    expect(await read()).toBe('a');
    world.value = 'b';
    world.now = 9;
    expect(await read()).toBe('a');
    world.now = 10;
    expect([await read(), world.reads]).toEqual(['b', 2]);
  });

  test('counts until it is stale if it cannot be read again', async () => {
    const { world, read } = reader();
    await read();
    world.value = undefined;
    world.now = 99;
    expect(await read()).toBe('a');
    world.now = 100;
    await expect(read()).rejects.toThrow('unreadable');
    world.value = 'c';
    expect(await read()).toBe('c');
  });

  test('is used at once for ten seconds after it could not be read again, so that few people wait for a service that hangs', async () => {
    const { world, read } = reader({ fresh: 60_000, stale: 600_000 });
    await read();
    world.value = undefined;
    world.now = 60_000;
    expect([await read(), world.reads]).toEqual(['a', 2]);
    world.now = 69_999;
    expect([await read(), world.reads]).toEqual(['a', 2]);
    world.now = 70_000;
    expect([await read(), world.reads]).toEqual(['a', 3]);
    world.value = 'b';
    world.now = 80_000;
    expect([await read(), world.reads]).toEqual(['b', 4]);
  });

  test('is not used past its end because it could not be read again shortly before', async () => {
    const { world, read } = reader();
    await read();
    world.value = undefined;
    world.now = 95;
    expect(await read()).toBe('a');
    world.now = 100;
    await expect(read()).rejects.toThrow('unreadable');
  });

  test('is read once for callers at the same moment', async () => {
    const { world, read } = reader();
    expect(await Promise.all([read(), read(), read()])).toEqual(['a', 'a', 'a']);
    expect(world.reads).toBe(1);
  });
});
