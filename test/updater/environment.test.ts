import { describe, expect, test } from 'vitest';
import { EnvironmentError, environmentOf } from '../../updater/environment.ts';

const COMPLETE = {
  OWNER: 'main',
  BASE_DOMAIN: 'dev.example.com',
  KVS_ARN: 'arn:aws:cloudfront::111122223333:key-value-store/00000000-0000-4000-8000-000000000000',
  JOURNAL_BUCKET: 'journal',
  SITE_BUCKET: 'site',
  REGIONS: 'eu-west-1',
};

describe('the environment', () => {
  test('says everything that the updater has to know', () => {
    expect(environmentOf(COMPLETE)).toEqual({
      owner: 'main',
      baseDomain: 'dev.example.com',
      keyValueStoreArn: COMPLETE.KVS_ARN,
      journalBucket: 'journal',
      siteBucket: 'site',
      regions: ['eu-west-1'],
    });
  });

  test('may name an endpoint and a secret', () => {
    expect(
      environmentOf({ ...COMPLETE, KVS_ENDPOINT: 'http://127.0.0.1:1', ORIGIN_SECRET: 's' }),
    ).toMatchObject({
      keyValueStoreEndpoint: 'http://127.0.0.1:1',
      originSecret: 's',
    });
    expect(environmentOf({ ...COMPLETE, KVS_ENDPOINT: '', ORIGIN_SECRET: '' })).toEqual(
      environmentOf(COMPLETE),
    );
  });

  test('may list regions as people write them', () => {
    expect(environmentOf({ ...COMPLETE, REGIONS: 'eu-west-1, us-east-1' }).regions).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
  });

  test('has an empty base domain in bare mode', () => {
    expect(environmentOf({ ...COMPLETE, BASE_DOMAIN: '' }).baseDomain).toBe('');
  });

  test.each(Object.keys(COMPLETE))('names %s when it is missing, what it holds and who sets it', (name) => {
    const message = new RegExp(
      `^the variable ${name} is missing; it holds the .* and is set by the updater stack$`,
    );
    expect(() => environmentOf({ ...COMPLETE, [name]: undefined })).toThrow(message);
    expect(() => environmentOf({ ...COMPLETE, [name]: undefined })).toThrow(EnvironmentError);
  });

  test.each(Object.keys(COMPLETE).filter((name) => name !== 'BASE_DOMAIN'))(
    'takes an empty %s for a missing one',
    (name) => {
      expect(() => environmentOf({ ...COMPLETE, [name]: '' })).toThrow(name);
    },
  );
});
