import { describe, expect, test } from 'vitest';
import {
  ClaimRulesError,
  couldBePublic,
  findClaimRefusal,
  mayBePublic,
  parseClaimRules,
} from '../../../core/settings/claim-rules.ts';
import { completeSettings } from '../../../core/settings/settings.ts';
import { HOME_ACCOUNT, instance, routed } from '../../support/values/instances.ts';

const OTHER = '444455556666';
const here = instance({ id: 1, tags: { team: 'shop' } });
const there = instance({ id: 2, tags: {}, account: OTHER });

const may = (name: string, who: typeof here, rules: unknown) =>
  findClaimRefusal(name, who, parseClaimRules(JSON.stringify(rules))) === undefined;

describe('claims', () => {
  test.each<[string, object]>([
    ['accounts', { accounts: [HOME_ACCOUNT] }],
    ['regions', { regions: 'us-east-1' }],
    ['a tag', { tag: 'team' }],
    ['a tag and its value', { tag: 'team=shop' }],
    ['several at once', { accounts: [OTHER, HOME_ACCOUNT], tag: 'team=shop' }],
  ])('are open only to the named instances: %s', (_, terms) => {
    const rules = [{ names: 'shop', ...terms }];
    expect(may('shop', here, rules)).toBe(true);
    expect(may('shop', { ...there, region: 'eu-west-1' }, rules)).toBe(false);
    expect(may('cart', there, rules)).toBe(true);
  });

  test('may be limited to VPCs', () => {
    const rules = [{ names: ['shop'], vpcs: ['vpc-0a1b'] }];
    expect(may('shop', { ...here, vpc: 'vpc-0a1b' }, rules)).toBe(true);
    expect(may('shop', here, rules)).toBe(false);
  });

  test('follow the most specific pattern, and must meet one of its rules', () => {
    const rules = [
      { names: '*', accounts: [HOME_ACCOUNT] },
      { names: 'team-*', accounts: [OTHER] },
      { names: 'team-*', tag: 'team=shop' },
      { names: ['team-a'], accounts: [HOME_ACCOUNT] },
    ];
    expect(may('shop', there, rules)).toBe(false);
    expect(may('team-b', there, rules)).toBe(true);
    expect(may('team-b', here, rules)).toBe(true);
    expect(may('team-a', there, rules)).toBe(false);
  });

  test('of a wildcard must meet the rules of every name that it covers', () => {
    const rules = [{ names: 'api.shop', accounts: [HOME_ACCOUNT] }];
    expect(may('*.shop', there, rules)).toBe(false);
    expect(may('*.shop', here, rules)).toBe(true);
    expect(may('*.cart', there, rules)).toBe(true);
    expect(may('*.shop', there, [{ names: '*.shop', accounts: [OTHER] }])).toBe(true);
  });

  test('of a wildcard must meet the rules of every more specific pattern below it, in any order', () => {
    const rules = [
      { names: '*.shop', accounts: [HOME_ACCOUNT] },
      { names: 'api.shop', accounts: [OTHER] },
    ];
    for (const each of [rules, rules.toReversed()]) {
      expect(may('*.shop', here, each)).toBe(false);
      expect(may('*.shop', there, each)).toBe(false);
    }
    const both = [...rules, { names: 'api.shop', accounts: [HOME_ACCOUNT] }];
    expect(may('*.shop', here, both)).toBe(true);
  });

  test('of a wildcard must meet the rules of a more specific pattern with stars that may match a name below it', () => {
    const below = (names: string) => [
      { names: '*.shop', accounts: [HOME_ACCOUNT] },
      { names, accounts: [OTHER] },
    ];
    expect(may('*.shop', here, below('api*shop'))).toBe(false);
    expect(may('*.shop', here, below('a*p'))).toBe(true);
    expect(may('*.shop', here, below('api*cart'))).toBe(true);
    expect(may('*.shop', here, below('op'))).toBe(true);
  });

  test('of a plain name need not meet the rules of another name with the same end', () => {
    expect(may('cart', there, [{ names: 'smart', accounts: [HOME_ACCOUNT] }])).toBe(true);
    expect(may('art', there, [{ names: 'smart', accounts: [HOME_ACCOUNT] }])).toBe(true);
  });

  test('must meet the rules of all equally specific patterns', () => {
    const rules = [
      { names: 'shop-*', accounts: [HOME_ACCOUNT] },
      { names: '*-shop', accounts: [OTHER] },
    ];
    for (const each of [rules, rules.toReversed()]) {
      expect(may('shop-shop', here, each)).toBe(false);
      expect(may('shop-shop', there, each)).toBe(false);
    }
  });

  test('need a real tag, and not a property of every object', () => {
    for (const tag of ['constructor', 'toString', '__proto__'])
      expect(may('shop', here, [{ names: 'shop', tag }])).toBe(false);
    expect(may('shop', { ...here, tags: { constructor: '' } }, [{ names: 'shop', tag: 'constructor' }])).toBe(
      true,
    );
  });

  test('are checked quickly even for a pattern with seven stars and a label of 63 letters', () => {
    const rules = [{ names: `${'*a'.repeat(7)}b`, accounts: [OTHER] }];
    expect(may('a'.repeat(63), here, rules)).toBe(true);
    expect(may(`${'a'.repeat(62)}b`, here, rules)).toBe(false);
  });

  test('treat the dots of a pattern literally', () => {
    expect(may('apixshop', there, [{ names: 'api.shop', accounts: [HOME_ACCOUNT] }])).toBe(true);
  });

  test('that are refused get a problem that names the owners, and other names are not affected', () => {
    const claims = parseClaimRules(`[{"names":"shop","accounts":"${OTHER}","tag":"team=shop"}]`);
    const settings = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com', claims });
    const fleet = [instance({ id: 1, tags: { 'proxy:host': 'shop cart' } })];
    const { entries, problems } = routed(fleet, { settings });
    expect([...entries.keys()]).toEqual(['cart.dev.example.com']);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /`proxy:host` is "shop", which this deployment reserves for account 444455556666 and instances tagged team=shop \(claims: shop\); fix the tag/,
      ),
    ]);
  });
});

test('a refusal names all requirements of the rules', () => {
  const rules = [
    { names: 'shop', accounts: [OTHER, '777788889999'], regions: ['eu-west-1', 'eu-west-2'] },
    { names: 'shop', vpcs: ['vpc-0a1b', 'vpc-2c3d'], tag: 'team' },
  ];
  expect(findClaimRefusal('shop', there, parseClaimRules(JSON.stringify(rules)))).toBe(
    'which this deployment reserves for account 444455556666 or 777788889999 and region eu-west-1 or eu-west-2 or vpc-0a1b or vpc-2c3d and instances tagged team (claims: shop)',
  );
});

test('an invalid name is refused for its own reason before the rules are checked', () => {
  const claims = parseClaimRules(`[{"names":"*","accounts":"${OTHER}"}]`);
  const settings = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com', claims });
  const { problems } = routed([instance({ id: 1, tags: { 'proxy:host': 'my_app' } })], { settings });
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('is not a label')]);
});

describe('the setting', () => {
  test.each([
    ['{', /not JSON/],
    ['{}', /expected a list of rules/],
    ['[1]', /rule 1: expected an object/],
    [
      '[{"names":"shop","accounts":["1"]}]',
      /rule 1: "accounts" is \["1"\], expected account ids of 12 digits/,
    ],
    ['[{"accounts":["444455556666"]}]', /rule 1: "names" is \[\], expected names such as/],
    ['[{"names":"shop"},{"names":"a b"}]', /rule 2: "names" is "a b"/],
    [
      '[{"names":"shop","acounts":[]}]',
      /"acounts" is not a member of a rule; the members are names, accounts/,
    ],
    ['[{"names":"shop","regions":["Frankfurt"]}]', /"regions".*expected regions such as/],
    ['[{"names":"shop","regions":["eu-west-1a"]}]', /"regions" is \["eu-west-1a"\]/],
    ['[{"names":"shop","regions":["aws-eu-west-1"]}]', /"regions" is \["aws-eu-west-1"\]/],
    ['[{"names":"shop","accounts":"4444555566667"}]', /"accounts" is "4444555566667"/],
    ['[{"names":"shop","vpcs":[7]}]', /"vpcs" is \[7\]/],
    ['[{"names":"shop","vpcs":["my-vpc-0a1b"]}]', /"vpcs" is \["my-vpc-0a1b"\]/],
    ['[{"names":"shop","vpcs":["vpc-0a1b/16"]}]', /"vpcs" is \["vpc-0a1b\/16"\]/],
    ['[{"names":"shop","tag":7}]', /"tag" is 7, expected a key/],
    ['[{"names":"shop","tag":"=x"}]', /"tag" is "=x", expected a key/],
    ['[{"names":"shop","access":"open"}]', /rule 1: "access" is "open", expected "public"/],
    ['[{"names":"shop","access":true}]', /"access" is true, expected "public"/],
    ['[{"names":"shop","access":["public"]}]', /"access" is \["public"\], expected "public"/],
  ])('%s is refused with its place and the expected input', (text, message) => {
    expect(() => parseClaimRules(text)).toThrow(ClaimRulesError);
    expect(() => parseClaimRules(text)).toThrow(message);
  });
});

describe('a name may be open to viewers who are not signed in', () => {
  const OPEN = { access: 'public' };

  test.each<[string, string, object[], boolean]>([
    ['with a rule for it', 'shop', [{ names: 'shop', ...OPEN }], true],
    ['with a rule for a pattern', 'shop', [{ names: 'sh*', ...OPEN }], true],
    ['not without rules', 'shop', [], false],
    ['not with a rule for another name', 'shop', [{ names: 'docs', ...OPEN }], false],
    ['not with a rule that only reserves it', 'shop', [{ names: 'shop' }], false],
    [
      'not with a wide rule if a more specific one reserves it',
      'shop',
      [{ names: '*', ...OPEN }, { names: 'shop' }],
      false,
    ],
    [
      'with a specific rule although a wide one reserves it',
      'shop',
      [{ names: '*' }, { names: 'shop', ...OPEN }],
      true,
    ],
    ['with conditions that the instance meets', 'shop', [{ names: 'shop', tag: 'team=shop', ...OPEN }], true],
    [
      'not with conditions that it does not meet',
      'shop',
      [{ names: 'shop', tag: 'team=docs', ...OPEN }],
      false,
    ],
    [
      'not if it only meets another rule',
      'shop',
      [{ names: 'shop' }, { names: 'shop', tag: 'team=docs', ...OPEN }],
      false,
    ],
    ['as a wildcard', '*.shop', [{ names: '*.shop', ...OPEN }], true],
    [
      'not as a wildcard above a reserved name',
      '*.shop',
      [{ names: '*.shop', ...OPEN }, { names: 'a.shop' }],
      false,
    ],
    [
      'not as a wildcard with a rule for a name below it alone',
      '*.shop',
      [{ names: 'a.shop', ...OPEN }],
      false,
    ],
  ])('%s', (_, name, rules, may) => {
    const parsed = parseClaimRules(JSON.stringify(rules));
    expect(mayBePublic(name, here, parsed)).toBe(may);
    if (may) expect(couldBePublic(name, parsed)).toBe(true);
  });

  test.each<[string, unknown, boolean]>([
    ['another instance may open it', [{ names: 'shop', accounts: OTHER, access: 'public' }], true],
    ['one of several alternatives opens it', [{ names: 'shop' }, { names: 'shop', access: 'public' }], true],
    ['a more specific rule does not', [{ names: '*', access: 'public' }, { names: 'shop' }], false],
    ['no rule is about it', [{ names: 'cart', access: 'public' }], false],
  ])('could be public for an instance that is not known: %s', (_, rules, could) => {
    expect(couldBePublic('shop', parseClaimRules(JSON.stringify(rules)))).toBe(could);
  });
});
