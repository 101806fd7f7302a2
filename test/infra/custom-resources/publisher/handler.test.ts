import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../../../core/entry/entry.ts';
import {
  CASE_PAUSE_MS,
  CASE_RUNS,
  CASE_TRIES,
} from '../../../../infra/custom-resources/publisher/publish.ts';
import type { Canaries } from '../../../../infra/edge/canaries/canaries.ts';
import type { TestAnswer } from '../../../support/aws/function-api.ts';
import { publisherStand } from '../../../support/stands/publisher-stand.ts';

const CANARIES: Canaries = {
  store: { 'live.canary.invalid': 'one', 'asleep.canary.invalid': 'two' },
  cases: [
    { name: 'live', event: { request: { uri: '/a' } }, expected: { uri: '/a' } },
    { name: 'asleep', event: { request: { uri: '/b' } }, expected: { status: 503 } },
  ],
};

const READ_BOTH = ['GET describe DEVELOPMENT', 'GET code DEVELOPMENT', 'GET describe LIVE'];

type Asked = { request: { uri: string } };

function good(event: unknown): TestAnswer {
  const { uri } = (event as Asked).request;
  const output = uri === '/a' ? { request: { uri } } : { response: { statusCode: 503 } };
  return { ComputeUtilization: '12', FunctionErrorMessage: '', FunctionOutput: JSON.stringify(output) };
}

/** Answers like `good`, with these utilizations in turn; the last one is repeated. */
function costing(...shares: number[]) {
  let run = 0;
  return (event: unknown) => ({
    ...good(event),
    ComputeUtilization: String(shares[Math.min(run++, shares.length - 1)]),
  });
}

const testsIn = (calls: readonly string[]) => calls.filter((call) => call.startsWith('POST test'));

describe('a good function', () => {
  test('is tested case by case in DEVELOPMENT, five times each, then published', async () => {
    const { api, invoke } = await publisherStand(good);
    await invoke('Create', CANARIES);
    expect(api.calls).toEqual([
      ...READ_BOTH,
      ...Array.from({ length: 2 * CASE_RUNS }, () => 'POST test DEVELOPMENT'),
      'POST publish',
    ]);
    expect(api.stages.LIVE?.code).toBe('new');
  });

  test('is reported by the protocol of custom resources, without the Content-Type that the URL does not sign', async () => {
    const { api, invoke } = await publisherStand(good);
    await invoke('Create', CANARIES);
    expect(api.answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'published-router',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Gate',
        Data: { Utilization: '12 % at most, for "live"' },
      },
    ]);
  });

  test('that is already live is neither tested nor published, so that a rollback cannot fail', async () => {
    const { api, storeCalls, invoke } = await publisherStand(() => {
      throw new Error('tested');
    });
    api.stages.LIVE = { ...api.stages.DEVELOPMENT, etag: 'E0' };
    await invoke('Update', CANARIES);
    expect(api.calls).toEqual([...READ_BOTH, 'GET code LIVE']);
    expect(Object.values(storeCalls)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(api.answers).toMatchObject([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'published-before',
        Data: { Utilization: expect.stringContaining('already live') },
      },
    ]);
  });

  test('with another store is published, even if its code is live', async () => {
    const { api, invoke } = await publisherStand(good);
    api.stages.LIVE = { ...api.stages.DEVELOPMENT, store: 'another' };
    await invoke('Update', CANARIES);
    expect(api.calls.at(-1)).toBe('POST publish');
  });

  test('may take a while until it reads a new write of the store', async () => {
    let early = 3;
    const missing = JSON.stringify({ response: { statusCode: 404 } });
    const { api, pauses, invoke } = await publisherStand((event) => ({
      ...good(event),
      ...(early-- > 0 ? { FunctionOutput: missing } : {}),
    }));
    await invoke('Create', CANARIES);
    expect(pauses).toEqual([CASE_PAUSE_MS, CASE_PAUSE_MS]);
    expect(api.calls.at(-1)).toBe('POST publish');
    // First both are wrong, then one is. Each right one runs five times.
    expect(testsIn(api.calls)).toHaveLength(2 + 1 + CASE_RUNS + CASE_RUNS);
  });
});

describe('the canaries of a release', () => {
  test('are written in one call before the first test, and nothing else in the store changes', async () => {
    const held: (string | undefined)[] = [];
    const { store, storeCalls, invoke } = await publisherStand((event) => {
      held.push(store.get('live.canary.invalid'));
      return good(event);
    });
    store.update({ puts: [{ key: 'shop.dev.example.com', value: 'theirs' }] }, store.describe().etag);
    await invoke('Create', CANARIES);
    expect(Object.fromEntries(store.entries)).toEqual({
      ...CANARIES.store,
      'shop.dev.example.com': 'theirs',
    });
    expect(storeCalls).toMatchObject({ DescribeKeyValueStore: 1, GetKey: 2, UpdateKeys: 1, ListKeys: 0 });
    expect(new Set(held)).toEqual(new Set(['one']));
  });

  test("do not change the store's version if it holds them already", async () => {
    const { store, storeCalls, api, invoke } = await publisherStand(good);
    const puts = Object.entries(CANARIES.store).map(([key, value]) => ({ key, value }));
    const { etag } = store.update({ puts }, store.describe().etag);
    await invoke('Update', CANARIES);
    expect(store.describe().etag).toBe(etag);
    expect(storeCalls.UpdateKeys).toBe(0);
    expect(api.calls.at(-1)).toBe('POST publish');
  });

  test('are written only if they differ', async () => {
    const { store, invoke } = await publisherStand(good);
    store.update(
      {
        puts: [
          { key: 'live.canary.invalid', value: 'one' },
          { key: 'asleep.canary.invalid', value: 'old' },
        ],
      },
      store.describe().etag,
    );
    const changed: string[] = [];
    store.onWrite((write) => changed.push(...write.changed.keys()));
    await invoke('Update', CANARIES);
    expect(changed).toEqual(['asleep.canary.invalid']);
  });

  test('are written again after each conflict with the updater', async () => {
    const stand = await publisherStand(good);
    const { store } = stand;
    let rivals = 3;
    // The updater writes after each read of the keys.
    const get = store.get.bind(store);
    store.get = (key) => {
      if (key === 'asleep.canary.invalid' && rivals-- > 0)
        store.update({ puts: [{ key: 'shop', value: String(rivals) }] }, store.describe().etag);
      return get(key);
    };
    await stand.invoke('Create', CANARIES);
    expect(stand.api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(Object.fromEntries(store.entries)).toEqual({ ...CANARIES.store, shop: '0' });
    expect(stand.storeCalls.UpdateKeys).toBe(4);
    expect(stand.pauses).toEqual([500, 1_000, 1_500]);
  });

  test('end the deployment, and nothing is published, if another writer never stops', async () => {
    const stand = await publisherStand(good);
    const { store } = stand;
    let version = 0;
    const get = store.get.bind(store);
    store.get = (key) => {
      store.update({ puts: [{ key: 'shop', value: String(version++) }] }, store.describe().etag);
      return get(key);
    };
    await stand.invoke('Create', CANARIES);
    expect(stand.api.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/another writer changed its store.*deploy again/) },
    ]);
    expect(stand.api.stages.LIVE).toBeUndefined();
  });

  test('never replace an entry of a deployment', async () => {
    const { store, api, invoke } = await publisherStand(good);
    const theirs = encodeEntry({
      access: 'public',
      deployment: 'main',
      sequence: 1,
      state: 'asleep',
      instances: [],
    });
    store.update({ puts: [{ key: 'live.canary.invalid', value: theirs }] }, store.describe().etag);
    await invoke('Update', CANARIES);
    expect(store.get('live.canary.invalid')).toBe(theirs);
    expect(api.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/live\.canary\.invalid.*"main".*another hostname/) },
    ]);
  });
});

describe('the cost of a case', () => {
  test('is the median of five runs, so two slow ones do not count', async () => {
    const { api, lines, invoke } = await publisherStand(costing(99, 9, 99, 11, 10, 12));
    await invoke('Create', CANARIES);
    expect(api.answers).toMatchObject([
      { Status: 'SUCCESS', Data: { Utilization: '12 % at most, for "asleep"' } },
    ]);
    expect(lines).toContainEqual({ level: 'INFO', case: 'live', utilization: 11 });
  });

  test('is a warning above 25 %, and the router is published', async () => {
    const { api, lines, invoke } = await publisherStand(costing(25, 25, 25, 25, 25, 26));
    await invoke('Create', CANARIES);
    expect(lines).toContainEqual({ level: 'INFO', case: 'live', utilization: 25 });
    expect(lines).toContainEqual({ level: 'WARN', case: 'asleep', utilization: 26 });
    expect(api.answers).toMatchObject([{ Data: { Utilization: '26 % at most, for "asleep"' } }]);
  });

  test('is refused above the limit, with the name of its setting, after all attempts of a case', async () => {
    const { api, pauses, invoke } = await publisherStand(costing(41));
    await invoke('Create', CANARIES);
    expect(pauses).toHaveLength(CASE_TRIES - 1);
    expect(api.answers).toMatchObject([
      {
        Status: 'FAILED',
        Reason: expect.stringMatching(
          /"live": expected a compute utilization of at most 40 % \(setting utilizationLimit\), got 41/,
        ),
      },
    ]);
  });

  test('may be as high as the setting says', async () => {
    const { api, invoke } = await publisherStand(costing(60));
    await invoke('Create', CANARIES, { utilizationLimit: 60 });
    expect(api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });
});

describe('a bad function is never published, and the reason names case, expectation and result', () => {
  const bad: [string, Partial<TestAnswer>, RegExp][] = [
    [
      'a syntax error',
      { FunctionErrorMessage: 'SyntaxError: Unexpected token' },
      /"live": the function failed: Syn/,
    ],
    [
      'another status',
      { FunctionOutput: '{"response":{"statusCode":404,"headers":{"x-proxy-state":{"value":"unknown"}}}}' },
      /"live": expected a request for \/a, got status 404 \(unknown\); case "asleep": expected status 503, got status 404/,
    ],
    ['junk', { FunctionOutput: 'junk' }, /"live": the output is not a JSON object: junk/],
    ['no time said', { ComputeUtilization: '' }, /at most 40 % .*got NaN/],
  ];

  test.each(bad)('%s', async (_, answer, reason) => {
    const { api, invoke } = await publisherStand((event) => ({ ...good(event), ...answer }));
    await invoke('Create', CANARIES);
    expect(api.calls).not.toContain('POST publish');
    expect(api.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(reason) }]);
    expect(api.stages.LIVE).toBeUndefined();
  });

  test('at once if it throws', async () => {
    const { pauses, invoke } = await publisherStand((event) => ({
      ...good(event),
      FunctionErrorMessage: 'TypeError',
    }));
    await invoke('Create', CANARIES);
    expect(pauses).toEqual([]);
  });

  test('if only the last of its five runs is bad', async () => {
    let runs = 0;
    const { api, invoke } = await publisherStand((event) => ({
      ...good(event),
      ...(++runs % CASE_RUNS === 0 ? { FunctionErrorMessage: 'TypeError' } : {}),
    }));
    await invoke('Create', CANARIES);
    expect(api.answers).toMatchObject([{ Status: 'FAILED' }]);
  });

  test('if another deployment replaces it during the tests', async () => {
    const { api, invoke } = await publisherStand((event) => {
      api.stages.DEVELOPMENT.etag = 'E2';
      return good(event);
    });
    await invoke('Create', CANARIES);
    expect(api.stages.LIVE).toBeUndefined();
    expect(api.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/changed meanwhile/) },
    ]);
  });
});

describe('a role that is seconds old', () => {
  test('may be refused for three minutes, and then publishes', async () => {
    const { api, pauses, invoke } = await publisherStand(good);
    api.refusals = 36;
    await invoke('Create', CANARIES);
    expect(api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(pauses).toEqual(Array.from({ length: 36 }, () => 5_000));
  });

  test('that is refused for longer fails the deployment, and the reason names the refused call', async () => {
    const { api, pauses, invoke } = await publisherStand(good);
    api.refusals = 37;
    await invoke('Create', CANARIES);
    expect(pauses).toHaveLength(36);
    expect(api.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/may not.*refused for 3 minutes/) },
    ]);
    expect(api.stages.LIVE).toBeUndefined();
  });
});

test('a deletion calls no API of CloudFront', async () => {
  const { api, storeCalls, invoke } = await publisherStand(good);
  await invoke('Delete', CANARIES);
  expect(api.calls).toEqual([]);
  expect(Object.values(storeCalls)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(api.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'published-before' }]);
});

test('an unreachable CloudFormation fails the invocation, so that Lambda retries it', async () => {
  const { api, invoke } = await publisherStand(good);
  const responseUrl = api.responseUrl.replace('/response', '/expired');
  await expect(invoke('Create', CANARIES, { responseUrl })).rejects.toThrow(/response URL answered/);
});
