import { describe, expect, test } from 'vitest';
import type { OriginEvent } from '../../../../local/edge/lambda-edge/origin-event.ts';
import type { OriginFunction } from '../../../../local/edge/lambda-edge/origin-function.ts';
import { ask, edgeFunction, type forwarding, startStand } from '../edge-stand.ts';

const PATH = '/_proxy/api/status';

/** A router that sends every request on without an origin of its own. */
const passing = (change: Parameters<typeof forwarding>[1] = () => {}) =>
  edgeFunction(({ request }) => {
    change(request);
    return { kind: 'forward', reads: 0, request, origin: undefined };
  });

/** An edge whose function at origin request returns `answer` and keeps its events. */
async function startApi(
  answer: unknown,
  { change, ...options }: Partial<OriginFunction> & { change?: Parameters<typeof forwarding>[1] } = {},
) {
  const events: OriginEvent[] = [];
  const router = passing(change);
  const stand = await startStand(0, {
    edge: () => router,
    site: (_path, _request, response) => void response.end('site'),
    originFunction: {
      invoke: async (event) => {
        events.push(event);
        return answer;
      },
      customHeaders: async () => ({ 'x-proxy-settings-0': '{}' }),
      timeout: 5_000,
      ...options,
    },
  });
  const requests = () => events.map(({ Records: [{ cf }] }) => cf.request);
  return { stand, events, requests };
}

const OK = { status: '200', body: 'ok' };

describe('the event of an origin request', () => {
  test('has the documented members', async () => {
    const { stand, events } = await startApi(OK);
    await ask(stand, `${PATH}?a=1&b=%2F&b`, { headers: { 'User-Agent': 'test', accept: 'text/html' } });
    expect(events).toEqual([
      {
        Records: [
          {
            cf: {
              config: {
                distributionDomainName: 'd111111abcdef8.cloudfront.net',
                distributionId: 'ELOCAL',
                eventType: 'origin-request',
                requestId: expect.stringMatching(/^[\w-]{36}$/),
              },
              request: {
                clientIp: '127.0.0.1',
                headers: expect.objectContaining({
                  host: [{ key: 'host', value: 'site.s3.us-east-1.amazonaws.com' }],
                  'user-agent': [{ key: 'User-Agent', value: 'test' }],
                  accept: [{ key: 'accept', value: 'text/html' }],
                  'x-forwarded-for': [{ key: 'x-forwarded-for', value: '127.0.0.1' }],
                  via: [{ key: 'via', value: '1.1 d111111abcdef8.cloudfront.net (CloudFront)' }],
                }),
                method: 'GET',
                origin: {
                  s3: {
                    authMethod: 'none',
                    customHeaders: { 'x-proxy-settings-0': [{ key: 'x-proxy-settings-0', value: '{}' }] },
                    domainName: 'site.s3.us-east-1.amazonaws.com',
                    path: '',
                    region: '',
                  },
                },
                querystring: 'a=1&b=%2F&b',
                uri: PATH,
              },
            },
          },
        ],
      },
    ]);
  });

  test('has the raw path, which CloudFront normalises only to choose the behaviour', async () => {
    const { stand, requests } = await startApi(OK);
    for (const path of ['/_proxy/api/../api/x', '/_proxy/a%70i/x', '/_proxy/api/%2e%2e/api/'])
      await ask(stand, path);
    expect(requests().map(({ uri, querystring }) => [uri, querystring])).toEqual([
      ['/_proxy/api/../api/x', ''],
      ['/_proxy/a%70i/x', ''],
      ['/_proxy/api/%2e%2e/api/', ''],
    ]);
  });

  test('has the changes of the function at viewer request', async () => {
    const { stand, requests } = await startApi(OK, {
      change: (request) => {
        request.headers['x-proxy-host'] = { value: 'shop.dev.localhost' };
        delete request.headers['authorization'];
        delete request.cookies['other'];
      },
    });
    const headers = { 'x-proxy-host': 'evil', authorization: 'secret', cookie: 'other=1; mine=2; mine=3' };
    await ask(stand, PATH, { headers });
    expect(requests()[0]?.headers).toMatchObject({
      'x-proxy-host': [{ value: 'shop.dev.localhost' }],
      cookie: [{ key: 'cookie', value: 'mine=2; mine=3' }],
    });
    expect(requests()[0]?.headers).not.toHaveProperty('authorization');
  });

  test('keeps repeated headers apart, and a custom header of the origin apart from one of the viewer', async () => {
    const { stand, requests } = await startApi(OK);
    await ask(stand, PATH, { headers: { 'x-proxy-settings-0': 'evil', accept: ['a', 'b'] as never } });
    const [request] = requests();
    expect(request?.headers['accept']?.map(({ value }) => value)).toEqual(['a', 'b']);
    expect(request?.headers['x-proxy-settings-0']).toEqual([{ key: 'x-proxy-settings-0', value: 'evil' }]);
    expect(request?.origin.s3.customHeaders['x-proxy-settings-0']).toEqual([
      { key: 'x-proxy-settings-0', value: '{}' },
    ]);
  });

  test('has none of the headers that CloudFront hides, and no body', async () => {
    const { stand, requests } = await startApi(OK);
    const headers = {
      'x-real-ip': '1',
      'x-forwarded-proto': 'https',
      'x-edge-a': '1',
      'x-amz-cf-id': 'a',
      te: 'a',
    };
    await ask(stand, PATH, { method: 'POST', headers: { ...headers, 'content-length': 4 }, body: 'body' });
    const [request] = requests();
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      ...['cdn-loop', 'content-length', 'host', 'via', 'x-forwarded-for'],
    ]);
    expect(request).not.toHaveProperty('body');
    expect(request?.method).toBe('POST');
  });
});

describe('an answer of the function at origin request', () => {
  test('reaches the viewer with each cookie apart', async () => {
    const { stand } = await startApi({
      status: '302',
      statusDescription: 'Over There',
      headers: {
        location: [{ key: 'location', value: '/żółw' }],
        'set-cookie': [
          { key: 'Set-Cookie', value: 'a=1; Path=/' },
          { key: 'Set-Cookie', value: 'b=2; Path=/' },
        ],
      },
    });
    const answer = await ask(stand, PATH);
    expect(answer.status).toBe(302);
    expect(answer.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; Path=/']);
    expect(Buffer.from(answer.headers.location ?? '', 'latin1').toString()).toBe('/żółw');
    expect(answer.headers).toMatchObject({
      'content-length': '0',
      'x-cache': 'LambdaGeneratedResponse from cloudfront',
      via: '1.1 d111111abcdef8.cloudfront.net (CloudFront)',
    });
    expect(stand.records).toMatchObject([{ status: 302, target: PATH }]);
  });

  test('has no body for HEAD and for 204', async () => {
    const { stand } = await startApi({ status: '200', body: 'body' });
    const head = await ask(stand, PATH, { method: 'HEAD' });
    expect([head.headers['content-length'], head.body.length]).toEqual(['4', 0]);
    const empty = await startApi({ status: '204', body: 'body' });
    const answer = await ask(empty.stand, PATH);
    expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([
      204,
      undefined,
      0,
    ]);
  });

  test.each([502, 504])('with %d is replaced by the page for unreachable instances', async (status) => {
    const { stand } = await startApi({ status: `${status}`, body: 'mine' });
    const answer = await ask(stand, PATH);
    expect([answer.status, answer.headers['x-cache']]).toEqual([status, 'Error from cloudfront']);
    expect(answer.body.toString()).toContain(`the function answered ${status}`);
    expect(answer.body.toString()).not.toContain('mine');
  });

  test('that CloudFront refuses is a 502 with the reason', async () => {
    const { stand } = await startApi({ status: 200 });
    const answer = await ask(stand, PATH);
    expect([answer.status, answer.headers['x-cache']]).toEqual([
      502,
      'LambdaValidationError from cloudfront',
    ]);
    expect(answer.body.toString()).toContain('status is 200; expected a text');
    expect(stand.records).toMatchObject([{ problem: expect.stringContaining('status is 200') }]);
  });

  test.each([
    ['throws', { invoke: () => Promise.reject(new Error('boom')) }, 'Error: boom'],
    ['is late', { invoke: () => new Promise(() => {}), timeout: 1 }, 'did not answer within 1 ms'],
    [
      'has settings that CloudFront refuses',
      { customHeaders: async () => ({ host: 'a' }) },
      'no custom header host',
    ],
  ])('is a 503 if the function %s', async (_how, options, reason) => {
    const { stand } = await startApi(OK, options as Partial<OriginFunction>);
    const answer = await ask(stand, PATH);
    expect([answer.status, answer.headers['x-cache']]).toEqual([503, 'LambdaExecutionError from cloudfront']);
    expect(answer.body.toString()).toContain(reason);
  });
});

describe('the behaviour of /_proxy/api/*', () => {
  test('leaves the rest of the site to the site', async () => {
    const { stand, events } = await startApi(OK);
    for (const path of ['/_proxy/', '/_proxy/api', '/_proxy/API/x', '/_proxy/apis/x', '/_proxy/api/../x'])
      expect((await ask(stand, path)).body.toString()).toBe('site');
    expect(events).toEqual([]);
  });

  test('may or may not get a path whose meaning CloudFront does not document, so it is an error', async () => {
    const { stand, events } = await startApi(OK);
    expect((await ask(stand, '/_proxy//api/status')).status).toBe(502);
    expect(events).toEqual([]);
  });

  test('is that of the site in a deployment without sign-in', async () => {
    const router = passing();
    const stand = await startStand(0, {
      edge: () => router,
      site: (_path, _request, response) => void response.end('site'),
    });
    expect((await ask(stand, PATH)).body.toString()).toBe('site');
  });
});
