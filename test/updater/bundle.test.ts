import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '../../core/entry/entry.ts';
import { printTokenCounts } from '../../core/settings/token-counts.ts';
import { stateChangeEvent, tagChangeEvent } from '../../local/ec2/ec2-events.ts';
import { deriveToken } from '../../updater/tokens/origin-tokens.ts';
import { lacking, runningApp } from '../support/stands/batches.ts';
import { startBundle } from '../support/tools/bundle.ts';
import { nameIn } from '../support/values/instances.ts';

// Tests the deployed bundle with the SDK's own clients: requests, signatures, retries and timeouts are real, AWS is not.

const CONFIRMED = { action: 'reconcile', confirm: 'removals' };

interface EmbeddedLine {
  _aws?: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
}

/** The metrics in a line of the embedded metric format, as CloudWatch counts them: once for each set of dimensions. */
function metricsIn(line: string): string[] {
  if (!line.includes('"_aws"')) return [];
  const { _aws } = JSON.parse(line.slice(line.indexOf('{'))) as EmbeddedLine;
  return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((set) => Metrics.map(({ Name }) => `${set.join('+')} ${Name}`)),
  );
}

const is = (id: string, state: 'running' | 'stopping' | 'shutting-down') =>
  stateChangeEvent(id, state, Date.now());

const tagged = (instanceId: string, tags: Readonly<Record<string, string>>) =>
  tagChangeEvent(
    { instanceId, changedKeys: Object.keys(tags), version: 2, tags: new Map(Object.entries(tags)) },
    Date.now(),
  );

describe('the updater bundle', () => {
  test('follows an instance from its launch to its end, with one write for each change', async () => {
    const { aws, send, states, addresses } = await startBundle();
    const shop = runningApp(1, 'shop');
    aws.instances = [lacking(shop, 'pending')];
    await send([{ action: 'reconcile' }]);
    expect(states()).toEqual({ shop: 'starting' });
    aws.instances = [shop];
    await send([is(shop.id, 'running')]);
    expect(addresses('shop')).toEqual([nameIn(shop.address)]);
    aws.instances = [lacking(shop, 'stopping')];
    await send([is(shop.id, 'stopping')]);
    expect([states(), addresses('shop')]).toEqual([{ shop: 'asleep' }, []]);
    aws.instances = [lacking(shop, 'shutting-down')];
    await send([is(shop.id, 'shutting-down')]);
    expect(states()).toEqual({});
    expect(aws.storeCalls).toMatchObject({ DescribeKeyValueStore: 1, ListKeys: 1, UpdateKeys: 4 });
  });

  test('answers an order about sign-in instead of a batch', async () => {
    const { lambda } = await startBundle();
    expect(await lambda.invoke({ action: 'passes' })).toEqual({
      refused: expect.stringContaining('this deployment has no sign-in'),
    });
  });

  test('writes nothing in a dry run, and reports the intended writes', async () => {
    const { aws, sweep, states, decisions } = await startBundle({ UPDATER_MODE: 'dry-run' });
    aws.instances = [runningApp(1, 'shop')];
    await sweep();
    expect(states()).toEqual({});
    expect(aws.storeCalls['UpdateKeys']).toBe(0);
    expect(decisions()).toMatchObject([
      { outcome: 'unchanged', puts: [], problems: [{ message: expect.stringContaining('is a dry run') }] },
    ]);
  });

  test.each([
    [{}, 'those of basic monitoring', 8],
    [{ MONITORING: 'full' }, 'all', 18],
  ])('sends metrics as %j asks for: at most %s', async (variables, _, most) => {
    const { aws, lines, sweep, send } = await startBundle(variables);
    const shop = runningApp(1, 'shop');
    aws.instances = [shop];
    await sweep();
    aws.instances = [lacking(shop, 'stopping')];
    await send([is(shop.id, 'stopping'), 'not an event']);
    aws.instances = [];
    await sweep();
    const sent = new Set(lines.flatMap(metricsIn));
    expect(sent.size).toBeGreaterThan(2);
    expect(sent.size).toBeLessThanOrEqual(most);
    // One dimension, or each value of another one would be a metric of its own.
    expect([...sent].filter((metric) => !metric.startsWith('deployment '))).toEqual([]);
    expect([...sent].some((metric) => metric.endsWith(' Runs'))).toBe(most === 18);
  });

  test('removes a whole fleet only after a recent confirmation', async () => {
    const { aws, sweep, send, states } = await startBundle();
    aws.instances = [runningApp(1, 'shop'), runningApp(2, 'docs')];
    await sweep();
    aws.instances = [];
    await sweep();
    expect(states()).toEqual({ docs: 'live', shop: 'live' });
    await send([CONFIRMED], 16 * 60_000);
    expect(states()).toEqual({ docs: 'live', shop: 'live' });
    await send([CONFIRMED], 14 * 60_000);
    expect(states()).toEqual({});
  });

  test('removes the address after a reported death that two reads contradict', async () => {
    const { aws, send, sweep, addresses } = await startBundle();
    const shop = runningApp(1, 'shop');
    aws.instances = [shop];
    await sweep();
    aws.calls = [];
    await send([is(shop.id, 'stopping')]);
    expect(addresses('shop')).toEqual([]);
    expect(aws.calls.filter((call) => call.endsWith('DescribeInstances'))).toHaveLength(2);
  });

  test.each([
    ['an empty body', () => ''],
    ['no list of instances', (page: string) => page.replaceAll('reservationSet', 'vpcSet')],
    ['half of its body', (page: string) => page.slice(0, page.length / 2)],
  ])('keeps every route if EC2 answers with %s', async (_, distort) => {
    const { aws, sweep, send, states, problems } = await startBundle();
    aws.instances = [runningApp(1, 'shop')];
    await sweep();
    aws.distort = distort;
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
    await send([CONFIRMED]);
    expect(states()).toEqual({ shop: 'live' });
    expect(problems()).toEqual([expect.stringContaining('us-east-1')]);
  });

  test('reads the list of instances without the members that it does not use', async () => {
    const { aws, sweep, states } = await startBundle();
    aws.instances = [runningApp(1, 'shop')];
    // The SDK's parser refuses such a page.
    aws.distort = (page) => page.replaceAll(/(?<=<usageOperationUpdateTime>)[^<]*/g, 'never');
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
  });

  test('counts a lease from the launch, and makes no route for an ended one', async () => {
    const { aws, sweep, states } = await startBundle();
    const demo = runningApp(1, 'demo', { tags: { 'proxy:host': 'demo', 'proxy:ttl': '4h' } });
    const over = runningApp(2, 'over', { tags: { 'proxy:host': 'over', 'proxy:ttl': '30m' } });
    aws.instances = [demo, over];
    await sweep();
    expect(states()).toEqual({ demo: 'live' });
    const entry = decodeEntry(aws.store.get('demo.dev.example.com') ?? '');
    expect(entry?.expiresAt).toBe(demo.launchedAt + 4 * 3_600);
  });

  test('shows maintenance while a tag asks for it', async () => {
    const { aws, sweep, send, states } = await startBundle();
    const shop = runningApp(1, 'shop');
    aws.instances = [shop];
    await sweep();
    const closed = { ...shop.tags, 'proxy:maintenance': 'on' };
    aws.instances = [{ ...shop, tags: closed }];
    await send([tagged(shop.id, closed)]);
    expect(states()).toEqual({ shop: 'maintenance' });
    aws.instances = [shop];
    await send([tagged(shop.id, shop.tags)]);
    expect(states()).toEqual({ shop: 'live' });
  });

  test('journals events as received and decisions, each once, and junk apart', async () => {
    const { aws, send, journal, decisions } = await startBundle();
    const shop = runningApp(1, 'shop');
    aws.instances = [shop];
    const event = is(shop.id, 'running');
    await send([event, 'no event']);
    await send([event]);
    expect(journal('raw/').map((text) => JSON.parse(text))).toEqual([event]);
    expect(journal('quarantine/')).toHaveLength(1);
    expect(decisions()).toMatchObject([
      { outcome: 'applied', causes: [{ name: 'running' }, { verdict: 'quarantined' }] },
      { outcome: 'unchanged' },
    ]);
  });

  test('signs a token for each name with the secret from Secrets Manager, and reveals it nowhere', async () => {
    const { aws, sweep, lines, journal } = await startBundle({
      ORIGIN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:origin-AbCdEf',
    });
    aws.instances = [runningApp(1, 'shop')];
    await sweep();
    const entry = decodeEntry(aws.store.get('shop.dev.example.com') ?? '');
    const token = entry && 'token' in entry ? entry.token : undefined;
    expect(token).toMatch(/^[\w-]{16}$/);
    const told = [...lines, ...journal('decisions/')].join('\n');
    expect(told).not.toContain(token);
    expect(told).not.toContain(aws.secret);
    expect(aws.calls.filter((call) => call.startsWith('secretsmanager'))).toHaveLength(1);
  });
});

describe('the renewed token of a name', () => {
  test('changes for that name alone', async () => {
    const { aws, sweep } = await startBundle({ ORIGIN_SECRET: 's' });
    const folder = join(aws.buckets, 'journal', 'tokens');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'main.json'), printTokenCounts(new Map([['shop.dev.example.com', 2]])));
    aws.instances = [runningApp(1, 'shop'), runningApp(2, 'docs')];
    await sweep();
    for (const [label, count] of [
      ['shop', 2],
      ['docs', 0],
    ] as const) {
      const hostname = `${label}.dev.example.com`;
      const token = deriveToken('s', hostname, count);
      expect(decodeEntry(aws.store.get(hostname) ?? '')).toMatchObject({ token });
    }
  });
});

describe('the updater bundle with a reader role', () => {
  const OTHER = '444455556666';
  const READER = { READER_ROLES: `arn:aws:iam::${OTHER}:role/edge-proxy-main-reader` };

  test('assumes it once, and routes to instances of both accounts', async () => {
    const { aws, sweep, states } = await startBundle(READER);
    aws.roles.add(OTHER);
    aws.instances = [runningApp(1, 'shop'), runningApp(2, 'docs', { account: OTHER })];
    await sweep();
    await sweep();
    expect(states()).toEqual({ docs: 'live', shop: 'live' });
    expect(aws.calls.filter((call) => call.startsWith('sts'))).toEqual(['sts AssumeRole']);
  });

  test('that is revoked keeps the routes of that account, and follows the others', async () => {
    const { aws, sweep, states, problems } = await startBundle(READER);
    aws.instances = [runningApp(1, 'shop')];
    aws.store.update({ puts: [DOCS] }, aws.store.describe().etag);
    await sweep();
    expect(states()).toEqual({ docs: 'live', shop: 'live' });
    expect(problems()).toEqual([
      expect.stringMatching(/^444455556666\/us-east-1 could not be listed.*AccessDenied/),
    ]);
  });
});

describe('EC2 that throttles the updater bundle', () => {
  const EC2 = 'ec2 us-east-1';

  test('is asked again until it answers, within one run', async () => {
    const { aws, sweep, states } = await startBundle();
    aws.instances = [runningApp(1, 'shop')];
    aws.throttled.set(EC2, 4);
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
    expect(aws.calls.filter((call) => call.startsWith(EC2))).toHaveLength(5);
  });

  test('is named in log, journal and portal if it does not stop, and changes no route', async () => {
    const { aws, sweep, states, lines, problems, decisions } = await startBundle();
    aws.instances = [runningApp(1, 'shop')];
    await sweep();
    aws.instances = [];
    aws.throttled.set(EC2, Number.POSITIVE_INFINITY);
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
    const reason = /us-east-1: RequestLimitExceeded: Request limit exceeded\. \(failed tries: \d+\)/;
    expect(lines.join('\n')).toMatch(reason);
    expect(decisions().at(-1)?.error).toMatch(reason);
    expect(problems()).toEqual([
      expect.stringMatching(/^us-east-1 could not be listed.*RequestLimitExceeded/),
    ]);
  });
});

describe('a store that refuses the updater bundle', () => {
  const EVENT = { action: 'reconcile' };

  test('gets the failed batch again after 5 s, then 10 s, and a run that writes it', async () => {
    const { aws, sendAgain, lines, states } = await startBundle();
    aws.instances = [runningApp(1, 'shop')];
    aws.throttled.set('kvs', Number.POSITIVE_INFINITY);
    await expect(sendAgain([EVENT, EVENT], 1)).rejects.toThrow('StoreUnwrittenError');
    expect(aws.returns).toEqual([5_000, 5_000]);
    await expect(sendAgain([EVENT], 2)).rejects.toThrow('StoreUnwrittenError');
    expect(aws.returns.slice(2)).toEqual([10_000]);
    expect(aws.calls.filter((call) => call.startsWith('sqs'))).toHaveLength(2);
    expect(lines.join('\n')).toContain('the failed batch comes back in 10 s');
    aws.throttled.clear();
    await sendAgain([EVENT], 3);
    expect(states()).toEqual({ shop: 'live' });
    expect(aws.returns).toHaveLength(3);
  });

  test('leaves the batch for two minutes if the queue does not answer well either, and the log says so', async () => {
    const { aws, send, lines } = await startBundle();
    for (const service of ['kvs', 'sqs']) aws.throttled.set(service, Number.POSITIVE_INFINITY);
    await expect(send([EVENT])).rejects.toThrow('StoreUnwrittenError');
    expect(aws.returns).toEqual([]);
    expect(lines.join('\n')).toMatch(/comes back two minutes after its delivery.*queue could not be told/);
  });
});

describe('a service that accepts requests and never answers', () => {
  test('costs no route if it is EC2 in one region, and the other regions are followed', async () => {
    const { aws, sweep, states, problems } = await startBundle({ REGIONS: 'us-east-1,eu-west-1' });
    aws.instances = [runningApp(1, 'shop'), runningApp(2, 'docs', { region: 'eu-west-1' })];
    await sweep();
    aws.silent.add('ec2 eu-west-1');
    aws.instances = [lacking(runningApp(1, 'shop'), 'stopping')];
    await sweep();
    expect(states()).toEqual({ docs: 'live', shop: 'asleep' });
    expect(problems()).toEqual([expect.stringMatching(/^eu-west-1 could not be listed.*NoAnswerError/)]);
    aws.silent.clear();
    await sweep();
    expect(states()).toEqual({ shop: 'asleep' });
  });

  // This takes half a minute, so it runs in CI only.
  test.runIf(process.env['CI'] === 'true')('costs no route if it is S3', async () => {
    const { aws, sweep, states } = await startBundle();
    aws.silent.add('s3');
    aws.instances = [runningApp(1, 'shop')];
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
  });
});

/** An entry of an earlier run for an instance of the other account. */
const DOCS = {
  key: 'docs.dev.example.com',
  value: encodeEntry({
    access: 'public',
    deployment: 'main',
    state: 'live',
    sequence: 7,
    instances: [
      {
        id: runningApp(2, 'docs').id,
        launchedAt: 1_795_436_239,
        address: { via: 'ipv4', name: 'ec2-203-0-113-2.compute-1.amazonaws.com' },
      },
    ],
    rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }], conditions: [], strip: false }],
    token: '',
  }),
};
