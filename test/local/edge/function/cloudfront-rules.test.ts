import type { EdgeRequest } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import {
  GENERATED_BODY_BYTES,
  requestFault,
  responseFault,
} from '../../../../local/edge/function/cloudfront-rules.ts';
import { viewerRequestEvent } from '../../../support/values/viewer-event.ts';

const original = (): EdgeRequest => viewerRequestEvent().request;

/** CloudFront's objection to the viewer's request after a change. */
function changed(change: (request: EdgeRequest) => void, sent = original()): string | undefined {
  const request = structuredClone({ ...sent, rawQueryString: undefined }) as unknown as EdgeRequest;
  change(request);
  return requestFault({ ...request }, sent);
}

const header = (name: string, value: unknown) => (request: EdgeRequest) => {
  request.headers[name] = { value: value as string };
};

describe('a request that a function returns', () => {
  test('may be any request of the viewer', () => {
    const odd = viewerRequestEvent({
      uri: '*',
      headers: {
        host: { value: 'a' },
        'x-a': { value: 'caf\u00e9\u0001', multiValue: [{ value: '\u0002' }] },
      },
      cookies: { 'a b': { value: '"\u0001"' } },
      querystring: { q: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] } },
    }).request;
    expect(changed(() => {}, odd)).toBeUndefined();
  });

  test.each<[string, (request: EdgeRequest) => void]>([
    ['headers', header('x-forwarded-host', 'shop.dev.example.com')],
    [
      'several values of a header',
      (request) => {
        request.headers['x-a'] = { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] };
      },
    ],
    [
      'fewer headers',
      (request) => {
        delete request.headers['accept'];
      },
    ],
    [
      'cookies',
      (request) => {
        request.cookies = { app: { value: 'shop' } };
      },
    ],
    [
      'another path',
      (request) => {
        request.uri = '/other%20path';
      },
    ],
    [
      'a query string',
      (request) => {
        request.querystring = 'b=2&a=1';
      },
    ],
    [
      'query parameters',
      (request) => {
        request.querystring = { a: { value: '1' } };
      },
    ],
  ])('may have %s', (_, change) => {
    expect(changed(change)).toBeUndefined();
  });

  test.each<[string, (request: EdgeRequest) => void, string]>([
    [
      'another method',
      (request) => {
        request.method = 'PUT';
      },
      'request.method is "PUT"; it is read-only, GET',
    ],
    [
      'another host',
      header('host', 'evil.example.com'),
      'request.headers["host"] is {"value":"evil.example.com"}; it is read-only',
    ],
    [
      'no host',
      (request) => {
        delete request.headers['host'];
      },
      'request.headers["host"] is undefined; it is read-only',
    ],
    ['a content-length', header('content-length', '1'), 'request.headers["content-length"]'],
    ['a via', header('via', '1.1 x'), 'request.headers["via"]'],
    ['a transfer-encoding', header('transfer-encoding', 'chunked'), 'request.headers["transfer-encoding"]'],
    ['a cdn-loop', header('cdn-loop', 'x'), 'request.headers["cdn-loop"]'],
    [
      'a disallowed header',
      header('x-forwarded-proto', 'https'),
      'request.headers["x-forwarded-proto"]: functions may not set',
    ],
    [
      'a header of a disallowed family',
      header('x-edge-app', 'shop'),
      'request.headers["x-edge-app"]: functions may not set',
    ],
    [
      'a header in capitals',
      header('X-App', 'shop'),
      'request.headers["X-App"]: a header name is a token in lower case',
    ],
    ['a header with a blank in its name', header('x app', 'shop'), 'a header name is a token'],
    [
      'a header split in two',
      header('x-app', 'a\r\nset-cookie: b'),
      'request.headers["x-app"].value is "a\\r\\nset-cookie: b"; it contains a control',
    ],
    [
      'a header that is a number',
      header('x-app', 3),
      'request.headers["x-app"].value is 3; expected a string',
    ],
    [
      'a header that is not an object',
      (request) => {
        request.headers['x-app'] = 'shop' as never;
        request.headers['x-b'] = null as never;
      },
      'request.headers["x-b"].value is null',
    ],
    ['a cookie header', header('cookie', 'a=b'), 'cookies belong in request.cookies'],
    [
      'a cookie with a blank in its name',
      (request) => {
        request.cookies['a b'] = { value: '1' };
      },
      'request.cookies["a b"]: a cookie\'s name is a token',
    ],
    [
      'a relative path',
      (request) => {
        request.uri = 'cart';
      },
      'request.uri is "cart"; it must start with "/"',
    ],
    [
      'a path with a blank',
      (request) => {
        request.uri = '/a b';
      },
      'request.uri is "/a b"; it contains a space',
    ],
    [
      'no path',
      (request) => {
        delete (request as Partial<EdgeRequest>).uri;
      },
      'request.uri is undefined',
    ],
    [
      'a query string with a fragment',
      (request) => {
        request.querystring = 'a=1#b';
      },
      'request.querystring is "a=1#b"',
    ],
    [
      'a query parameter with a blank',
      (request) => {
        request.querystring = { a: { value: 'b c' } };
      },
      'request.querystring is "a=b c"',
    ],
    [
      'no query string',
      (request) => {
        request.querystring = undefined as never;
      },
      'request.querystring is undefined',
    ],
    [
      'more than 8,191 characters',
      (request) => {
        request.uri = `/${'a'.repeat(8_187)}`;
      },
      'have 8192 characters; expected fewer than 8192',
    ],
    [
      'no headers',
      (request) => {
        request.headers = [] as never;
      },
      'request.headers is []; expected an object',
    ],
    [
      'no cookies',
      (request) => {
        request.cookies = undefined as never;
      },
      'request.cookies is undefined',
    ],
  ])('may not have %s', (_, change, message) => {
    expect(changed(change)).toContain(message);
  });
});

describe('a response that a function generates', () => {
  test.each([
    { statusCode: 200 },
    { statusCode: 599, statusDescription: 'Odd', headers: { location: { value: '/a' } } },
    { statusCode: 302, cookies: { '__Host-a': { value: '', attributes: 'Path=/; Secure; Max-Age=0' } } },
    { statusCode: 404, body: 'text' },
    { statusCode: 404, body: { encoding: 'text', data: 'x'.repeat(GENERATED_BODY_BYTES) } },
    { statusCode: 200, body: { encoding: 'base64', data: 'YQ==' } },
  ])('may be %j', (response) => {
    expect(responseFault(response)).toBeUndefined();
  });

  test.each([
    [{ statusCode: 100 }, 'response.statusCode is 100; expected an integer from 200 to 599'],
    [{ statusCode: '200' }, 'response.statusCode is "200"'],
    [{ statusCode: 200.5 }, 'response.statusCode is 200.5'],
    [{ statusCode: 200, statusDescription: 'a\nb' }, 'response.statusDescription is "a\\nb"'],
    [
      { statusCode: 200, headers: { 'Content-Type': { value: 'a' } } },
      'a header name is a token in lower case',
    ],
    [
      { statusCode: 200, headers: { 'content-type': 'a' } },
      'response.headers["content-type"] is "a"; expected { value }',
    ],
    [
      { statusCode: 200, headers: { 'x-cache': { value: 'a' } } },
      'response.headers["x-cache"]: functions may not',
    ],
    [
      { statusCode: 200, headers: { 'content-length': { value: '1' } } },
      'CloudFront sets this header itself',
    ],
    [{ statusCode: 200, headers: { 'set-cookie': { value: 'a=b' } } }, 'cookies belong in response.cookies'],
    [{ statusCode: 200, headers: { location: { value: '/\r\n' } } }, 'it contains a control character'],
    [{ statusCode: 200, headers: 1 }, 'response.headers is 1'],
    [{ statusCode: 200, cookies: { 'a;b': { value: '1' } } }, 'response.cookies["a;b"]'],
    [{ statusCode: 200, cookies: { a: '1' } }, 'response.cookies["a"] is "1"'],
    [{ statusCode: 200, cookies: { a: { value: 1 } } }, 'response.cookies["a"].value is 1'],
    [
      { statusCode: 200, cookies: { a: { value: '1', attributes: 'Path=/\n' } } },
      'response.cookies["a"].attributes',
    ],
    [{ statusCode: 200, cookies: [] }, 'response.cookies is []'],
    [{ statusCode: 200, body: 3 }, 'response.body.encoding is undefined'],
    [{ statusCode: 200, body: { encoding: 'gzip', data: '' } }, 'response.body.encoding is "gzip"'],
    [{ statusCode: 200, body: { encoding: 'text' } }, 'response.body.data is undefined'],
    [{ statusCode: 200, body: { encoding: 'base64', data: '%' } }, 'it is not base64'],
    [
      { statusCode: 200, body: 'é'.repeat(GENERATED_BODY_BYTES) },
      'response.body has 16384 bytes; expected at most 8192',
    ],
  ])('may not be %j', (response, message) => {
    expect(responseFault(response)).toContain(message);
  });
});
