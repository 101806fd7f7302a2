import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PASS } from '../../core/session/pass.ts';
import { parseSessionKeys } from '../../core/session/session-keys.ts';
import { open } from '../../core/session/signed.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import { runningApp } from '../support/stands/batches.ts';
import { startBundle } from '../support/tools/bundle.ts';
import { acceptedKeys, isMac } from '../support/values/session/session-values.ts';

/** The built updater with sign-in and one app, after its first sweep. */
async function readyBundle() {
  const bundle = await startBundle({
    SESSION_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:sessions',
    ACCESS_BUCKET: 'access',
    SIGN_IN_GROUPS: 'devs',
  });
  const { aws, lambda, sweep } = bundle;
  mkdirSync(join(aws.buckets, 'access'));
  aws.instances = [runningApp(1, 'shop')];
  await sweep();
  const give = (order: object) => lambda.invoke(order) as Promise<Record<string, unknown>>;
  return {
    ...bundle,
    give,
    makePass: async (name = 'ci') => {
      const answer = await give({ action: 'pass', host: 'shop', for: name, days: 30 });
      return (answer['issued'] as { id: string } | undefined)?.id ?? JSON.stringify(answer);
    },
    listed: async () => {
      const { passes } = await give({ action: 'passes' });
      return (passes as { id: string }[]).map(({ id }) => id);
    },
    keys: () => parseSessionKeys(aws.store.get(KEYS_KEY) ?? ''),
    records: () => bundle.journal('orders/').map((line) => JSON.parse(line)),
  };
}

describe('the updater bundle', () => {
  test('makes a pass under the key of the edge, with a record in the journal and without its text', async () => {
    const { give, keys, records, listed, lines } = await readyBundle();
    const { pass, issued } = await give({ action: 'pass', host: 'shop', for: 'ci', days: 30 });
    const { id, host } = issued as { id: string; host: string };
    const left = keys();
    if (left === undefined) throw new Error('there are no keys');
    expect(open(PASS, String(pass), { deployment: 'main', host }, acceptedKeys(left), isMac)).toMatchObject({
      id,
      name: 'ci',
    });
    expect(records()).toEqual([expect.objectContaining({ action: 'pass', id, host, name: 'ci' })]);
    expect(await listed()).toEqual([id]);
    expect(JSON.stringify([records(), lines])).not.toContain(String(pass).slice(-20));
  });

  test('carries an order out that comes twice, and one that comes too early, without harm', async () => {
    const { give, makePass, listed, sweep, keys, records } = await readyBundle();
    expect(await give({ action: 'revoke', id: 'abcdefghijkl' })).toEqual({
      refused: expect.stringContaining('no pass with the id "abcdefghijkl" is valid'),
    });
    const id = await makePass();
    expect(await listed()).toEqual([id]);
    for (const _ of [1, 2]) expect(await give({ action: 'revoke', id })).toEqual({ revoked: id });
    await sweep();
    expect(keys()?.revoked).toEqual([id]);
    expect(records().filter(({ action }) => action === 'revoke')).toHaveLength(2);
  });

  test('carries orders out that come at the same time', async () => {
    const { makePass, listed, records } = await readyBundle();
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name) => makePass(name)));
    expect((await listed()).sort()).toEqual([...ids].sort());
    expect(records()).toHaveLength(4);
  });

  test('hands no pass out that has no record, and lists it so that it can be revoked', async () => {
    const { aws, give, listed, sweep, keys } = await readyBundle();
    const records = join(aws.buckets, 'journal', 'orders');
    // A file in the place of the folder, so that the write of the record fails.
    rmSync(records, { recursive: true, force: true });
    writeFileSync(records, '');
    const answer = await give({ action: 'pass', host: 'shop', for: 'ci', days: 30 });
    expect(answer).toEqual({
      refused: expect.stringContaining('the order failed, and may be carried out in part'),
    });
    rmSync(records);
    const [id = ''] = await listed();
    expect(await give({ action: 'revoke', id })).toEqual({ revoked: id });
    await sweep();
    expect(keys()?.revoked).toEqual([id]);
  });

  test('changes nothing while S3 or Secrets Manager refuses, and says so', async () => {
    const { aws, give, makePass, listed } = await readyBundle();
    const id = await makePass();
    aws.throttled.set('s3', 100);
    expect(await give({ action: 'revoke', id })).toEqual({
      refused: expect.stringMatching(
        /^the order failed.*(SlowDown|RequestLimitExceeded|Request limit|Unknown)/s,
      ),
    });
    aws.throttled.clear();
    expect(await listed()).toEqual([id]);
  });

  test('brings a revocation to the store with the next sweep, after one that the store refused', async () => {
    const { aws, give, makePass, sweep, keys } = await readyBundle();
    const id = await makePass();
    await give({ action: 'revoke', id });
    aws.throttled.set('kvs', 100);
    await sweep();
    expect(keys()?.revoked).toEqual([]);
    aws.throttled.clear();
    await sweep();
    expect(keys()?.revoked).toEqual([id]);
  });

  test('makes no pass without the secret, and makes it again with the secret', async () => {
    const { aws, give, makePass, lambda } = await readyBundle();
    // A new environment has not read the secret.
    await lambda.dispose();
    aws.throttled.set('secretsmanager', 100);
    expect(await give({ action: 'pass', host: 'shop', for: 'ci', days: 1 })).toEqual({
      refused: expect.stringContaining('the secret of session keys cannot be read'),
    });
    aws.throttled.clear();
    await lambda.dispose();
    expect(await makePass()).toMatch(/^[\w-]{12}$/);
  });
});
