import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublic, parseIpv6, printIpv6 } from '../../../core/ec2/ipv6.ts';

const anyBits = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  // Sparse addresses have the runs of zeros that the text leaves out.
  fc
    .array(fc.constantFrom('0', '0', '1', 'ff0', 'abcd'), { minLength: 8, maxLength: 8 })
    .map((groups) => parseIpv6(groups.join(':')) ?? 0n),
);

describe('an IPv6 address', () => {
  test('is printed as the URL standard prints it, and parsed again', () => {
    fc.assert(
      fc.property(anyBits, (bits) => {
        const text = printIpv6(bits);
        expect(parseIpv6(text)).toBe(bits);
        expect(`[${text}]`).toBe(new URL(`http://[${text}]`).hostname);
      }),
    );
  });

  test.each([
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['1:2:3:0:5:6:7:8', '1:2:3:0:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['10::', '10::'],
    ['::', '::'],
  ])('may be written %s', (text, shortest) => {
    expect(printIpv6(parseIpv6(text) ?? 0n)).toBe(shortest);
  });

  test('is never another text', () => {
    const part = fc.constantFrom(':', '::', '0', '1', 'ab', 'ffff', '12345', 'g', '.', '%', ' ', '-');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 18 }), (parts) => {
        const text = parts.join('');
        // Node also takes a zone, and an IPv4 address at the end.
        if (!/[.%]/.test(text)) expect(parseIpv6(text) !== undefined).toBe(isIPv6(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['::ffff:203.0.113.7', 'fe80::1%eth0', '203.0.113.7', '1:2:3:4:5:6:7:8::', '1::2::3', ':::'])(
    'is not %s',
    (text) => expect(parseIpv6(text)).toBeUndefined(),
  );
});

describe('a public IPv6 address', () => {
  test.each([
    ['2000::', true],
    ['3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
    ['4000::', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['::1', false],
  ])('is in 2000::/3: %s', (text, expected) => expect(isPublic(parseIpv6(text) ?? 0n)).toBe(expected));
});
