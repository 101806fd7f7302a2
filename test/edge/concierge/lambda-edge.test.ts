import { describe, expect, test } from 'vitest';
import { printAnswer } from '../../../edge/concierge/lambda-edge/answer.ts';
import { readEvent } from '../../../edge/concierge/lambda-edge/event.ts';
import { requestOf } from '../../../edge/concierge/lambda-edge/request.ts';
import { originRequest } from './support/origin-request.ts';

const APEX = 'https://dev.example.com';
const requestWith = (change: Parameters<typeof originRequest>[0]) =>
  requestOf(readEvent(originRequest(change)), APEX);

describe('an origin request', () => {
  test('becomes the request that the viewer made, with the host from the router', () => {
    const request = requestWith({
      uri: '/_proxy/api/start',
      query: 'to=%2Fa%20b|^&x=ü',
      host: 'shop.dev.example.com',
    });
    expect(request?.url).toBe('https://shop.dev.example.com/_proxy/api/start?to=%2Fa%20b|^&x=%C3%BC');
  });

  test('has the port of the base domain', () => {
    const visit = readEvent(originRequest({ uri: '/_proxy/api/me', host: 'shop.dev.localhost:9' }));
    expect(requestOf(visit, 'http://dev.localhost:8080')?.url).toBe(
      'http://shop.dev.localhost:8080/_proxy/api/me?',
    );
  });

  test.each([
    '/_proxy/api/../api/start',
    '/_proxy/api/./start',
    '/_proxy//api/start',
    '/_proxy/api/%73tart',
    '/_proxy/api/start/',
    '/_proxy/api/start;x',
    '/_proxy/api/Start',
    '/_proxy/api/',
    '/_proxy/api',
    '//evil.example/_proxy/api/start',
    '/x/../_proxy/api/start',
    '\\_proxy\\api\\start',
    '',
  ])('is none with the raw path %j, although a URL may normalise it', (uri) => {
    expect(requestWith({ uri })).toBeUndefined();
  });

  test.each([
    '',
    'a b',
    'shop/../x',
    'shop@evil.example',
    '*.dev.example.com',
    'x'.repeat(300),
    'shop.dev.example.com#',
  ])('is none with the host %j', (host) => {
    expect(requestWith({ host })).toBeUndefined();
  });

  test.each(['CONNECT', 'TRACE', 'get', 'G T', ''])('is none with the method %j', (method) => {
    expect(requestWith({ method })).toBeUndefined();
  });

  test('joins cookies by semicolons, and other headers by commas', () => {
    const request = requestWith({
      headers: { cookie: ['a=1', 'b=2; c=3'], accept: ['text/html', '*/*'], 'sec-fetch-site': ['none'] },
    });
    expect(request?.headers.get('cookie')).toBe('a=1; b=2; c=3');
    expect(request?.headers.get('accept')).toBe('text/html, */*');
  });

  test('leaves out headers that no endpoint reads, and values that no header may have', () => {
    const request = requestWith({
      headers: {
        authorization: ['secret'],
        'x-forwarded-host': ['evil.example'],
        cookie: ['a=1\r\nx: y'],
        origin: ['\u2028'],
      },
    });
    expect([...(request?.headers ?? [])]).toEqual([]);
  });

  test.each([
    undefined,
    null,
    {},
    { Records: [] },
    { Records: [{ cf: { config: { eventType: 'viewer-request' } } }] },
    'x',
  ])('is not %j', (event) => {
    expect(() => readEvent(event)).toThrow('the event is not an origin request of Lambda@Edge');
  });

  test('reads settings from the custom headers of the origin only', () => {
    const visit = readEvent(
      originRequest({
        headers: { 'x-proxy-settings-0': ['forged'] },
        settings: { 'x-proxy-settings-1': 'ours' },
      }),
    );
    expect([visit.setting('x-proxy-settings-0'), visit.setting('x-proxy-settings-1')]).toEqual([
      undefined,
      'ours',
    ]);
    expect(visit.setting('__proto__')).toBeUndefined();
  });
});

describe('an answer for Lambda@Edge', () => {
  test('keeps each cookie in an element of its own, and its commas', async () => {
    const headers = new Headers({ location: '/' });
    headers.append('set-cookie', 'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
    headers.append('set-cookie', 'b=2');
    expect(await printAnswer(new Response(null, { status: 303, headers }))).toEqual({
      status: '303',
      statusDescription: 'See Other',
      headers: {
        location: [{ key: 'location', value: '/' }],
        'set-cookie': [
          { key: 'set-cookie', value: 'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT' },
          { key: 'set-cookie', value: 'b=2' },
        ],
      },
      body: '',
      bodyEncoding: 'text',
    });
  });

  test.each([
    'connection',
    'keep-alive',
    'x-amz-cf-id',
    'x-edge-location',
    'x-cache',
    'transfer-encoding',
    'via',
    'content-length',
  ])('never has the header %s, which CloudFront would answer with 502', async (name) => {
    await expect(printAnswer(new Response('', { headers: { [name]: '1' } }))).rejects.toThrow(
      `refuses the header ${name}`,
    );
  });

  test.each([502, 504])(
    'is never %i, which the error page of the distribution would replace',
    async (status) => {
      await expect(printAnswer(new Response('', { status }))).rejects.toThrow(`never answers ${status}`);
    },
  );

  test('is not larger than Lambda@Edge takes', async () => {
    await expect(printAnswer(new Response('x'.repeat(1_000_001)))).rejects.toThrow(
      'Lambda@Edge takes 1000000',
    );
  });
});
