import type { EdgeRequest } from 'cloudfront';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ViewerRequest, viewerEvent } from '../../../../local/edge/function/edge-event.ts';
import { originRequest } from '../../../../local/edge/origin/origin-request.ts';
import { originUpdate } from '../edge-stand.ts';

const base: ViewerRequest = {
  method: 'GET',
  target: '/',
  rawHeaders: ['Host', 'shop.localhost:8080'],
  ip: '203.0.113.9',
  id: 'request-1',
  distributionDomainName: 'd1.cloudfront.net',
};

function sent(
  viewer: Partial<ViewerRequest>,
  change: (request: EdgeRequest) => void = () => {},
  origin = originUpdate(),
) {
  const whole = { ...base, ...viewer };
  const { request } = viewerEvent(whole);
  change(request);
  return originRequest(whole, request, origin, false);
}

/** Values of a header by its spelling on the wire. */
function valuesOf({ headers }: { headers: string[] }, name: string): string[] {
  return headers.flatMap((text, i) => (i % 2 === 0 && text === name ? [headers[i + 1] ?? ''] : []));
}

describe('the target of a request to an origin', () => {
  test('equals the viewer’s target byte by byte if the function did not change it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-"$-ÿ]{0,40}$/), (rest) => {
        expect(sent({ target: `/${rest}` }).path).toBe(`/${rest}`);
      }),
    );
  });

  test('keeps the raw query if the path is changed, and the raw path if the query is changed', () => {
    const target = '/a%2Fb?x=%zz&x&';
    expect(sent({ target }, (request) => (request.uri = '/new')).path).toBe('/new?x=%zz&x&');
    expect(sent({ target }, (request) => (request.querystring = 'y=2&x=1')).path).toBe('/a%2Fb?y=2&x=1');
    expect(sent({ target }, (request) => (request.querystring = '')).path).toBe('/a%2Fb');
  });

  test('prints a changed query in the order of its names', () => {
    const { path } = sent({ target: '/?a=1&b=2&a=3' }, ({ querystring }) => {
      if (typeof querystring !== 'string') querystring['c'] = { value: '4' };
    });
    expect(path).toBe('/?a=1&a=3&b=2&c=4');
  });

  test('starts with the origin path', () => {
    expect(sent({ target: '/x?y' }, undefined, originUpdate({ originPath: '/base' })).path).toBe('/base/x?y');
  });

  test('has the function’s text as UTF-8', () => {
    expect(sent({}, (request) => (request.uri = '/żółw')).path).toBe(Buffer.from('/żółw').toString('latin1'));
  });
});

describe('the headers of a request to an origin', () => {
  test('have the viewer’s spelling; headers that the function added have its spelling', () => {
    const request = sent({ rawHeaders: ['HOST', 'x', 'X-MiXed', '1', 'accept', '*/*'] }, ({ headers }) => {
      headers['x-added'] = { value: '2' };
      delete headers['accept'];
    });
    expect(request.headers.slice(0, 6)).toEqual(['host', 'shop.localhost', 'X-MiXed', '1', 'x-added', '2']);
  });

  test('have the host of hostHeader or else of domainName, and never another host of the viewer', () => {
    const rawHeaders = ['Host', 'other.localhost:8080'];
    expect(valuesOf(sent({ rawHeaders }), 'host')).toEqual(['shop.localhost']);
    const { hostHeader: _none, ...bare } = originUpdate();
    expect(valuesOf(sent({}, undefined, bare), 'host')).toEqual([bare.domainName]);
  });

  test('have the viewer’s port in Host, so that Host equals the authority of Origin', () => {
    expect(valuesOf(sent({}), 'host')).toEqual(['shop.localhost:8080']);
    expect(valuesOf(sent({ rawHeaders: ['Host', 'Shop.Localhost:8080'] }), 'host')).toEqual([
      'shop.localhost:8080',
    ]);
    expect(valuesOf(sent({ rawHeaders: ['Host', 'shop.localhost'] }), 'host')).toEqual(['shop.localhost']);
  });

  test('include CloudFront’s own, after the viewer’s', () => {
    const request = sent({ rawHeaders: ['X-Forwarded-For', '198.51.100.1', 'Via', '1.0 old'] });
    expect(valuesOf(request, 'x-forwarded-for')).toEqual(['198.51.100.1, 203.0.113.9']);
    expect(valuesOf(request, 'via')).toEqual(['1.0 old, 1.1 d1.cloudfront.net (CloudFront)']);
    expect(valuesOf(request, 'cdn-loop')).toEqual(['CloudFront']);
    expect(valuesOf(request, 'x-amz-cf-id')).toEqual(['request-1']);
  });

  test('lose hop-by-hop headers and those that viewers may not set', () => {
    const request = sent({
      rawHeaders: [
        ...['Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'TE', 'trailers', 'Upgrade', 'h2c'],
        ...['X-Forwarded-Proto', 'https', 'X-Real-IP', '1.2.3.4', 'Expect', '100-continue'],
      ],
    });
    expect(request.headers.filter((_text, i) => i % 2 === 0)).toEqual([
      ...['host', 'x-forwarded-for', 'via', 'cdn-loop', 'x-amz-cf-id'],
    ]);
  });

  test('let custom headers of the origin win over the viewer’s', () => {
    const origin = originUpdate({ customHeaders: { 'x-proxy-token': 'secret' } });
    const request = sent({ rawHeaders: ['X-Proxy-Token', 'forged'] }, undefined, origin);
    expect(valuesOf(request, 'X-Proxy-Token')).toEqual([]);
    expect(valuesOf(request, 'x-proxy-token')).toEqual(['secret']);
  });

  test('keep malformed cookies unchanged, until the function removes one', () => {
    const rawHeaders = ['Cookie', 'a=1;; broken; b="x'];
    expect(valuesOf(sent({ rawHeaders }), 'cookie')).toEqual(['a=1;; broken; b="x']);
    const changed = sent({ rawHeaders }, ({ cookies }) => {
      delete cookies['a'];
    });
    expect(valuesOf(changed, 'cookie')).toEqual(['broken=; b="x']);
  });

  test('include no cookie header if the function removed all cookies', () => {
    const request = sent({ rawHeaders: ['Cookie', 'a=1'] }, ({ cookies }) => {
      delete cookies['a'];
    });
    expect(valuesOf(request, 'cookie')).toEqual([]);
  });

  test('follow the rule for multiValue: a changed list wins, otherwise value replaces its first member', () => {
    const rawHeaders = ['X-Tag', 'a', 'X-Tag', 'b'];
    const change = (to: (tag: EdgeRequest['headers'][string]) => void) =>
      valuesOf(
        sent({ rawHeaders }, ({ headers }) => to(headers['x-tag'] ?? { value: '' })),
        'X-Tag',
      );
    expect(change(() => {})).toEqual(['a', 'b']);
    expect(change((tag) => (tag.value = 'z'))).toEqual(['z', 'b']);
    expect(change((tag) => tag.multiValue?.push({ value: 'c' }))).toEqual(['a', 'b', 'c']);
  });
});
