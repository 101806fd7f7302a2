import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReturnPath, parseReturnPath } from '../../../core/session/return-path.ts';
import { isUser, parseUser, subjectOf } from '../../../core/session/user.ts';
import { hostileText } from '../../support/values/arbitraries.ts';

describe('a user', () => {
  test('is a mail address or another name in lower case', () => {
    expect(parseUser('Alice.O=x@Example.com')).toBe('alice.o=x@example.com');
    expect(isUser('Alice@example.com')).toBe(false);
    expect(parseUser('u'.repeat(254))).toBe('u'.repeat(254));
  });

  test.each([
    ...['', 'a b', 'a"b', 'a,b', 'a;b', 'a\\b', 'a\tb', 'a\r\nx: y', 'a\u0000', 'zoë@example.com'],
    ...['\u212aelvin@example.com', '\u007f', 'u'.repeat(255)],
  ])('is not %j', (claim) => {
    expect(parseUser(claim)).toBeUndefined();
  });

  test.each(['pass:ci', 'PASS:ci', 'pass:ci@example.com'])(
    'is not %j, which would pass for a program',
    (claim) => {
      expect(parseUser(claim)).toBeUndefined();
    },
  );

  test('is the value of a cookie and of a header, without an escape', () => {
    fc.assert(
      fc.property(hostileText, (claim) => {
        const user = parseUser(claim);
        // RFC 6265 §4.1.1: cookie-octet.
        if (user !== undefined) expect(user).toMatch(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/);
      }),
    );
  });
});

describe('a subject', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

  test('belongs to one person of one provider', () => {
    const subject = subjectOf('https://idp.example', '248289761001', sha256);
    expect(subject).toBe('dfDp_N7tpAOosiBIKT6NFX');
    expect(subjectOf('https://idp.example', '248289761002', sha256)).not.toBe(subject);
    expect(subjectOf('https://idp.example2', '48289761001', sha256)).not.toBe(subject);
    expect(subjectOf('https://idp.example"', '48289761001', sha256)).not.toBe(subject);
  });
});

describe('the path to return to', () => {
  test.each([
    ...[
      '/',
      '/cart',
      '/cart?a=1&b=%2F%2Fx',
      '/a//b',
      '/a/../b',
      '/%5C/x',
      '/%2F/x',
      '/_proxy/',
      '/_proxy/apis',
    ],
    ...['/x#y', '/@shop/', `/${'x'.repeat(1_023)}`, "/;a='b'"],
  ])('may be %s', (path) => {
    expect(parseReturnPath(path)).toBe(path);
  });

  test.each([
    ...['', 'cart', '//other.example', '///other.example', '/\\other.example', '\\/other.example', '/a\\b'],
    ...[
      'https://other.example',
      'javascript:alert(1)',
      '/\t/other.example',
      '/\n/other.example',
      '/a b',
      '/é',
    ],
    ...[' /cart', '/cart\r\nset-cookie: a=b', '/\u0000', `/${'x'.repeat(1_024)}`, '?a', '#a'],
    ...['/_proxy/api', '/_proxy/api/start?to=/', '/_proxy/api?x'],
  ])('is not %j', (path) => {
    expect(parseReturnPath(path)).toBe('/');
  });

  test('stays on the host, however a browser reads it', () => {
    const piece = fc.constantFrom(
      ...['/', '\\', '.', '..', '@', ':', '//', '%2f', '%5c', 'other.example', '?', '#', '\t'],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, hostileText), { maxLength: 8 }), (pieces) => {
        const path = parseReturnPath(pieces.join(''));
        expect(isReturnPath(path)).toBe(true);
        expect(new URL(path, 'https://shop.dev.example.com').origin).toBe('https://shop.dev.example.com');
      }),
    );
  });
});
