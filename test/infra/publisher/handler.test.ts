import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CanaryCase } from '../../../infra/publisher/canary-case.ts';
import { CloudFrontStages } from '../../../infra/publisher/cloudfront-stages.ts';
import { handlerOf } from '../../../infra/publisher/handler.ts';
import { PAUSE, publishProven, TRIES } from '../../../infra/publisher/publish.ts';
import { functionApi, type TestAnswer } from '../../support/function-api.ts';

const CASES: CanaryCase[] = [
  { name: 'live', event: { request: { uri: '/a' } }, expected: { uri: '/a' } },
  { name: 'asleep', event: { request: { uri: '/b' } }, expected: { status: 503 } },
];

const READ_BOTH = ['GET describe DEVELOPMENT', 'GET code DEVELOPMENT', 'GET describe LIVE'];

type Asked = { request: { uri: string } };

function good(event: unknown): TestAnswer {
  const { uri } = (event as Asked).request;
  const output = uri === '/a' ? { request: { uri } } : { response: { statusCode: 503 } };
  return { ComputeUtilization: '12', FunctionErrorMessage: '', FunctionOutput: JSON.stringify(output) };
}

/** An invocation as CloudFormation makes it, and all that came of it. */
async function invoked(
  api: Awaited<ReturnType<typeof functionApi>>,
  type: 'Create' | 'Update' | 'Delete' = 'Create',
) {
  const pauses: number[] = [];
  const handler = handlerOf({
    cloudFront: api.client,
    sleep: async (ms) => void pauses.push(ms),
    log: () => {},
  });
  await handler({
    RequestType: type,
    ...(type === 'Create' ? {} : { PhysicalResourceId: 'published-before' }),
    ResponseURL: api.responseUrl,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Gate',
    ResourceType: 'Custom::GatedPublish',
    ServiceToken: 'token',
    ResourceProperties: { ServiceToken: 'token', FunctionName: 'router', Cases: JSON.stringify(CASES) },
  } as CloudFormationCustomResourceEvent<never> & Parameters<typeof handler>[0]);
  return pauses;
}

async function apiWith(run: Parameters<typeof functionApi>[0]) {
  const api = await functionApi(run);
  onTestFinished(() => api.close());
  return api;
}

describe('a good function', () => {
  test('is tested case by case in DEVELOPMENT, then published', async () => {
    const api = await apiWith(good);
    await invoked(api);
    expect(api.calls).toEqual([
      ...READ_BOTH,
      'POST test DEVELOPMENT',
      'POST test DEVELOPMENT',
      'POST publish',
    ]);
    expect(api.stages.LIVE?.code).toBe('new');
  });

  test('is reported by the protocol of custom resources, without the Content-Type that the URL does not sign', async () => {
    const api = await apiWith(good);
    await invoked(api);
    expect(api.answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'published-router',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Gate',
      },
    ]);
  });

  test('that is live already is neither tested nor published: a rollback must not fail', async () => {
    const api = await apiWith(() => {
      throw new Error('tested');
    });
    api.stages.LIVE = { ...api.stages.DEVELOPMENT, etag: 'E0' };
    await invoked(api, 'Update');
    expect(api.calls).toEqual([...READ_BOTH, 'GET code LIVE']);
    expect(api.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'published-before' }]);
  });

  test('with another store than the live one is published, be its code the same', async () => {
    const api = await apiWith(good);
    api.stages.LIVE = { ...api.stages.DEVELOPMENT, store: 'another' };
    await invoked(api, 'Update');
    expect(api.calls.at(-1)).toBe('POST publish');
  });

  test('may need a while until it finds the keys of a new store', async () => {
    let early = 3;
    const missing = JSON.stringify({ response: { statusCode: 404 } });
    const api = await apiWith((event) => ({
      ...good(event),
      ...(early-- > 0 ? { FunctionOutput: missing } : {}),
    }));
    expect(await invoked(api)).toEqual([PAUSE, PAUSE]);
    expect(api.calls.at(-1)).toBe('POST publish');
    // Both, both, and the one that was still wrong.
    expect(api.calls.filter((call) => call.startsWith('POST test'))).toHaveLength(5);
  });
});

test('each run of a case is logged with its utilization, and with its fault where it has one', async () => {
  const api = await apiWith((event) => ({
    ...good(event),
    ...(early() ? { ComputeUtilization: '80' } : {}),
  }));
  let runs = 0;
  const early = () => runs++ === 1;
  const lines: Readonly<Record<string, unknown>>[] = [];
  await publishProven(new CloudFrontStages(api.client, 'router'), CASES, {
    sleep: async () => {},
    log: (line) => lines.push(line),
  });
  expect(lines).toEqual([
    { level: 'INFO', case: 'live', utilization: '12' },
    {
      level: 'WARN',
      case: 'asleep',
      utilization: '80',
      fault: 'case "asleep": expected a compute utilization of at most 70 %, got 80',
    },
    { level: 'INFO', case: 'asleep', utilization: '12' },
  ]);
});

describe('a bad function is never published, and the reason names case, expected and got', () => {
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
    ['junk', { FunctionOutput: 'junk' }, /"live": the output is no JSON object: junk/],
    [
      'too long',
      { ComputeUtilization: '71' },
      /"live": expected a compute utilization of at most 70 %, got 71/,
    ],
    ['no time said', { ComputeUtilization: '' }, /at most 70 %/],
  ];

  test.each(bad)('%s', async (_, answer, reason) => {
    const api = await apiWith((event) => ({ ...good(event), ...answer }));
    await invoked(api);
    expect(api.calls).not.toContain('POST publish');
    expect(api.answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringMatching(reason) }]);
    expect(api.stages.LIVE).toBeUndefined();
  });

  test('at once where it failed, and after all tries where it only differs', async () => {
    const failed = await apiWith((event) => ({ ...good(event), FunctionErrorMessage: 'TypeError' }));
    expect(await invoked(failed)).toEqual([]);
    const differs = await apiWith((event) => ({ ...good(event), ComputeUtilization: '90' }));
    expect(await invoked(differs)).toHaveLength(TRIES - 1);
  });

  test('that somebody replaced while it was tested', async () => {
    const api = await apiWith((event) => {
      api.stages.DEVELOPMENT.etag = 'E2';
      return good(event);
    });
    await invoked(api);
    expect(api.stages.LIVE).toBeUndefined();
    expect(api.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/changed meanwhile/) },
    ]);
  });
});

test('a deletion asks CloudFront nothing', async () => {
  const api = await apiWith(good);
  await invoked(api, 'Delete');
  expect(api.calls).toEqual([]);
  expect(api.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'published-before' }]);
});

test('a CloudFormation that cannot be told fails the invocation, so that Lambda tries again', async () => {
  const api = await apiWith(good);
  await expect(
    invoked({ ...api, responseUrl: api.responseUrl.replace('/response', '/expired') }),
  ).rejects.toThrow(/response URL answered/);
});
