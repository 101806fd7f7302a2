import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../core/schema.ts';
import {
  type ConciergeSettings,
  parseConciergeSettings,
  printConciergeSettings,
} from '../../../core/settings/concierge-settings.ts';

const SETTINGS: ConciergeSettings = {
  deployment: 'main',
  apex: 'https://dev.example.com',
  provider: {
    issuer: 'https://id.example.com/tenant',
    clientId: 'proxy',
    clientSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:oidc-AbCdEf',
    userClaim: 'email',
    groupsClaim: 'groups',
    groups: new Map([['devs', '3f0c7f3e-0000-4000-8000-000000000001']]),
  },
  keysArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:keys-AbCdEf',
  access: { region: 'us-east-1', bucket: 'edge-proxy-main-access' },
};

const read = (headers: Readonly<Record<string, string>>) => parseConciergeSettings((name) => headers[name]);

const withGroups = (groups: ReadonlyMap<string, string>): ConciergeSettings => ({
  ...SETTINGS,
  provider: { ...SETTINGS.provider, groups },
});

describe('the settings of sign-in', () => {
  test('come back from the custom headers as they were', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string({ minLength: 1, unit: 'binary' }), { maxKeys: 8 }),
        (groups) => {
          const settings = withGroups(new Map(Object.entries(groups)));
          expect(read(printConciergeSettings(settings))).toEqual(settings);
        },
      ),
    );
  });

  test('are headers that CloudFront takes, even for forty groups', () => {
    const groups = new Map(
      Array.from({ length: 40 }, (_, n) => [`group-${n}`, `ünï cödé ${'x'.repeat(60)}`]),
    );
    const headers = printConciergeSettings(withGroups(groups));
    expect(Object.keys(headers)).toEqual(
      ['x-proxy-settings-0', 'x-proxy-settings-1', 'x-proxy-settings-2', 'x-proxy-settings-3'].slice(
        0,
        Object.keys(headers).length,
      ),
    );
    expect(Object.keys(headers).length).toBeGreaterThan(1);
    for (const value of Object.values(headers)) expect(value).toMatch(/^[!-~]{1,1783}$/);
    expect(read(headers)).toEqual(withGroups(groups));
  });

  test('that are too long for CloudFront are refused', () => {
    const groups = new Map([['devs', 'x'.repeat(9_500)]]);
    expect(() => printConciergeSettings(withGroups(groups))).toThrow(
      /CloudFront takes 9000; map fewer groups/,
    );
  });

  test.each<[string, Partial<ConciergeSettings>]>([
    ['apex', { apex: 'https://dev.example.com/' }],
    ['apex', { apex: 'javascript:alert(1)' }],
    ['keysArn', { keysArn: 'secret' }],
    ['deployment', { deployment: '' }],
  ])('are refused with the name of the faulty member: %s', (member, change) => {
    const fault = read(printConciergeSettings({ ...SETTINGS, ...change }));
    expect(fault).toBeInstanceOf(Fault);
    expect(String(fault)).toContain(member);
  });

  test('are refused if a piece is missing', () => {
    expect(read({})).toBeInstanceOf(Fault);
  });
});
