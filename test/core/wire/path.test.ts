import querystring from 'node:querystring';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePath } from '../../../core/tags/tag-values.ts';
import { normalisedPath as normalised } from '../../../core/wire/path.ts';

const normalisedPath = (path: string) => normalised(path, querystring.unescape);

describe('the most lenient reading of a path', () => {
  test.each([
    ['/', '/'],
    ['/cart', '/cart'],
    ['/cart/', '/cart/'],
    ['/a//b', '/a/b'],
    ['//a', '/a'],
    ['/a//', '/a/'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/b/../../c', '/c'],
    ['/../../etc', '/etc'],
    ['/..', '/'],
    ['/a/.', '/a/'],
    ['/a/b/..', '/a/'],
    ['/a/..', '/'],
    ['/a/...', '/a/...'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a..b', '/a..b'],
    ['/a\\b', '/a/b'],
    ['/a%5Cb', '/a/b'],
    ['/a%2Fb', '/a/b'],
    ['/a%2fb', '/a/b'],
    ['/a/%2e%2e/b', '/b'],
    ['/a/%2E./b', '/b'],
    ['/a/.%2e%2fb', '/b'],
    ['/a\\..\\b', '/b'],
    ['/a%252fb', '/a%252fb'],
    ['/a%20b', '/a%20b'],
    ['/a;x=1', '/a'],
    ['/a;x=1/b', '/a/b'],
    ['/x/..;/b', '/b'],
    ['/;/b', '/b'],
    ['/%3b/b', '/b'],
    ['/a%3bx/b', '/a/b'],
    ['/b/;x', '/b/'],
    ['/caf%C3%A9/%7Eb', '/caf%C3%A9/~b'],
    ['/caf%e9/../b', '/b'],
    ['/%zz/.', '/%25zz/'],
    ['/%zz/%61dmin', '/%25zz/admin'],
    ['/a+b/%2B', '/a+b/+'],
  ])('of %s is %s', (path, normalised) => expect(normalisedPath(path)).toBe(normalised));

  const parts = fc.constantFrom(
    'a',
    'b',
    '.',
    '..',
    '...',
    '',
    '%2e',
    '%2E',
    '.%2e',
    'a%2fb',
    'a%5Cb',
    '..\\b',
    '%',
    '%2',
  );
  const path = fc.array(parts, { minLength: 1, maxLength: 6 }).map((segments) => `/${segments.join('/')}`);

  test.each([
    ['more segments than it reads', `/${'a/'.repeat(25)}`],
    ['more segments and parameters than it reads', `/a/b${';'.repeat(23)}`],
    ['a needless escape beside bytes that are not UTF-8', '/caf%e9/%61dmin'],
  ])('does not exist for %s', (_, raw) => expect(normalisedPath(raw)).toBe(''));

  test('is the same when read again', () => {
    fc.assert(
      fc.property(path, (raw) => {
        const read = normalisedPath(raw);
        expect(read === '' || normalisedPath(read) === read).toBe(true);
      }),
    );
  });

  test('is the path itself if there is only one reading', () => {
    fc.assert(fc.property(path, (raw) => /[%\\]|\/[./]/.test(raw) || normalisedPath(raw) === raw));
  });

  test('has no dot segment, empty segment or other separator', () => {
    fc.assert(
      fc.property(path, (raw) => {
        expect(normalisedPath(raw)).not.toMatch(/\/\/|\\|\/\.\.?(?:\/|$)|%2f|%5c|%2e/i);
        expect(normalisedPath(raw)).toMatch(/^(?:\/|$)/);
      }),
    );
  });

  test('resolves dot segments like a URL parser', () => {
    const segments = fc.array(fc.constantFrom('a', 'b', '.', '..', '...'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(segments, (each) => {
        const raw = `/${each.join('/')}`;
        expect(normalisedPath(raw)).toBe(new URL(`https://example.com${raw}`).pathname);
      }),
    );
  });
});

describe('an escape in a path', () => {
  /** Unreserved, sub-delims, `:` and `@` (RFC 3986 §3.3). */
  const PLAIN = /[A-Za-z0-9\-._~!$&'()*+,=:@]/;
  const SEPARATES: Readonly<Record<string, string>> = {
    '/': '/a/b',
    '\\': '/a/b',
    ';': '/a',
    '#': '/a#b',
    '?': '/a?b',
  };

  test('is decoded in either case if its character needs no escape, and kept otherwise', () => {
    for (let code = 0; code < 256; code++) {
      const plain = String.fromCharCode(code);
      for (const hex of [code.toString(16), code.toString(16).toUpperCase()]) {
        const digits = hex.padStart(2, '0');
        const kept = `/a%${code < 128 ? digits.toUpperCase() : digits}b`;
        const expected = SEPARATES[plain] ?? (PLAIN.test(plain) ? `/a${plain}b` : kept);
        expect(normalisedPath(`/a%${digits}b`), `%${digits}`).toBe(expected);
      }
    }
  });
});

test('a valid path of a tag reads as itself', () => {
  const text = fc.string({ unit: fc.constantFrom(...'/ab.%25C3A9;+,#[]~'), maxLength: 12 });
  fc.assert(
    fc.property(text, (rest) => {
      const path = parsePath(`/${rest}`);
      fc.pre(path !== undefined);
      expect(normalisedPath(path)).toBe(path);
    }),
    { examples: [['a%5Cb'], ['%5C']] },
  );
});

test('a path with an escaped backslash is refused, because lenient readers treat it as a slash', () => {
  expect(parsePath('/a%5Cb')).toBeUndefined();
});
