import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Access,
  commonAccess,
  decodeAccess,
  encodeAccess,
  isSameAccess,
  narrowed,
  numbered,
  withoutRule,
} from '../../../core/entry/access.ts';
import { anyAccess } from '../../support/values/arbitraries.ts';

describe('an access word', () => {
  test.each<[Access, string]>([
    ['public', 'p'],
    ['open', 'o'],
    [{ since: 1_795_436_240 }, 'gtoyfgw'],
    [{ since: 0, rule: 'group:devs' }, 'g0:group:devs'],
    [{ since: 1, rule: '*@example.com,alice@example.com' }, 'g1:*@example.com,alice@example.com'],
    [{ since: 1, rule: '-' }, 'g1:-'],
  ])('of %j is %s', (access, word) => {
    expect(encodeAccess(access)).toBe(word);
    expect(decodeAccess(word)).toEqual(access);
  });

  test('is decoded as encoded', () => {
    fc.assert(
      fc.property(anyAccess, (access) => {
        expect(decodeAccess(encodeAccess(access))).toEqual(access);
      }),
    );
  });

  test.each([
    ...[
      '',
      'P',
      'pp',
      'g',
      'g-1',
      'g01',
      'gZ',
      'g1.5',
      'g9007199254740993',
      'public',
      'O',
      'oo',
      'o:group:devs',
    ],
    ...[
      'g1:',
      'g1:devs',
      'g1:group:',
      'g1:group:devs,',
      'g1:group:ops,group:devs',
      'g1:group:devs,group:devs',
    ],
    ...['g1:-,-', 'g1:Alice@example.com', 'g:group:devs', 'p:group:devs'],
  ])('is not %j', (word) => expect(decodeAccess(word)).toBeUndefined());
});

describe('two accesses', () => {
  const gate = (rule?: string): Access => ({ since: 1, ...(rule === undefined ? {} : { rule }) });

  test('are the same if they admit the same viewers, whatever their numbers', () => {
    expect(isSameAccess({ since: 1, rule: 'group:devs' }, { since: 2, rule: 'group:devs' })).toBe(true);
    expect(isSameAccess({ since: 1 }, { since: 1, rule: 'group:devs' })).toBe(false);
    expect(isSameAccess({ since: 1 }, 'open')).toBe(false);
    expect(isSameAccess('public', 'open')).toBe(false);
  });

  test.each<[Access, Access, Access]>([
    ['public', 'public', 'public'],
    ['open', 'open', 'open'],
    ['open', gate(), gate()],
    [gate('group:devs'), 'open', gate('group:devs')],
    [gate(), gate('group:devs'), gate('group:devs')],
    [gate('alice@example.com,group:devs'), gate('group:devs,group:ops'), gate('group:devs')],
    [gate('group:devs'), gate('group:ops'), gate('-')],
    [gate('-'), gate('group:ops'), gate('-')],
  ])('%j and %j have %j in common', (a, b, common) => {
    expect(commonAccess(a, b)).toEqual(common);
    expect(commonAccess(b, a)).toEqual(common);
  });

  test('have the later number in common', () => {
    expect(commonAccess({ since: 1 }, { since: 2 })).toEqual({ since: 2 });
    expect(commonAccess({ since: 3 }, { since: 2 })).toEqual({ since: 3 });
  });

  test.each<[Access, Access, Access]>([
    ['open', { since: 9 }, { since: 9 }],
    ['public', { since: 9 }, { since: 9 }],
    [gate(), 'open', gate()],
    [gate(), { since: 9 }, gate()],
    [gate(), { since: 9, rule: 'group:devs' }, { since: 9, rule: 'group:devs' }],
    [gate('group:devs'), { since: 9 }, gate('group:devs')],
    [gate('group:devs,group:ops'), { since: 9, rule: 'group:ops' }, { since: 9, rule: 'group:ops' }],
    [gate('group:devs'), { since: 9, rule: 'group:devs,group:ops' }, gate('group:devs')],
    [gate('group:devs'), { since: 9, rule: 'group:ops' }, { since: 9, rule: '-' }],
  ])('%j that becomes %j is narrowed to %j, with a new number if viewers go', (before, after, now) => {
    expect(narrowed(before, after)).toEqual(now);
  });

  test('keep their rule with another number, and lose it for a name that is gone', () => {
    expect(numbered(gate('group:devs'), 9)).toEqual({ since: 9, rule: 'group:devs' });
    expect([numbered('open', 9), numbered('public', 9)]).toEqual(['open', 'public']);
    expect(withoutRule(gate('group:devs'))).toEqual({ since: 1 });
    expect(withoutRule('open')).toBe('open');
  });
});
