import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddressRange } from '../../../infra/settings/address-range.ts';

describe('parseAddressRange', () => {
  test.each([
    ['203.0.113.0/24', 'IPV4'],
    ['203.0.113.7/32', 'IPV4'],
    ['128.0.0.0/1', 'IPV4'],
    ['2001:db8::/32', 'IPV6'],
    ['2001:DB8:0:0:0:0:0:1/128', 'IPV6'],
    ['::ffff:203.0.113.0/120', 'IPV6'],
    ['8000::/1', 'IPV6'],
  ])('parses %s as %s', (cidr, family) => {
    expect(parseAddressRange(cidr)).toEqual({ family, cidr });
  });

  test.each([
    ['203.0.113.7', 'a bare address'],
    ['203.0.113.7/24', 'host bits'],
    ['195.178.188.66/29', 'host bits'],
    ['2001:db8::1/64', 'host bits'],
    ['0.0.0.0/0', 'everybody'],
    ['::/0', 'everybody'],
    ['203.0.113.0/33', 'a prefix that is too long'],
    ['2001:db8::/129', 'a prefix that is too long'],
    ['203.0.113.0/024', 'a prefix with a leading zero'],
    ['203.0.113.0/24/24', 'two prefixes'],
    ['fe80::%eth0/64', 'a zone'],
    ['203.0.113/24', 'three octets'],
    ['office', 'a name'],
    ['', 'nothing'],
  ])('refuses %s: %s', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });

  test('parses every single address of either family', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        (address) => isIPv4(address) && parseAddressRange(`${address}/32`) !== undefined,
      ),
    );
    fc.assert(
      fc.property(
        fc.ipV6(),
        (address) => isIPv6(address) && parseAddressRange(`${address}/128`) !== undefined,
      ),
    );
  });

  test('has a result for any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => parseAddressRange(`${a}/${b}`) === undefined));
  });
});
