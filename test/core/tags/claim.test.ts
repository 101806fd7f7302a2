import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeSettings } from '../../../core/settings/settings.ts';
import { parseClaim } from '../../../core/tags/claim.ts';
import { makeLabel } from '../../../core/tags/label.ts';
import { hostnameOf } from '../../../core/wire/hostname.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import { BARE, SETTINGS } from '../../support/values/instances.ts';

const DEEP = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com', depth: 4 });
const LABEL = 'in which "%s" is not a label of 1–63 letters, digits and inner hyphens';
const NOT_BARE = 'which is not a bare hostname; leave out scheme, port and path';
const OUTSIDE = 'which is outside dev.example.com; use one label such as "shop"';
const NOT_ASCII = 'which is not printable ASCII; write an international name in its xn-- form';

describe('a claim', () => {
  test.each([
    ['a bare label', 'shop', 'shop.dev.example.com'],
    ['capitals', 'Shop', 'shop.dev.example.com'],
    ['the whole name', 'shop.dev.example.com', 'shop.dev.example.com'],
    ['the whole name in capitals', 'SHOP.Dev.Example.COM', 'shop.dev.example.com'],
    ['the dot of the root', 'shop.dev.example.com.', 'shop.dev.example.com'],
    ['a dot behind a label', 'shop.', 'shop.dev.example.com'],
    ['digits alone', '42', '42.dev.example.com'],
    ['one letter', 'a', 'a.dev.example.com'],
    ['63 letters', 'a'.repeat(63), `${'a'.repeat(63)}.dev.example.com`],
    ['two hyphens, as in app--user', 'shop--me', 'shop--me.dev.example.com'],
    ['an international name in punycode', 'xn--bcher-kva', 'xn--bcher-kva.dev.example.com'],
    ['a wildcard below a label', '*.shop', '*.shop.dev.example.com'],
    ['a wildcard by its whole name', '*.shop.dev.example.com', '*.shop.dev.example.com'],
    ['a label that begins like a reserved one', 'portal-2', 'portal-2.dev.example.com'],
  ])('may be %s', (_what, word, hostname) => expect(parseClaim(word, SETTINGS)).toEqual({ hostname }));

  test.each([
    ['every name', '*', 'which would claim every name; claim one label such as "shop"'],
    ['every name with a dot', '*.', 'which would claim every name; claim one label such as "shop"'],
    [
      'every name below the base domain',
      '*.dev.example.com',
      'which would claim every name; claim one label such as "shop"',
    ],
    ['the base domain', 'dev.example.com', 'which is the base domain itself; claim a label below it'],
    ['another domain', 'shop.example.org', OUTSIDE],
    ['a domain above', 'shop.example.com', OUTSIDE],
    ['a domain with the same end', 'shop.evildev.example.com', OUTSIDE],
    ['two labels without the base domain', 'api.shop', OUTSIDE],
    ['an address', '203.0.113.7', OUTSIDE],
    [
      'two labels',
      'api.shop.dev.example.com',
      'which is 2 labels below dev.example.com; this deployment allows 1',
    ],
    ['a reserved label', 'portal', 'which is reserved; choose another label'],
    ['a reserved label in capitals', 'WWW', 'which is reserved; choose another label'],
    ['a wildcard below a reserved label', '*.login', 'which is reserved; choose another label'],
    ['an underscore', 'my_app', `${LABEL.replace('%s', 'my_app')}; write "my-app"`],
    [
      'an underscore before the base domain',
      'My_App.dev.example.com',
      `${LABEL.replace('%s', 'my_app')}; write "my-app.dev.example.com"`,
    ],
    ['a branch', 'feature/login', `${LABEL.replace('%s', 'feature/login')}; write "feature-login"`],
    ['a branch of a release', 'release/1.2', `${LABEL.replace('%s', 'release/1')}; write "release-1-2"`],
    ['a hyphen in front', '-shop', `${LABEL.replace('%s', '-shop')}; write "shop"`],
    ['a hyphen at the end', 'shop-', `${LABEL.replace('%s', 'shop-')}; write "shop"`],
    [
      '64 letters',
      'a'.repeat(64),
      `${LABEL.replace('%s', 'a'.repeat(64))}; write "${makeLabel('a'.repeat(64))}"`,
    ],
    ['an empty label', 'api..shop', `${LABEL.replace('%s', '')}; write "api-shop"`],
    ['two dots at the end', 'shop..', `${LABEL.replace('%s', '')}; write "shop"`],
    ['no letter at all', '_', LABEL.replace('%s', '_')],
    ['a wildcard in the middle', 'api.*.shop', LABEL.replace('%s', '*')],
    ['a wildcard in a label', 'shop*', LABEL.replace('%s', 'shop*')],
    ['two wildcards', '*.*.shop', LABEL.replace('%s', '*')],
    ['a comma', 'shop,cart', 'but names are separated by spaces; write "shop cart"'],
    ['a comma at the end', 'shop,', 'but names are separated by spaces; write "shop"'],
    ['a semicolon', 'shop;cart', 'but names are separated by spaces; write "shop cart"'],
    ['a comma after a URL', 'https://shop/x,', 'but names are separated by spaces; write "shop"'],
    ['a list with other faults', 'a_b,*,api.shop', 'but names are separated by spaces; write "a-b api.shop"'],
    ['a comma alone', ',', 'but names are separated by spaces'],
    ['quotes', '"shop"', `${LABEL.replace('%s', '"shop"')}; write "shop"`],
    ['a scheme', 'https://shop', `${NOT_BARE}; write "shop"`],
    ['a port', 'shop:3000', `${NOT_BARE}; write "shop"`],
    ['a path', 'shop.dev.example.com/cart', `${NOT_BARE}; write "shop.dev.example.com"`],
    ['a URL of another domain', 'https://shop.example.org/', NOT_BARE],
    ['a query', 'shop?x=1', `${NOT_BARE}; write "shop"`],
    ['a user', 'me@shop', `${NOT_BARE}; write "shop"`],
    ['an international name', 'bücher', NOT_ASCII],
    ['a letter that looks like a Latin one', 'ѕhop', NOT_ASCII],
    ['the Kelvin sign, whose lower case is a Latin k', '\u212aart', NOT_ASCII],
    ['wide letters', 'ＳＨＯＰ', NOT_ASCII],
  ])('of %s is refused', (_what, word, refused) => expect(parseClaim(word, SETTINGS)).toEqual({ refused }));

  test('with an invalid label proposes a valid one', () => {
    const branch = fc
      .array(fc.constantFrom('feature', '/', '_', '.', '#', '-', 'Ab1', '@', ',', 'dev.example.com'), {
        maxLength: 9,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(branch, hostileText, fc.webUrl()),
        fc.constantFrom(SETTINGS, BARE),
        (text, settings) => {
          const claim = parseClaim(text, settings);
          const [, proposed] = 'refused' in claim ? (/hyphens; write "(.*)"$/.exec(claim.refused) ?? []) : [];
          if (proposed === undefined || settings.reserved.includes(proposed.split('.')[0] ?? '')) return;
          expect(parseClaim(proposed, settings)).toHaveProperty('hostname');
        },
      ),
    );
  });

  test('of any text is refused, or is a key that the router can ask for', () => {
    const word = fc.oneof(
      hostileText,
      fc.domain(),
      fc.string(),
      fc.domain().map((name) => `${name}.dev.example.com`),
    );
    fc.assert(
      fc.property(word, fc.constantFrom(SETTINGS, DEEP, BARE), (text, settings) => {
        const claim = parseClaim(text, settings);
        if ('refused' in claim) return;
        const name = claim.hostname.replace(/^\*\./, '');
        expect(hostnameOf(name)).toBe(name);
        expect(name).not.toBe(settings.baseDomain);
        expect(name.endsWith(settings.baseDomain)).toBe(true);
        expect(parseClaim(claim.hostname, settings)).toEqual(claim);
      }),
    );
  });
});

describe('a deployment', () => {
  test('may allow deeper names', () => {
    expect(parseClaim('api.shop.dev.example.com', DEEP)).toEqual({ hostname: 'api.shop.dev.example.com' });
    expect(parseClaim('*.api.shop.dev.example.com', DEEP)).toEqual({
      hostname: '*.api.shop.dev.example.com',
    });
    expect(parseClaim('a.b.c.d.e.dev.example.com', DEEP)).toHaveProperty('refused');
  });

  test('refuses a name that is too long with the base domain', () => {
    const four = (last: number) => [63, 63, 63, last].map((length) => 'a'.repeat(length)).join('.');
    const longest = LIMITS.hostname - '.dev.example.com'.length - 3 * 64;
    expect(parseClaim(`${four(longest)}.dev.example.com`, DEEP)).toHaveProperty('hostname');
    const refused = 'which is longer than 253 characters';
    expect(parseClaim(`${four(longest + 1)}.dev.example.com`, DEEP)).toEqual({ refused });
    const long = completeSettings({
      deployment: 'main',
      baseDomain: `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}`,
    });
    expect(parseClaim('a'.repeat(62), long)).toEqual({ refused });
  });

  test('refuses names that its certificate does not cover', () => {
    const certificateNames = ['*.dev.example.com', 'api.shop.dev.example.com', '*.docs.dev.example.com'];
    const claim = (word: string) => parseClaim(word, { ...DEEP, certificateNames });
    const refused = 'which the certificate does not cover; browsers would refuse it';
    expect(claim('shop')).toHaveProperty('hostname');
    expect(claim('api.shop.dev.example.com')).toHaveProperty('hostname');
    expect(claim('*.docs')).toHaveProperty('hostname');
    expect(claim('cart.shop.dev.example.com')).toEqual({ refused });
    expect(claim('*.shop')).toEqual({ refused });
  });

  test('with a base domain of one label keeps that label for itself', () => {
    const local = completeSettings({ deployment: 'main', baseDomain: 'localhost' });
    expect(parseClaim('shop', local)).toEqual({ hostname: 'shop.localhost' });
    expect(parseClaim('shop.localhost', local)).toEqual({ hostname: 'shop.localhost' });
    expect(parseClaim('localhost', local)).toEqual({
      refused: 'which is the base domain itself; claim a label below it',
    });
  });
});

describe('without a base domain', () => {
  test.each([
    ['shop', 'shop'],
    ['Shop.', 'shop'],
  ])('the name %s is the plain label %s', (word, hostname) =>
    expect(parseClaim(word, BARE)).toEqual({ hostname }),
  );

  test.each(['shop.dev', '*.shop', '203.0.113.7'])('%s is refused', (word) => {
    expect(parseClaim(word, BARE)).toEqual({
      refused: 'but without a base domain a name is one plain label',
    });
  });

  test('our own names are reserved', () => expect(parseClaim('portal', BARE)).toHaveProperty('refused'));
});
