import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cookieHeader,
  parseCookies,
  parseQuery,
  type ViewerRequest,
  viewerEvent,
} from '../../../../local/edge/function/edge-event.ts';

const viewer: ViewerRequest = {
  method: 'GET',
  target: '/',
  rawHeaders: ['Host', 'shop.localhost'],
  ip: '203.0.113.9',
  id: 'request-1',
  distributionDomainName: 'd111111abcdef8.cloudfront.net',
};

function headersOf(...rawHeaders: string[]) {
  return viewerEvent({ ...viewer, rawHeaders }).request.headers;
}

describe('a viewer-request event', () => {
  test('has the viewer, the distribution and the request id', () => {
    const event = viewerEvent(viewer);
    expect(event.viewer).toEqual({ ip: '203.0.113.9' });
    expect(event.context).toEqual({
      distributionDomainName: 'd111111abcdef8.cloudfront.net',
      distributionId: 'ELOCAL',
      eventType: 'viewer-request',
      requestId: 'request-1',
    });
  });

  test('lower-cases header names and keeps repeated values', () => {
    expect(headersOf('Host', 'shop', 'X-Tag', 'a', 'x-tag', 'b', 'X-TAG', 'c')).toEqual({
      host: { value: 'shop' },
      'x-tag': { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] },
    });
  });

  test.each([
    'Connection',
    'Upgrade',
    'X-Forwarded-Proto',
    'X-Real-IP',
    'Expect',
    'X-Edge-Anything',
    'X-Amz-Cf-Id',
  ])('does not show %s', (name) => {
    expect(headersOf(name, 'x')).toEqual({});
  });

  test('hides headers that Connection names, but never Host', () => {
    const headers = headersOf('Connection', 'X-Hop, host', 'X-Hop', '1', 'Host', 'shop', 'X-Stays', '2');
    expect(Object.keys(headers)).toEqual(['host', 'x-stays']);
  });

  test('separates cookies from the headers', () => {
    const { request } = viewerEvent({ ...viewer, rawHeaders: ['Cookie', 'a=1; b=2', 'cookie', 'a=3'] });
    expect(request.headers).toEqual({});
    expect(request.cookies).toEqual({
      a: { value: '1', multiValue: [{ value: '1' }, { value: '3' }] },
      b: { value: '2' },
    });
  });

  test('keeps path and query as sent, without decoding', () => {
    const { request } = viewerEvent({ ...viewer, target: '/%2e%2e/a//b%2Fc?q=%zz&q=2&flag' });
    expect(request.uri).toBe('/%2e%2e/a//b%2Fc');
    expect(request.querystring).toEqual({
      q: { value: '%zz', multiValue: [{ value: '%zz' }, { value: '2' }] },
      flag: { value: '' },
    });
  });

  test.each([
    ['/a', undefined],
    ['/a?', ''],
    ['/a?x=1?y&&', 'x=1?y&&'],
  ])('rawQueryString() of %s is %s', (target, query) => {
    expect(viewerEvent({ ...viewer, target }).request.rawQueryString?.()).toBe(query);
  });

  test('accepts headers with the names of object properties', () => {
    const { request } = viewerEvent({
      ...viewer,
      target: '/?__proto__=1&constructor=2',
      rawHeaders: ['__proto__', 'x', 'Cookie', '__proto__=y; toString=z'],
    });
    expect(Object.keys(request.querystring)).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(request.headers)).toEqual([['__proto__', { value: 'x' }]]);
    expect(Object.keys(request.cookies)).toEqual(['__proto__', 'toString']);
  });
});

describe('cookies and queries', () => {
  test.each([
    ['', {}],
    [';;; ;', {}],
    ['lonely', { lonely: { value: '' } }],
    ['=nameless', { '': { value: 'nameless' } }],
    ['a=b=c', { a: { value: 'b=c' } }],
    ['a="quoted; b', { a: { value: '"quoted' }, b: { value: '' } }],
    ['a=%zz', { a: { value: '%zz' } }],
  ])('read the cookie header %j', (header, expected) => {
    expect(parseCookies(header)).toEqual(expected);
  });

  test('never throw for any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (bytes) => {
        parseCookies(bytes);
        parseQuery(bytes);
        cookieHeader(['Cookie', bytes, 'Cookie']);
      }),
    );
  });
});
