import { describe, expect, test } from 'vitest';
import { domainAddress, toOriginForm } from '../../../local/edge/request-target.ts';
import { ask, edgeFunction, startOrigin, startStand } from './edge-stand.ts';

const RAW = ['Host', 'shop.localhost', 'X-A', 'host'];

describe('request targets', () => {
  test.each([
    ['/cart?a=b', 'shop.localhost', '/cart?a=b'],
    ['http://docs.localhost:8080/cart?a=b', 'docs.localhost:8080', '/cart?a=b'],
    ['HTTPS://docs.localhost', 'docs.localhost', '/'],
    ['http://docs.localhost?a=/b', 'docs.localhost', '/?a=/b'],
    ['//docs.localhost/x', 'shop.localhost', '//docs.localhost/x'],
    ['http://user@docs.localhost/', 'shop.localhost', 'http://user@docs.localhost/'],
    ['ftp://docs.localhost/', 'shop.localhost', 'ftp://docs.localhost/'],
    ['*', 'shop.localhost', '*'],
  ])('the target %s means host %s and path %s', (target, host, path) => {
    expect(toOriginForm({ target, rawHeaders: RAW })).toEqual({
      target: path,
      rawHeaders: ['Host', host, 'X-A', 'host'],
    });
  });

  test('a target in absolute form reaches the app as path and host', async () => {
    const origin = await startOrigin((request, response) => response.end(request.url));
    const stand = await startStand(origin);
    const answer = await ask(stand, 'http://shop.localhost/cart?a=b', {
      headers: { host: 'other.localhost' },
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, '/cart?a=b']);
    expect(stand.records).toMatchObject([{ host: 'shop.localhost', target: '/cart?a=b' }]);
    expect((await ask(stand, 'ftp://shop.localhost/')).status).toBe(400);
  });
});

describe('requests for an IP address', () => {
  test.each([
    ['127.0.0.1:8080', 'http://localhost:8080/x?y'],
    ['127.0.0.1', 'http://localhost/x?y'],
    ['[::1]:8080', 'http://localhost:8080/x?y'],
    ['localhost:8080', undefined],
    ['127.0.0.1.nip.io', undefined],
    ['127.0.0.1:8080@evil.example', undefined],
    ['', undefined],
  ])('a request for the host %j is redirected to %s', (host, location) => {
    expect(domainAddress({ target: '/x?y', rawHeaders: ['hOsT', host] }, 'localhost')).toBe(location);
  });

  test.each([
    ['127.0.0.1:8080', 'http://dev.localhost:8080/x?y'],
    ['localhost:8080', 'http://dev.localhost:8080/x?y'],
    ['dev.localhost:8080', undefined],
    ['shop.dev.localhost:8080', undefined],
  ])('with the domain dev.localhost, a request for the host %j is redirected to %s', (host, location) => {
    expect(domainAddress({ target: '/x?y', rawHeaders: ['host', host] }, 'dev.localhost')).toBe(location);
  });

  test('a redirect keeps the method, and exists only if the edge has a domain', async () => {
    const response = { statusCode: 200, headers: {}, body: { encoding: 'text', data: 'app' } } as const;
    const app = edgeFunction(() => ({ kind: 'respond', reads: 0, response }));
    const local = await startStand(0, { edge: () => app, domain: 'localhost' });
    const host = `127.0.0.1:${local.port}`;
    const answer = await ask(local, '/a?b', { headers: { host }, method: 'POST', body: 'form' });
    expect([answer.status, answer.headers.location]).toEqual([307, `http://localhost:${local.port}/a?b`]);
    expect((await ask(local, '/')).body.toString()).toBe('app');
    const other = await startStand(0, { edge: () => app });
    expect((await ask(other, '/', { headers: { host } })).body.toString()).toBe('app');
  });
});
