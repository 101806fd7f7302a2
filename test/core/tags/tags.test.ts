import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTags, type RouteSpec } from '../../../core/routes/route-spec.ts';
import {
  type Attribute,
  findFallback,
  isAttribute,
  isLater,
  TAGS,
  type TagDefinition,
} from '../../../core/tags/tags.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import { idOf, instance, SETTINGS } from '../../support/values/instances.ts';

/** Other tags that this one requires. */
const COMPANIONS: Partial<Record<Attribute, Record<string, string>>> = {
  port: { 'proxy:scheme': 'http' },
  scheme: { 'proxy:cert-name': 'origin.example.com' },
  'cert-name': { 'proxy:scheme': 'https' },
};

const parse = (attribute: string, value: string) =>
  parseTags(
    instance({
      id: 1,
      tags: { 'proxy:host': 'shop', ...COMPANIONS[attribute as Attribute], [`proxy:${attribute}`]: value },
    }),
    attribute === 'access' ? SIGN_IN : SETTINGS,
  );

/** A deployment with sign-in, which takes every value of `proxy:access`. */
const SIGN_IN = {
  ...SETTINGS,
  signIn: { groups: ['devs', 'ops'] },
  claims: [{ names: ['shop'], access: 'public' as const }],
};

/** Launch time of instance 1. */
const { launchedAt: LAUNCHED } = instance({ id: 1, tags: {} });

describe.each<[Attribute, [value: string, meaning: Partial<RouteSpec>][]]>([
  [
    'port',
    [
      ['80', { port: 80 }],
      ['443', { port: 443 }],
      ['1024', { port: 1024 }],
      [' 3000 ', { port: 3000 }],
      ['65535', { port: 65_535 }],
    ],
  ],
  ['scheme', [['https', { port: 443, certName: 'origin.example.com' }]]],
  [
    'cert-name',
    [
      ['Origin.Example.com', { certName: 'origin.example.com' }],
      ['a-b.example', { certName: 'a-b.example' }],
    ],
  ],
  [
    'path',
    [
      ['/', { path: '/' }],
      ['/api', { path: '/api' }],
      ['/api/', { path: '/api' }],
      ['=/api/', { path: '=/api/' }],
      ['=/', { path: '=/' }],
      ['/.well-known/acme', { path: '/.well-known/acme' }],
      ['/a%20b', { path: '/a%20b' }],
      ['/caf%C3%A9', { path: '/caf%C3%A9' }],
      ['/a%5Bb%25', { path: '/a%5Bb%25' }],
      ["/v1.0/~me/(a)!$&'+,=:@", { path: "/v1.0/~me/(a)!$&'+,=:@" }],
    ],
  ],
  [
    'strip-path',
    [
      ['on', { strip: true }],
      ['off', { strip: false }],
      ['ON', { strip: true }],
      ['True', { strip: true }],
      ['yes', { strip: true }],
      ['FALSE', { strip: false }],
      ['no', { strip: false }],
    ],
  ],
  [
    'match',
    [
      ['method=GET', { conditions: [{ on: 'method', value: 'GET' }] }],
      ['header:X-Env=canary', { conditions: [{ on: 'header', name: 'x-env', value: 'canary' }] }],
      ['query:v=a%20b=c', { conditions: [{ on: 'query', name: 'v', value: 'a b=c' }] }],
    ],
  ],
  [
    'group',
    [
      ['shop-web', { group: 'shop-web' }],
      ['A.b_c-9', { group: 'A.b_c-9' }],
    ],
  ],
  [
    'weight',
    [
      ['0', { weight: 0 }],
      ['7', { weight: 7 }],
      ['1000', { weight: 1000 }],
    ],
  ],
  [
    'sticky',
    [
      ['cookie:session', { sticky: 'session' }],
      ['cookie:__Host-id', { sticky: '__Host-id' }],
    ],
  ],
  [
    'timeout',
    [
      ['1', { timeout: 1 }],
      ['120', { timeout: 120 }],
      ['90s', { timeout: 90 }],
    ],
  ],
  [
    'maintenance',
    [
      ['on', { maintenance: true }],
      ['off', { maintenance: false }],
      ['true', { maintenance: true }],
      ['Yes', { maintenance: true }],
      ['false', { maintenance: false }],
      ['NO', { maintenance: false }],
    ],
  ],
  [
    'ttl',
    [
      ['90m', { expiresAt: LAUNCHED + 5400 }],
      ['4h', { expiresAt: LAUNCHED + 14_400 }],
      ['2d', { expiresAt: LAUNCHED + 172_800 }],
    ],
  ],
  [
    'access',
    [
      ['deployment', { access: { since: 0 } }],
      ['signed-in', { access: { since: 0 } }],
      ['public', { access: 'open' }],
      ['group:ops  group:devs', { access: { since: 0, rule: 'group:devs,group:ops' } }],
      ['Alice@example.com *@example.com', { access: { since: 0, rule: '*@example.com,alice@example.com' } }],
    ],
  ],
])('proxy:%s', (attribute, good) => {
  test.each(good)(`may be "%s"`, (value, meaning) => {
    const { specs, problems } = parse(attribute, value);
    expect(problems).toEqual([]);
    expect(specs).toMatchObject([{ hostname: 'shop.dev.example.com', ...meaning }]);
  });
});

describe.each<[Attribute, string[]]>([
  [
    'port',
    [
      '',
      '0',
      '22',
      '81',
      '1023',
      '65536',
      '80a',
      '-80',
      '80.5',
      '1e3',
      '0x50',
      '３０００',
      '80 443',
      '999999',
    ],
  ],
  ['scheme', ['', 'HTTPS', 'ftp', 'https://']],
  [
    'cert-name',
    [
      '',
      'origin',
      '203.0.113.7',
      '*.example.com',
      'a_b.example',
      '-a.example',
      `${'a'.repeat(60)}.example`,
      '\u212a.example',
    ],
  ],
  [
    'path',
    [
      '',
      'api',
      '=api',
      '=',
      '//',
      '/a//b',
      '/a/../b',
      '/a/..',
      '/.',
      '/a?b',
      '/a#b',
      '/%',
      '/%zz',
      '/a%2fb',
      '/a;b',
      '/caf%c3%a9',
      '/caf%E9',
      '/a%23b',
      '/%2E',
      '/a\\b',
      '/ü',
      `/${'a'.repeat(200)}`,
    ],
  ],
  ['strip-path', ['', 'oof', 'ture', 'enabled', '1', 'on off']],
  [
    'match',
    [
      '',
      'GET',
      'method=',
      'method=get',
      'method=GET POST',
      'header:=x',
      'header:x',
      'header:x=',
      'header:a b=c',
      'header:a(=c',
      'method=GET method=POST',
      'header:x=1 header:X=1',
      'query:a=1 query:a=1',
      'cookie:a=b',
      'query:a=%zz',
      Array.from({ length: 9 }, (_, at) => `query:q${at}=1`).join(' '),
    ],
  ],
  ['group', ['', 'a b', 'a/b', 'ü', 'a'.repeat(65)]],
  ['weight', ['', '-1', '1001', '1.5', 'ten']],
  [
    'sticky',
    [
      '',
      'session',
      'cookie:',
      'cookie:a b',
      'cookie:a;b',
      'header:x',
      'cookie:__proto__',
      'cookie:constructor',
    ],
  ],
  ['timeout', ['', '0', '121', '-1', '1.5', '2m', '60 s', 's']],
  ['maintenance', ['', 'onn', 'y', '0', 'constructor']],
  ['ttl', ['', '4', 'h', '0h', '-4h', '4 h', '4w', '1.5h', '100000d']],
  ['access', ['', 'everyone', 'team', 'DEPLOYMENT', 'Public', 'group:', '*', 'alice']],
])('proxy:%s', (attribute, bad) => {
  test.each(bad)(
    `makes no route as "%s", and a problem names the value, the reason and the remedy`,
    (value) => {
      const { specs, problems } = parse(attribute, value);
      expect(specs).toEqual([]);
      const shown = value.length > 80 ? `${value.slice(0, 79)}…` : value;
      expect(problems).toEqual([
        {
          ...{ code: 'bad-value', found: value, remedy: 'fix the tag and the next event picks it up' },
          instance: idOf(1),
          tag: `proxy:${attribute}`,
          hostnames: ['shop.dev.example.com'],
          message: `${idOf(1)}: \`proxy:${attribute}\` is ${JSON.stringify(shown)}, expected ${TAGS[attribute].value}; fix the tag and the next event picks it up`,
        },
      ]);
    },
  );
});

test('proxy:timeout = 60 is the same as no timeout', () => {
  expect(parse('timeout', '60').specs[0]).not.toHaveProperty('timeout');
});

describe('a tag that this version does not implement', () => {
  test.each(Object.keys(TAGS).filter((each) => isAttribute(each) && isLater(each)))(
    'proxy:%s makes no route',
    (attribute) => {
      const { specs, problems } = parse(attribute, '/x');
      expect(specs).toEqual([]);
      expect(problems).toMatchObject([{ tag: `proxy:${attribute}` }]);
      expect(problems[0]?.message).toContain(
        'which this version does not support yet, so the route is not made',
      );
    },
  );
});

describe('the table of tags', () => {
  test.each(Object.entries(TAGS))(
    'has an example for %s that works, or is refused because it is not implemented yet',
    (attribute, definition) => {
      const { specs, problems } = parse(attribute, definition.example);
      const later = 'later' in definition;
      expect(problems).toHaveLength(later ? 1 : 0);
      expect(specs).toHaveLength(later ? 0 : 1);
    },
  );

  test.each(Object.entries<TagDefinition>(TAGS))(
    'gives %s an example and a fallback that its own parser accepts',
    (_, definition) => {
      expect(definition.parse(definition.example)).toBeDefined();
      for (const isHttps of [false, true]) {
        const fallback = findFallback(definition, isHttps);
        if (fallback !== undefined) expect(definition.parse(fallback)).toBeDefined();
      }
    },
  );

  test('has no attribute with the name of a property of every object', () => {
    for (const name of ['constructor', '__proto__', 'toString', '']) expect(isAttribute(name)).toBe(false);
  });
});

describe('any value of any tag', () => {
  test('makes routes without a problem, or a problem and no route', () => {
    const attribute = fc.constantFrom(...Object.keys(TAGS)).filter((each) => each !== 'host');
    fc.assert(
      fc.property(attribute, fc.oneof(hostileText, fc.string()), (name, value) => {
        const { specs, problems } = parse(name, value);
        const isAsked = problems.some(({ message }) => message.includes('TLS is usual'));
        expect(specs.length).toBe(problems.length === 0 || isAsked ? 1 : 0);
      }),
    );
  });
});
