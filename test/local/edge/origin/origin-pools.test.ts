import type { OriginUpdate } from 'cloudfront';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  allowedAttempts,
  OriginPools,
  type Resolve,
  readTimeout,
} from '../../../../local/edge/origin/origin-pools.ts';
import { originUpdate } from '../edge-stand.ts';

/** An origin with this address type. */
function overType(ipAddressType: 'ipv4' | 'ipv6' | 'dualstack' | undefined): OriginUpdate {
  const origin = originUpdate();
  const { customOriginConfig } = origin;
  if (customOriginConfig === undefined || ipAddressType === undefined) return origin;
  return { ...origin, customOriginConfig: { ...customOriginConfig, ipAddressType } };
}

function poolsFor(resolve: Resolve): OriginPools {
  const pools = new OriginPools(resolve);
  onTestFinished(() => pools.dispose());
  return pools;
}

describe('connection pools', () => {
  test('an origin has one pool for all hosts', () => {
    const pools = poolsFor(() => ({ host: '127.0.0.1', port: 9 }));
    const first = pools.getPool(originUpdate({ hostHeader: 'a.localhost' }));
    expect(pools.getPool(originUpdate({ hostHeader: 'b.localhost' }))).toBe(first);
    expect(pools.getPool(originUpdate({ domainName: 'other.test' }))).not.toBe(first);
    expect(pools.size).toBe(2);
  });

  test('a pool follows a name to its new address', () => {
    let port = 9;
    const pools = poolsFor(() => ({ host: '127.0.0.1', port }));
    const before = pools.getPool(originUpdate());
    port = 10;
    expect(pools.getPool(originUpdate())).not.toBe(before);
    expect(before?.closed).toBe(true);
    expect(pools.size).toBe(1);
  });

  test('the pools of vanished origins are closed at a request for another name', () => {
    const known = new Set(['a.test', 'b.test']);
    const pools = poolsFor((name) => (known.has(name) ? { host: '127.0.0.1', port: 9 } : undefined));
    const first = pools.getPool(originUpdate({ domainName: 'a.test' }));
    known.delete('a.test');
    pools.getPool(originUpdate({ domainName: 'b.test' }));
    expect(first?.closed).toBe(true);
    expect(pools.getPool(originUpdate({ domainName: 'a.test' }))).toBeUndefined();
    expect(pools.size).toBe(1);
  });

  test.each([
    [undefined, '127.0.0.1', true],
    [undefined, '::1', false],
    ['ipv4', '127.0.0.1', true],
    ['ipv4', '::1', false],
    ['ipv6', '127.0.0.1', false],
    ['ipv6', '::1', true],
    ['dualstack', '127.0.0.1', true],
    ['dualstack', '::1', true],
  ] as const)('an origin of address type %s at %s has a pool: %s', (ipAddressType, host, expected) => {
    const pools = poolsFor(() => ({ host, port: 9 }));
    expect(pools.getPool(overType(ipAddressType)) !== undefined).toBe(expected);
  });

  test('an origin has a pool for each address type, which is closed when the name loses that address', () => {
    let host = '::1';
    const pools = poolsFor(() => ({ host, port: 9 }));
    const six = pools.getPool(overType('ipv6'));
    const both = pools.getPool(overType('dualstack'));
    expect(both).not.toBe(six);
    host = '127.0.0.1';
    pools.getPool(overType('ipv4'));
    expect([six?.closed, both?.closed]).toEqual([true, true]);
    expect(pools.size).toBe(1);
  });

  test('a pool resolves the name and the port of its origin; the default port depends on the scheme', () => {
    const asked: [string, number][] = [];
    const pools = poolsFor((...question) => void asked.push(question));
    const { customOriginConfig: _none, ...bare } = originUpdate({ domainName: 'a.test' });
    pools.getPool(bare);
    pools.getPool(originUpdate({ domainName: 'b.test' }));
    expect(asked).toEqual([
      ['a.test', 80],
      ['b.test', 8000],
    ]);
  });
});

test('only GET and HEAD have more than one attempt', () => {
  const origin = originUpdate({ connectionAttempts: 2 });
  expect(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'].map((method) => allowedAttempts(origin, method))).toEqual([
    ...[2, 2, 1, 1, 1],
  ]);
});

test('an origin uses CloudFront’s defaults for absent settings', () => {
  expect(readTimeout({ domainName: 'a.test' })).toBe(30_000);
  expect(allowedAttempts({ domainName: 'a.test' }, 'GET')).toBe(3);
});
