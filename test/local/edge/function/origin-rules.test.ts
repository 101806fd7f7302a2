import { describe, expect, test } from 'vitest';
import { originFault } from '../../../../local/edge/function/origin-rules.ts';

const ORIGIN = {
  domainName: 'ec2-203-0-113-7.compute-1.amazonaws.com',
  hostHeader: 'shop.dev.example.com',
  customHeaders: { 'x-proxy-token': 'abc' },
  connectionAttempts: 2,
  timeouts: { connectionTimeout: 3, readTimeout: 60, keepAliveTimeout: 5 },
  customOriginConfig: { port: 3000, protocol: 'http', sslProtocols: ['TLSv1.2'] },
};
const CUSTOM = ORIGIN.customOriginConfig;
const label = 'a'.repeat(63);

const fault = (change: Record<string, unknown>): string | undefined =>
  originFault({ ...ORIGIN, ...change }, { host: { value: 'shop.dev.example.com' } });

describe('an origin that a function chooses', () => {
  test.each([
    {},
    { sni: 'shop.dev.example.com', allowedCertificateNames: ['*.example.com'] },
    { domainName: `${label}.${label}.${label}.${'a'.repeat(61)}` },
    { originPath: '/a/b' },
    { customHeaders: {} },
    ...['ipv4', 'ipv6', 'dualstack'].map((ipAddressType) => ({
      customOriginConfig: { ...CUSTOM, port: 80, ipAddressType },
    })),
    { customOriginConfig: { ...CUSTOM, port: 443, protocol: 'https', sslProtocols: ['TLSv1.1', 'TLSv1.2'] } },
    { customOriginConfig: { ...CUSTOM, port: 65_535 } },
  ])('may have %j', (change) => {
    expect(fault(change)).toBeUndefined();
  });

  test.each<[Record<string, unknown>, string]>([
    [{ domainName: undefined }, 'origin.domainName is missing'],
    [{ domainName: '203.0.113.7' }, 'origin.domainName is "203.0.113.7"; an IP address is refused'],
    [{ domainName: '::1' }, 'origin.domainName is "::1"; expected a DNS name'],
    [{ domainName: 'a.example.com:3000' }, 'without a port'],
    [{ domainName: `${label}.${label}.${label}.${'a'.repeat(62)}` }, 'of at most 253 characters'],
    [{ domainName: `${label}a.example.com` }, 'expected a DNS name'],
    [{ domainName: 'a..b' }, 'expected a DNS name'],
    [{ domainName: 7 }, 'origin.domainName is 7'],
    [{ hostHeader: '203.0.113.7' }, 'origin.hostHeader is "203.0.113.7"'],
    [{ hostHeader: 'a:80' }, 'origin.hostHeader is "a:80"'],
    [{ sni: '' }, 'origin.sni is ""'],
    [{ allowedCertificateNames: Array(21).fill('a') }, 'expected at most 20 names'],
    [{ allowedCertificateNames: ['a'.repeat(65)] }, 'of at most 64 characters'],
    [{ originPath: 'a' }, 'origin.originPath is "a"'],
    [{ originPath: '/a/' }, 'without a trailing slash'],
    [{ connectionAttempts: 0 }, 'origin.connectionAttempts is 0; expected 1 to 3'],
    [{ connectionAttempts: 4 }, 'origin.connectionAttempts is 4'],
    [
      { timeouts: { connectionTimeout: 11 } },
      'origin.timeouts.connectionTimeout is 11; expected 1 to 10 seconds',
    ],
    [{ timeouts: { readTimeout: 121 } }, 'expected 1 to 120 seconds'],
    [{ timeouts: { keepAliveTimeout: 1.5 } }, 'origin.timeouts.keepAliveTimeout is 1.5'],
    [{ timeouts: { sendTimeout: 1 } }, 'origin.timeouts.sendTimeout: unknown timeout'],
    [{ timeouts: 3 }, 'origin.timeouts is 3'],
    [
      { customOriginConfig: { ...CUSTOM, port: 22 } },
      'customOriginConfig.port is 22; expected 80, 443 or 1024–65535',
    ],
    [{ customOriginConfig: { ...CUSTOM, port: 65_536 } }, 'customOriginConfig.port is 65536'],
    [{ customOriginConfig: { ...CUSTOM, port: '80' } }, 'customOriginConfig.port is "80"'],
    [
      { customOriginConfig: { ...CUSTOM, protocol: 'match-viewer' } },
      'customOriginConfig.protocol is "match-viewer"',
    ],
    [{ customOriginConfig: { port: 80, protocol: 'http' } }, 'customOriginConfig.sslProtocols is undefined'],
    [{ customOriginConfig: { ...CUSTOM, sslProtocols: [] } }, 'customOriginConfig.sslProtocols is []'],
    [
      { customOriginConfig: { ...CUSTOM, sslProtocols: ['TLSv1.3'] } },
      'customOriginConfig.sslProtocols is ["TLSv1.3"]',
    ],
    [
      { customOriginConfig: { ...CUSTOM, ipAddressType: 'any' } },
      'customOriginConfig.ipAddressType is "any"; expected "ipv4", "ipv6" or "dualstack"',
    ],
    [{ customOriginConfig: null }, 'origin.customOriginConfig is null'],
    [
      { customHeaders: { 'x-a': { value: 'b' } } },
      'origin.customHeaders["x-a"] is {"value":"b"}; expected a string',
    ],
    [{ customHeaders: { 'X-A': 'b' } }, 'a header name is a token in lower case'],
    [{ customHeaders: { 'x-edge-a': 'b' } }, 'functions may not set this header'],
    [{ customHeaders: { 'cache-control': 'no-store' } }, 'CloudFront does not allow this custom header'],
    [{ customHeaders: { 'x-amz-date': 'b' } }, 'CloudFront does not allow this custom header'],
    [{ customHeaders: { 'x-a': 'b\n' } }, 'it contains a control character'],
    [{ customHeaders: { 'x-a': 'b'.repeat(1_784) } }, 'has 1784 characters; expected at most 1783'],
    [{ customHeaders: { [`x-${'a'.repeat(255)}`]: 'b' } }, 'a name has at most 256 characters'],
    [
      { customHeaders: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`x-${i}`, 'a'])) },
      '31 headers',
    ],
    [{ customHeaders: 'x' }, 'origin.customHeaders is "x"'],
    [
      { originAccessControlConfig: { enabled: true } },
      'origin.originAccessControlConfig: this project does not use this setting',
    ],
  ])('may not have %j', (change, message) => {
    expect(fault(change)).toContain(message);
  });

  test('may not add a header that the request already has', () => {
    const headers = { 'x-proxy-token': { value: 'forged' } };
    expect(originFault(ORIGIN, headers)).toBe(
      'origin.customHeaders["x-proxy-token"]: the request already has this header; delete it there first',
    );
  });

  test('is an object', () => {
    expect(originFault('ec2.example.com', {})).toBe('origin is "ec2.example.com"; expected an object');
  });
});
