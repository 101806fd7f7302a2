import { describe, expect, test } from 'vitest';
import type { ProviderSettings } from '../../../core/settings/concierge-settings.ts';
import { readPerson } from '../../../edge/concierge/provider/person.ts';

const SETTINGS: ProviderSettings = {
  issuer: 'https://id.example.com',
  clientId: 'proxy',
  clientSecretArn: '',
  userClaim: 'email',
  groupsClaim: 'groups',
  groups: new Map([
    ['devs', 'the developers'],
    ['all', 'everybody'],
    ['engineers', 'the developers'],
  ]),
};

const CLAIMS = {
  iss: 'https://id.example.com',
  sub: 'alice',
  email: 'alice@example.com',
  email_verified: true,
};
const read = (claims: object, settings: Partial<ProviderSettings> = {}) =>
  readPerson({ ...CLAIMS, ...claims }, { ...SETTINGS, ...settings });

describe('the name of a person', () => {
  test.each<[string, object]>([
    ['not verified', { email_verified: false }],
    ['verified by a text', { email_verified: 'true' }],
    ['verified by a number', { email_verified: 1 }],
    ['without a word about it', { email_verified: undefined }],
    ['a list', { email: ['alice@example.com'] }],
    ['with a space', { email: 'alice @example.com' }],
    ['with a line break', { email: 'alice@example.com\r\nx: y' }],
    ['beyond ASCII', { email: 'älice@example.com' }],
    ['that lower case makes ASCII', { email: 'alice@\u212Aexample.com' }],
    ['that is too long', { email: `${'a'.repeat(250)}@b.de` }],
    ['that looks like a pass', { email: 'pass:ci' }],
    ['that is empty', { email: '' }],
  ])('is not a mail address %s', (_, claims) => {
    expect(read(claims)).toBe('no name');
  });

  test('is the mail address in lower case', () => {
    expect(read({ email: 'Alice@EXAMPLE.com' })).toMatchObject({ user: 'alice@example.com' });
  });

  test('is another claim if the operator says so, without a word about verification', () => {
    const claims = { email_verified: undefined, upn: 'Alice@corp.example' };
    expect(read(claims, { userClaim: 'upn' })).toMatchObject({ user: 'alice@corp.example' });
    expect(read(claims, { userClaim: '__proto__' })).toBe('no name');
  });
});

describe('the domain of a person', () => {
  const GOOGLE = { iss: 'https://accounts.google.com' };

  test.each<[boolean, object]>([
    [true, {}],
    [true, { ...GOOGLE, hd: 'Example.com' }],
    [false, GOOGLE],
    [false, { ...GOOGLE, hd: 'example.org' }],
    [false, { ...GOOGLE, hd: ['example.com'] }],
    [false, { ...GOOGLE, hd: 'ample.com' }],
  ])('is vouched for: %s with %j', (isDomainVouched, claims) => {
    expect(read(claims)).toMatchObject({ isDomainVouched });
  });
});

describe('the groups of a person', () => {
  test.each<[unknown, readonly string[]]>([
    [
      ['the developers', 'others'],
      ['devs', 'engineers'],
    ],
    ['everybody', ['all']],
    [[], []],
    [undefined, []],
    [['devs'], []],
    ['the developers everybody', []],
  ])('are the mapped ones: %j is %j', (groups, names) => {
    expect(read({ groups })).toMatchObject({ groups: names });
  });

  test.each<[object]>([
    [{ _claim_names: { groups: 'src1' }, _claim_sources: { src1: {} } }],
    [{ hasgroups: true }],
    [{ hasgroups: 'true' }],
  ])('are an error if the provider left them out: %j', (claims) => {
    expect(read(claims)).toBe('groups left out');
    expect(read(claims, { groupsClaim: '' })).toMatchObject({ groups: [] });
  });

  test.each([[{ a: 1 }], [[7]], [null], [[['the developers']]]])('are an error if they are %j', (groups) => {
    expect(read({ groups })).toBe('groups unreadable');
  });
});

describe('the subject of a person', () => {
  test('stays the same with another mail address, and differs by issuer and subject', () => {
    const subjectOf = (claims: object) => {
      const person = read(claims);
      return typeof person === 'string' ? person : person.subject;
    };
    expect(subjectOf({ email: 'alice@example.org' })).toBe(subjectOf({}));
    const all = [
      {},
      { sub: 'bob' },
      { iss: 'https://id.example.org' },
      { iss: 'https://id.example.coma', sub: 'lice' },
    ];
    expect(new Set(all.map(subjectOf)).size).toBe(all.length);
  });
});
