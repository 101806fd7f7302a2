import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostnameOf, WILDCARD_STEPS } from '../../../core/wire/hostname.ts';
import { hostileText } from '../../support/values/arbitraries.ts';

describe('the name in a Host header', () => {
  test.each([
    ['as it is', 'shop.dev.example.com', 'shop.dev.example.com'],
    ['in capitals', 'Shop.DEV.example.COM', 'shop.dev.example.com'],
    ['with a port', 'shop.dev.example.com:8443', 'shop.dev.example.com'],
    ['with the dot of the root', 'shop.dev.example.com.', 'shop.dev.example.com'],
    ['with dot and port', 'shop.dev.example.com.:443', 'shop.dev.example.com'],
    ['with an empty port', 'localhost:', 'localhost'],
    ['of an IPv4 address', '203.0.113.7:80', '203.0.113.7'],
    ['of a name in punycode', 'xn--bcher-kva.dev.example.com', 'xn--bcher-kva.dev.example.com'],
  ])('is read %s', (_how, header, name) => expect(hostnameOf(header)).toBe(name));

  test.each([
    ['nothing', ''],
    ['only a port', ':443'],
    ['only a dot', '.'],
    ['a wildcard', '*.dev.example.com'],
    ['an underscore', 'my_app.dev.example.com'],
    ['an IPv6 address', '[2001:db8::1]:443'],
    ['two names', 'shop.dev.example.com, cart.dev.example.com'],
    ['a user', 'me@shop.dev.example.com'],
    ['a path', 'shop.dev.example.com/cart'],
    ['a blank', 'shop dev.example.com'],
    ['a line break', 'shop\r\nx: y'],
    ['an encoded dot', 'shop%2edev.example.com'],
    ['letters of another script', 'ѕhop.dev.example.com'],
    ['254 characters', `${'a'.repeat(242)}.example.com`],
  ])('is absent in %s', (_what, header) => expect(hostnameOf(header)).toBe(''));

  test('has at most 253 characters', () => {
    const longest = `${'a'.repeat(241)}.example.com`;
    expect(hostnameOf(longest)).toBe(longest);
  });

  test('has only characters of a hostname for any header, and is the same when read again', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.string(), fc.domain()), (header) => {
        const name = hostnameOf(header);
        expect(name).toMatch(/^[a-z0-9.-]{0,253}$/);
        if (!name.endsWith('.')) expect(hostnameOf(name)).toBe(name);
      }),
    );
  });
});

test('a wildcard is searched at most three labels up', () => expect(WILDCARD_STEPS).toBe(3));
