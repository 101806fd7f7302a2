import { describe, expect, test } from 'vitest';
import { accountOf, EnvironmentError, parseEnvironment, regionOf } from '../../updater/environment.ts';

const COMPLETE = {
  DEPLOYMENT: 'main',
  BASE_DOMAIN: 'dev.example.com',
  KVS_ARN: 'arn:aws:cloudfront::111122223333:key-value-store/00000000-0000-4000-8000-000000000000',
  JOURNAL_BUCKET: 'journal',
  SITE_BUCKET: 'site',
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/fleet.fifo',
  REGIONS: 'eu-west-1',
};

describe('the environment', () => {
  test('gives the updater all its settings', () => {
    expect(parseEnvironment(COMPLETE)).toEqual({
      deployment: 'main',
      baseDomain: 'dev.example.com',
      keyValueStoreArn: COMPLETE.KVS_ARN,
      journalBucket: 'journal',
      siteBucket: 'site',
      queueUrl: COMPLETE.QUEUE_URL,
      regions: ['eu-west-1'],
      mode: 'sync',
      monitoring: 'basic',
      portal: { detail: 'full', tags: ['owner', 'team'], principals: true },
      readerRoles: [],
    });
  });

  test('may name an endpoint and a secret', () => {
    expect(
      parseEnvironment({ ...COMPLETE, KVS_ENDPOINT: 'http://127.0.0.1:1', ORIGIN_SECRET: 's' }),
    ).toMatchObject({
      keyValueStoreEndpoint: 'http://127.0.0.1:1',
      originSecret: { value: 's' },
    });
    expect(parseEnvironment({ ...COMPLETE, KVS_ENDPOINT: '', ORIGIN_SECRET: '' })).toEqual(
      parseEnvironment(COMPLETE),
    );
  });

  test('may hide details and callers from the readers of the portal, and choose the tags to show', () => {
    const more = { PORTAL_DETAIL: 'names', PORTAL_TAGS: 'cost center,squad', PORTAL_PRINCIPALS: 'off' };
    expect(parseEnvironment({ ...COMPLETE, ...more }).portal).toEqual({
      ...{ detail: 'names', tags: ['cost center', 'squad'], principals: false },
    });
    expect(() => parseEnvironment({ ...COMPLETE, PORTAL_DETAIL: 'some' })).toThrow(/PORTAL_DETAIL is "some"/);
  });

  test('may name the ARN of the secret, which takes precedence', () => {
    const both = { ...COMPLETE, ORIGIN_SECRET: 's', ORIGIN_SECRET_ARN: 'arn:aws:secretsmanager:…' };
    expect(parseEnvironment(both).originSecret).toEqual({ arn: 'arn:aws:secretsmanager:…' });
  });

  test('may set a mode, the monitoring, claim rules and roles in other accounts', () => {
    const role = 'arn:aws:iam::444455556666:role/edge-proxy-main-reader';
    const more = {
      UPDATER_MODE: 'dry-run',
      MONITORING: 'full',
      CLAIMS: '[{"names":"shop","regions":["eu-west-1"]}]',
      READER_ROLES: `${role}, `,
    };
    expect(parseEnvironment({ ...COMPLETE, ...more })).toMatchObject({
      mode: 'dry-run',
      monitoring: 'full',
      claims: [{ names: ['shop'], regions: ['eu-west-1'] }],
      readerRoles: [role],
    });
    expect(accountOf(role)).toBe('444455556666');
    const empty = { UPDATER_MODE: '', MONITORING: '', CLAIMS: '', READER_ROLES: '' };
    expect(parseEnvironment({ ...COMPLETE, ...empty })).toEqual(parseEnvironment(COMPLETE));
  });

  test('may switch sign-in on, with two variables at least', () => {
    const both = {
      SESSION_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:1:secret:s',
      ACCESS_BUCKET: 'access',
    };
    const signIn = { sessionSecretArn: both.SESSION_SECRET_ARN, accessBucket: 'access' };
    expect(parseEnvironment({ ...COMPLETE, ...both }).signIn).toEqual({ ...signIn, groups: [] });
    expect(parseEnvironment({ ...COMPLETE, ...both, SIGN_IN_GROUPS: 'devs,ops' }).signIn).toEqual({
      ...signIn,
      groups: ['devs', 'ops'],
    });
    expect(parseEnvironment({ ...COMPLETE, SESSION_SECRET_ARN: '', ACCESS_BUCKET: '' })).toEqual(
      parseEnvironment(COMPLETE),
    );
    for (const one of [
      { ...both, SESSION_SECRET_ARN: '' },
      { ...both, ACCESS_BUCKET: '' },
    ])
      expect(() => parseEnvironment({ ...COMPLETE, ...one })).toThrow(/sign-in needs both/);
    expect(regionOf(both.SESSION_SECRET_ARN)).toBe('us-east-1');
  });

  test.each([
    ['UPDATER_MODE', 'synch', /UPDATER_MODE is "synch", expected sync, upsert-only, dry-run/],
    ['MONITORING', 'most', /MONITORING is "most", expected basic, full/],
    ['CLAIMS', '{}', /CLAIMS cannot be read: claims: expected a list/],
    ['READER_ROLES', 'arn:aws:iam::444455556666:role/a b', /READER_ROLES holds "arn:aws:iam::.*:role\/a b"/],
    ['READER_ROLES', 'edge-proxy', /READER_ROLES holds "edge-proxy", expected ARNs of IAM roles/],
  ])('is refused if %s is %j', (name, value, message) => {
    expect(() => parseEnvironment({ ...COMPLETE, [name]: value })).toThrow(EnvironmentError);
    expect(() => parseEnvironment({ ...COMPLETE, [name]: value })).toThrow(message);
  });

  test('may have blanks in its list of regions', () => {
    expect(parseEnvironment({ ...COMPLETE, REGIONS: 'eu-west-1, us-east-1' }).regions).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
  });

  test('has an empty base domain in bare mode', () => {
    expect(parseEnvironment({ ...COMPLETE, BASE_DOMAIN: '' }).baseDomain).toBe('');
  });

  test.each(Object.keys(COMPLETE))('reports a missing %s with its meaning and its source', (name) => {
    const message = new RegExp(
      `^the environment variable ${name} is missing; it holds the .*, and the updater stack sets it$`,
    );
    expect(() => parseEnvironment({ ...COMPLETE, [name]: undefined })).toThrow(message);
    expect(() => parseEnvironment({ ...COMPLETE, [name]: undefined })).toThrow(EnvironmentError);
  });

  test.each(Object.keys(COMPLETE).filter((name) => name !== 'BASE_DOMAIN'))(
    'treats an empty %s as a missing one',
    (name) => {
      expect(() => parseEnvironment({ ...COMPLETE, [name]: '' })).toThrow(name);
    },
  );
});
