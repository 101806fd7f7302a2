import { describe, expect, test } from 'vitest';
import { decisionOf, type PolicyStatement, UnknownOperatorError } from './iam.ts';

const ALLOW: PolicyStatement = { Effect: 'Allow', Action: ['s3:Put*'], Resource: ['arn:aws:s3:::b/raw/*'] };
const REQUEST = { action: 's3:PutObject', resource: 'arn:aws:s3:::b/raw/a', context: {} };

describe("IAM's decision", () => {
  test('denies a call without a statement about it', () => {
    expect(decisionOf([], REQUEST)).toBe('not allowed');
    expect(decisionOf([ALLOW], { ...REQUEST, action: 's3:GetObject' })).toBe('not allowed');
    expect(decisionOf([ALLOW], { ...REQUEST, resource: 'arn:aws:s3:::b/Raw/a' })).toBe('not allowed');
  });

  test('allows a call by a statement that allows it, and denies it by one that denies it, in any order', () => {
    const deny: PolicyStatement = { ...ALLOW, Effect: 'Deny' };
    expect(decisionOf([ALLOW], REQUEST)).toBe('allowed');
    expect(decisionOf([ALLOW, deny], REQUEST)).toBe('denied');
    expect(decisionOf([deny, ALLOW], REQUEST)).toBe('denied');
  });

  test.each([
    ['Null', 'true', {}, true],
    ['Null', 'true', { k: 'v' }, false],
    ['Null', 'false', { k: 'v' }, true],
    ['Bool', 'false', { k: 'false' }, true],
    ['Bool', 'false', {}, false],
    ['StringEquals', 'v', { k: 'v' }, true],
    ['StringEquals', 'v', { k: 'w' }, false],
  ])('evaluates %s %s for %j as %s', (operator, value, context, isMet) => {
    const conditional = { ...ALLOW, Condition: { [operator]: { k: [value] } } };
    expect(decisionOf([conditional], { ...REQUEST, context })).toBe(isMet ? 'allowed' : 'not allowed');
  });

  test('fails for an unknown condition', () => {
    const conditional = { ...ALLOW, Condition: { NumericLessThan: { k: ['1'] } } };
    expect(() => decisionOf([conditional], REQUEST)).toThrow(UnknownOperatorError);
  });
});
