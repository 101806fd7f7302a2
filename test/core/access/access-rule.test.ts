import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  commonRule,
  describeAdmitted,
  groupsIn,
  isAccessRule,
  isAdmitted,
  makeAccessRule,
  NO_PERSON,
} from '../../../core/access/access-rule.ts';
import { hostileText } from '../../support/values/arbitraries.ts';

const ALICE = { user: 'alice@example.com', isDomainVouched: true, groups: ['devs'] };

describe('an access rule', () => {
  test.each([
    [['group:devs'], 'group:devs'],
    [['alice@example.com', '*@example.com', 'group:devs'], '*@example.com,alice@example.com,group:devs'],
    [['Alice@Example.com', 'alice@example.com'], 'alice@example.com'],
    [['GROUP:devs'], 'group:devs'],
    [['a.b+c@x-y.example.com'], 'a.b+c@x-y.example.com'],
  ])('of %j is %s', (terms, rule) => {
    expect(makeAccessRule(terms)).toBe(rule);
    expect(isAccessRule(rule)).toBe(true);
  });

  test.each([
    ...[
      [],
      [''],
      ['-'],
      ['everyone'],
      ['alice'],
      ['@example.com'],
      ['alice@'],
      ['alice@localhost'],
      ['*'],
      ['*@'],
    ],
    ...[
      ['*@*'],
      ['a*@example.com'],
      ['**@example.com'],
      ['*@exa*mple.com'],
      ['*@example'],
      ['*@.com'],
      ['*@a..b'],
    ],
    ...[['group:'], ['group:a_b'], ['group:-a'], [`group:${'x'.repeat(33)}`], ['group:devs@example.com']],
    ...[
      ['alice@example.com,bob@example.com'],
      ['alice@exam ple.com'],
      ['a;b@example.com'],
      ['pass:ci@example.com'],
    ],
    ...[['alice@exámple.com'], ['\u212aelvin@example.com'], ['group:devs', 'x'], ['public'], ['signed-in']],
  ])('is not made of %j', (...terms) => {
    expect(makeAccessRule(terms)).toBeUndefined();
  });

  test('that was made is a rule, and a hostile text is no error', () => {
    fc.assert(
      fc.property(fc.array(hostileText), (terms) => {
        const rule = makeAccessRule(terms);
        if (rule !== undefined) expect(isAccessRule(rule)).toBe(true);
      }),
    );
  });

  test('names its groups', () => {
    expect(groupsIn('*@example.com,group:devs,group:ops')).toEqual(['devs', 'ops']);
  });

  test('in common with another one admits only people whom both admit', () => {
    const term = fc.constantFrom(
      'group:devs',
      'group:ops',
      'alice@example.com',
      '*@example.com',
      '*@other.example',
    );
    const rule = fc.option(
      fc.array(term, { minLength: 1 }).map((terms) => makeAccessRule(terms)),
      { nil: undefined },
    );
    const person = fc.record({
      user: fc.constantFrom('alice@example.com', 'bob@example.com', 'eve@other.example'),
      isDomainVouched: fc.boolean(),
      groups: fc.subarray(['devs', 'ops']),
    });
    fc.assert(
      fc.property(rule, rule, person, (a, b, each) => {
        const common = commonRule(a, b);
        if (isAdmitted(common, each))
          expect([isAdmitted(a, each), isAdmitted(b, each)]).toEqual([true, true]);
        expect(common).toBe(commonRule(b, a));
        if (common !== undefined) expect(isAccessRule(common)).toBe(true);
      }),
    );
  });
});

describe('a signed-in person', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    [NO_PERSON, false],
    ['group:devs', true],
    ['group:dev', false],
    ['group:ops', false],
    ['alice@example.com', true],
    ['bob@example.com', false],
    ['*@example.com', true],
    ['*@ample.com', false],
    ['*@com.example', false],
    ['group:ops,alice@example.com', true],
  ])('alice of devs is admitted by the rule %s: %s', (rule, is) => {
    expect(isAdmitted(rule, ALICE)).toBe(is);
  });

  test.each(['-', 'group:devs', '*@example.com', 'group:devs,x'])(
    'with the name %s is not admitted by a rule that reads the same',
    (user) => {
      const odd = { user, isDomainVouched: false, groups: [] };
      for (const rule of [NO_PERSON, 'group:devs', '*@example.com'])
        expect(isAdmitted(rule, odd)).toBe(false);
    },
  );

  test.each([
    [undefined, 'is for signed-in people'],
    ['group:devs', 'is for the group devs'],
    ['group:devs,group:ops', 'is for the groups devs, ops'],
    ['*@example.com', 'is for people of example.com'],
    ['alice@example.com,bob@example.com', 'is for people whom its tag names'],
    [
      '*@a.example,alice@b.example,group:devs',
      'is for the group devs and for people of a.example and for people whom its tag names',
    ],
    [NO_PERSON, 'is closed, because the tags of its instances have no person in common'],
  ])('%s, in words, names no other person', (rule, words) => {
    expect(describeAdmitted(rule)).toBe(words);
  });

  test('of a domain that the provider does not vouch for is admitted by name only', () => {
    const guest = { ...ALICE, isDomainVouched: false };
    expect(isAdmitted('*@example.com', guest)).toBe(false);
    expect(isAdmitted('alice@example.com', guest)).toBe(true);
  });

  test('has the domain after the last @ of the name', () => {
    const odd = { ...ALICE, user: 'eve@example.com@other.example' };
    expect(isAdmitted('*@example.com', odd)).toBe(false);
    expect(isAdmitted('*@other.example', odd)).toBe(true);
  });
});
