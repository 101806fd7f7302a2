import { describe, expect, test } from 'vitest';
import { FULL_PORTAL } from '../../core/journal/portal-settings.ts';
import type { Environment } from '../../updater/environment.ts';
import { batchOf } from '../support/stands/batches.ts';
import { RUNNING } from '../support/stands/updater-stand.ts';
import { updaterWithNotedCalls } from '../support/stands/whole-updater-calls.ts';
import { SWEEP } from '../support/values/made-events.ts';

const OTHER = '444455556666';
const ROLE = `arn:aws:iam::${OTHER}:role/reader`;
const KVS = 'arn:aws:cloudfront::123456789012:key-value-store/one';

const USUAL: Environment = {
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/fleet.fifo',
  ...{ deployment: 'main', baseDomain: 'dev.example.com', keyValueStoreArn: KVS, mode: 'sync' },
  ...{ journalBucket: 'journal', siteBucket: 'site', regions: ['eu-west-1', 'us-east-1'], readerRoles: [] },
  monitoring: 'basic',
  portal: FULL_PORTAL,
};

const SIGN_IN = {
  sessionSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:session',
  accessBucket: 'access',
  groups: [],
};

const context = (account: string) => ({
  awsRequestId: 'request-1',
  invokedFunctionArn: `arn:aws:lambda:eu-west-1:${account}:function:updater`,
});

/** The calls of a run with a notice that an instance runs, in account 123456789012. */
async function callsOf(more: Partial<Environment> = {}, account = '123456789012') {
  const { handler, calls } = updaterWithNotedCalls({ ...USUAL, ...more });
  await handler(batchOf([RUNNING]), context(account));
  const inputs = (command: string) =>
    calls.filter((call) => call.command === command).map(({ input }) => input);
  return { calls, inputs };
}

/** The puts of that run. */
async function putsOf(more: Partial<Environment> = {}) {
  const [update] = (await callsOf(more)).inputs('UpdateKeys');
  return (update?.['Puts'] ?? []) as { Key: string; Value: string }[];
}

describe('the composed updater', () => {
  test('lists each region of its own account and of the accounts in which it has a role', async () => {
    const { calls } = await callsOf({ readerRoles: [ROLE] });
    const asked = calls.filter(({ command }) => command === 'DescribeInstances');
    expect(new Set(asked.map(({ region, role }) => `${role ?? 'own'} ${region}`))).toEqual(
      new Set([`own eu-west-1`, `own us-east-1`, `${ROLE} eu-west-1`, `${ROLE} us-east-1`]),
    );
  });

  test('writes store, journal and site under their own names', async () => {
    const { inputs } = await callsOf();
    expect(inputs('UpdateKeys')).toMatchObject([{ KvsARN: KVS, Puts: [{ Key: 'shop.dev.example.com' }] }]);
    const places = inputs('PutObject').map(({ Bucket, Key }) => `${Bucket} ${String(Key).split('/')[0]}`);
    expect(new Set(places)).toEqual(
      new Set(['journal decisions', 'journal mirror', 'journal raw', 'site _proxy']),
    );
    expect(inputs('PutObject').map(({ Key }) => Key)).toEqual(
      expect.arrayContaining(['mirror/main.json', '_proxy/routes.json']),
    );
  });

  test('writes entries without a token if there is no secret', async () => {
    const [put] = await putsOf();
    expect(put?.Value).toMatch(/^3 p 80 {2}ec2-203-0-113-25\.eu-west-1\.compute\.amazonaws\.com .* main#/);
    expect((await callsOf()).inputs('GetSecretValue')).toEqual([]);
  });

  test('derives tokens from a given secret, or from one in Secrets Manager', async () => {
    const [put] = await putsOf({ originSecret: { value: 'secret' } });
    expect(put?.Value).toMatch(/^3 p 80 [\w-]{16} ec2-/);
    const { inputs } = await callsOf({ originSecret: { arn: 'arn:secret' } });
    expect(inputs('GetSecretValue')).toMatchObject([{ SecretId: 'arn:secret' }]);
    expect(await putsOf({ originSecret: { arn: 'arn:secret' } })).toEqual([put]);
  });

  test.each<[string, Partial<Environment>]>([
    ['claims keep for another account', { claims: [{ names: ['shop'], accounts: [OTHER] }] }],
    ['the certificate does not cover', { certificateNames: ['other.example.com'] }],
    ['the mode does not let through', { mode: 'dry-run' }],
  ])('makes no route for a name that %s', async (_why, more) => {
    expect(await putsOf(more)).toEqual([]);
  });

  test('without sign-in makes no call for it, and refuses orders', async () => {
    const { handler, answer, calls } = updaterWithNotedCalls(USUAL);
    const order = { action: 'pass', host: 'shop', for: 'ci', days: 1 };
    expect(await answer(order, context(OTHER))).toEqual({
      refused: expect.stringContaining('has no sign-in'),
    });
    expect(calls).toEqual([]);
    await handler(batchOf([SWEEP]), context('123456789012'));
    expect(
      calls.map(({ input }) => JSON.stringify(input)).filter((text) => /sign-in|:keys/.test(text)),
    ).toEqual([]);
    expect(calls.filter(({ command }) => command === 'GetSecretValue')).toEqual([]);
  });

  test('with sign-in reads secret and orders, and writes :keys, the access rules and the truth', async () => {
    const { handler, calls } = updaterWithNotedCalls({ ...USUAL, signIn: SIGN_IN });
    await handler(batchOf([SWEEP]), context('123456789012'));
    const inputs = (command: string) =>
      calls.filter((call) => call.command === command).map(({ input }) => input);
    expect(inputs('GetSecretValue')).toMatchObject([
      { SecretId: SIGN_IN.sessionSecretArn, VersionStage: 'AWSCURRENT' },
      { SecretId: SIGN_IN.sessionSecretArn, VersionStage: 'AWSPREVIOUS' },
    ]);
    expect(inputs('GetObject')).toContainEqual({ Bucket: 'journal', Key: 'sign-in/main.json' });
    expect(inputs('PutObject')).toContainEqual(
      expect.objectContaining({ Bucket: 'journal', Key: 'sign-in/main.json', IfNoneMatch: '*' }),
    );
    expect(inputs('PutObject')).toContainEqual(
      expect.objectContaining({ Bucket: 'access', Key: 'access.json' }),
    );
    expect(inputs('PutObject')).toContainEqual(
      expect.objectContaining({
        ...{ Bucket: 'access', Key: expect.stringMatching(/^live\/[\da-f]\.json$/), IfNoneMatch: '*' },
        // Without a secret of origin tokens no hint has an address.
        Body: expect.stringMatching(
          /^{"version":1,"changes":{"[\w.]+":{"sequence":\d+,"at":\d+,"fact":{"is":"other"}}}}$/,
        ),
      }),
    );
    expect(inputs('UpdateKeys').at(-1)).toMatchObject({
      Puts: [{ Key: ':keys', Value: expect.stringMatching(/^\d{10} /) }],
      IfMatch: 'E2',
    });
  });

  test('returns no single message to the queue: a batch succeeds or fails as a whole', async () => {
    const { handler } = updaterWithNotedCalls(USUAL);
    expect(await handler(batchOf([RUNNING]), context(OTHER))).toEqual({ batchItemFailures: [] });
  });

  test('ignores events of another account unless it has a role there', async () => {
    expect((await callsOf({}, OTHER)).inputs('DescribeInstances')).toEqual([]);
    const there = await callsOf({ readerRoles: ['arn:aws:iam::123456789012:role/reader'] }, OTHER);
    expect(there.inputs('DescribeInstances').length).toBeGreaterThan(0);
  });
});
