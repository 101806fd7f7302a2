import { expect, test } from 'vitest';
import { printConciergeSettings } from '../../../../core/settings/concierge-settings.ts';
import { customHeadersFault } from '../../../../local/edge/lambda-edge/custom-headers.ts';

const many = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`.padEnd(3, '-'), 'v'.repeat(length)]));

test.each([
  ['none', {}],
  ['a value of the greatest length', { a: 'v'.repeat(1_783) }],
  ['thirty', many(30, 100)],
  ['one that a public configuration has', { 'X-Forwarded-Proto': 'https' }],
])('CloudFront takes %s as custom headers', (_what, headers) => {
  expect(customHeadersFault(headers)).toBeUndefined();
});

test.each([
  ['thirty-one', many(31, 1), /31 custom headers/],
  ['too much in all', many(6, 1_783), /10716 characters/],
  ['a name that CloudFront keeps', { 'X-Amz-Meta-A': 'v' }, /no custom header X-Amz-Meta-A/],
  ['Host', { Host: 'v' }, /no custom header Host/],
  ['a name with a space', { 'a b': 'v' }, /"a b" is not the name/],
  ['an empty value', { a: '' }, /0 characters/],
  ['a value that is too long', { a: 'v'.repeat(1_784) }, /1784 characters/],
  ['a value with a space at its end', { a: 'v ' }, /2 characters/],
  ['a value that is not ASCII', { a: 'é' }, /1 characters/],
])('CloudFront does not take %s', (_what, headers, reason) => {
  expect(customHeadersFault(headers)).toMatch(reason);
});

test('CloudFront takes the settings of sign-in with forty long groups', () => {
  const groups = new Map(Array.from({ length: 40 }, (_, i) => [`group-${i}`, `${i}`.padEnd(36, 'é"')]));
  const headers = printConciergeSettings({
    deployment: 'main',
    apex: 'https://dev.example.com',
    provider: {
      issuer: 'https://login.example.com/',
      clientId: 'client',
      clientSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:client',
      userClaim: 'email',
      groupsClaim: 'groups',
      groups,
    },
    keysArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:keys',
    access: { region: 'us-east-1', bucket: 'access' },
  });
  expect(Object.keys(headers).length).toBeGreaterThan(1);
  expect(customHeadersFault(headers)).toBeUndefined();
});
