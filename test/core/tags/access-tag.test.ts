import { describe, expect, test } from 'vitest';
import { parseTags } from '../../../core/routes/route-spec.ts';
import type { Settings } from '../../../core/settings/settings.ts';
import { idOf, instance, SETTINGS } from '../../support/values/instances.ts';

const SIGN_IN: Settings = { ...SETTINGS, signIn: { groups: ['devs', 'ops'] } };

const parse = (settings: Settings, tags: Record<string, string>) =>
  parseTags(instance({ id: 1, tags: { 'proxy:host': 'shop', ...tags } }), settings);

const accessIn = (settings: Settings, tags: Record<string, string>) =>
  parse(settings, tags).specs.map(({ hostname, access }) => [hostname.split('.')[0], access]);

/** A value as every signed-in person may read it. */
const shown = (value: string) => JSON.stringify(value.replaceAll(/alice|bob/g, '…'));

const messageOf = (value: string, reason: string) =>
  `${idOf(1)}: \`proxy:access\` is ${shown(value)}, ${reason}; fix the tag and the next event picks it up`;

describe('a deployment without sign-in', () => {
  test('lets every viewer in', () => {
    expect(accessIn(SETTINGS, {})).toEqual([['shop', 'public']]);
    expect(accessIn(SETTINGS, { 'proxy:access': 'deployment' })).toEqual([['shop', 'public']]);
  });

  test.each([
    'public',
    'signed-in',
    'group:devs',
    'alice@example.com',
    '*@example.com',
    'everyone',
    '',
    'a,b',
  ])('refuses proxy:access = "%s", although a claim rule allows public names', (value) => {
    const claims = [{ names: ['*'], access: 'public' as const }];
    const { specs, problems, faulty } = parse({ ...SETTINGS, claims }, { 'proxy:access': value });
    expect(specs).toEqual([]);
    expect(faulty).toHaveLength(1);
    const reason = 'expected `deployment`, because this deployment has no sign-in';
    expect(problems).toMatchObject([{ code: 'bad-value', message: messageOf(value, reason) }]);
  });
});

describe('a deployment with sign-in', () => {
  test('lets only signed-in people in, unless a tag says otherwise', () => {
    expect(accessIn(SIGN_IN, {})).toEqual([['shop', { since: 0 }]]);
  });

  test('takes the access of a named route from its own tag, else from the tag of the instance', () => {
    const tags = {
      'proxy:access': 'group:devs',
      'proxy:admin:host': 'admin',
      'proxy:admin:access': 'group:ops',
      'proxy:docs:host': 'docs',
    };
    expect(accessIn(SIGN_IN, tags)).toEqual([
      ['shop', { since: 0, rule: 'group:devs' }],
      ['admin', { since: 0, rule: 'group:ops' }],
      ['docs', { since: 0, rule: 'group:devs' }],
    ]);
  });

  test.each([
    ['group:sales', 'but this deployment has no group "sales": its groups are devs, ops'],
    ['group:devs group:sales', 'but this deployment has no group "sales": its groups are devs, ops'],
  ])('makes no route for "%s", whose group it does not have', (value, reason) => {
    const { specs, problems } = parse(SIGN_IN, { 'proxy:access': value });
    expect(specs).toEqual([]);
    expect(problems).toMatchObject([{ code: 'unknown-group', message: messageOf(value, reason) }]);
  });

  test('says that it has no groups', () => {
    const { problems } = parse({ ...SETTINGS, signIn: { groups: [] } }, { 'proxy:access': 'group:devs' });
    expect(problems[0]?.message).toContain('but this deployment has no group "devs": it has no groups');
  });

  test.each([
    ['alice@example.com, bob@example.com', 'but terms are separated by spaces'],
    ['alice@example.com;bob@example.com', 'but terms are separated by spaces'],
    ['public group:devs', 'but `deployment`, `signed-in` and `public` stand alone'],
    ['group:devs signed-in', 'but `deployment`, `signed-in` and `public` stand alone'],
    ['deployment deployment', 'but `deployment`, `signed-in` and `public` stand alone'],
  ])('says how to write "%s"', (value, reason) => {
    const { specs, problems } = parse(SIGN_IN, { 'proxy:access': value });
    expect(specs).toEqual([]);
    expect(problems).toMatchObject([{ code: 'bad-value', message: messageOf(value, reason) }]);
  });
});

describe('a name that is open to viewers who are not signed in', () => {
  const withClaims = (...claims: NonNullable<Settings['claims']>) => ({ ...SIGN_IN, claims });

  test.each<[string, Settings]>([
    ['no claim rules', SIGN_IN],
    ['a claim rule without access', withClaims({ names: ['shop'] })],
    ['a claim rule for another name', withClaims({ names: ['docs'], access: 'public' })],
    [
      'a claim rule for other accounts',
      withClaims({ names: ['shop'] }, { names: ['shop'], accounts: ['999999999999'], access: 'public' }),
    ],
    [
      'a more specific claim rule without access',
      withClaims({ names: ['*'], access: 'public' }, { names: ['sh*'] }),
    ],
  ])('needs a claim rule of the operator: not with %s', (_, settings) => {
    const { specs, problems, faulty } = parse(settings, { 'proxy:access': 'public' });
    expect(specs).toEqual([]);
    expect(faulty).toMatchObject([{ hostname: 'shop.dev.example.com' }]);
    expect(problems).toMatchObject([
      {
        ...{ code: 'access-not-allowed', tag: 'proxy:access', hostnames: ['shop.dev.example.com'] },
        message: messageOf(
          'public',
          'which no claim rule with "access": "public" allows for shop.dev.example.com',
        ),
      },
    ]);
  });

  test('is allowed by a claim rule that the instance meets', () => {
    const tags = { 'proxy:access': 'public', team: 'web' };
    expect(accessIn(withClaims({ names: ['sh*'], tag: 'team=web', access: 'public' }), tags)).toEqual([
      ['shop', 'open'],
    ]);
  });

  test('does not affect the other names of its tag', () => {
    const tags = { 'proxy:host': 'shop status', 'proxy:access': 'public' };
    const settings = withClaims({ names: ['status'], access: 'public' });
    expect(accessIn(settings, tags)).toEqual([['status', 'open']]);
    expect(parse(settings, tags).problems).toMatchObject([{ hostnames: ['shop.dev.example.com'] }]);
  });

  test('is a wildcard only if every rule below it allows that', () => {
    const tags = { 'proxy:host': '*.shop', 'proxy:access': 'public' };
    const open = { names: ['*.shop'], access: 'public' } as const;
    expect(accessIn(withClaims(open), tags)).toEqual([['*', 'open']]);
    expect(accessIn(withClaims(open, { names: ['admin.shop'] }), tags)).toEqual([]);
  });
});

test.each([
  ['proxy:access', 'group:devs,alice@example.com, *@example.com', 'group:devs,…@example.com, *@example.com'],
  ['proxy:access', 'Alice.B+c@dev.example.com group:nobody', '…@dev.example.com group:nobody'],
  ['proxy:acess', 'alice@example.com', '…@example.com'],
])(
  'a problem with %s = "%s" names no person, because every signed-in person may read it',
  (key, value, found) => {
    const { problems } = parse(SIGN_IN, { [key]: value });
    expect(problems).toMatchObject([{ tag: key, found, message: expect.stringContaining(`"${found}"`) }]);
    expect(JSON.stringify(problems)).not.toMatch(/alice(?!@example\.com`)/i);
  },
);
