import { describe, expect, test } from 'vitest';
import { SETTINGS, settingsFromContext } from '../../infra/settings.ts';
import { OWN_DOMAIN } from './synth.ts';

const EVERYONE = { public: 'true' };

describe('settings', () => {
  test('default to one deployment in us-east-1 on the bare distribution domain', () => {
    expect(settingsFromContext(EVERYONE)).toEqual({
      owner: 'main',
      homeRegion: 'us-east-1',
      regions: ['us-east-1'],
      viewers: 'everyone',
    });
  });

  test('follow the home region where no regions are given', () => {
    expect(settingsFromContext({ ...EVERYONE, homeRegion: 'eu-west-1' }).regions).toEqual(['eu-west-1']);
  });

  test('take lists with blanks and repetitions from a command line', () => {
    const settings = settingsFromContext({ ...EVERYONE, regions: 'us-east-1, eu-west-1,us-east-1' });
    expect(settings.regions).toEqual(['us-east-1', 'eu-west-1']);
  });

  test('take lists and booleans from cdk.json', () => {
    expect(settingsFromContext({ public: true, regions: ['eu-west-1', 'us-gov-west-1'] })).toMatchObject({
      viewers: 'everyone',
      regions: ['eu-west-1', 'us-gov-west-1'],
    });
  });

  test('pair a base domain, in lower case, with its certificate', () => {
    const settings = settingsFromContext({ ...EVERYONE, ...OWN_DOMAIN, baseDomain: 'Dev.Example.COM' });
    expect(settings.domain).toEqual(OWN_DOMAIN);
  });

  test('sort out who may come', () => {
    expect(settingsFromContext({ allowedCidrs: '203.0.113.0/24,2001:db8::/32' }).viewers).toEqual([
      { family: 'IPV4', cidr: '203.0.113.0/24' },
      { family: 'IPV6', cidr: '2001:db8::/32' },
    ]);
  });

  test("leave the CDK's own context alone", () => {
    const own = { '@aws-cdk/core:checkSecretUsage': true, 'aws:cdk:version-reporting': false };
    const context = { ...EVERYONE, ...own, 'acknowledged-issue-numbers': [1] };
    expect(() => settingsFromContext(context)).not.toThrow();
  });

  test('have examples that they accept themselves', () => {
    for (const { parse, example } of SETTINGS) expect(parse(example)).toBeDefined();
  });
});

describe('a deployment that does not say who may come', () => {
  test.each([{}, { public: 'false' }])('lets nobody in', (context) => {
    expect(settingsFromContext(context).viewers).toEqual([]);
  });
});

describe('a refusal', () => {
  test('names setting, value, expectation and example', () => {
    expect(() => settingsFromContext({ allowedCidrs: '203.0.113.0/24,0.0.0.0/0' })).toThrow(
      /^setting allowedCidrs is "203.0.113.0\/24,0.0.0.0\/0", expected IPv4 or IPv6 ranges.*-c allowedCidrs=203/,
    );
  });

  test.each([
    ['allowedCidrs beside public', { ...EVERYONE, allowedCidrs: '203.0.113.0/24' }, /leave one of them out/],
    [
      'a misspelt setting',
      { ...EVERYONE, region: 'eu-west-1' },
      /setting region is "eu-west-1".*use one of owner,/,
    ],
    ['a base domain alone', { ...EVERYONE, baseDomain: 'dev.example.com' }, /certificateArn is missing/],
    [
      'a certificate alone',
      { ...EVERYONE, certificateArn: OWN_DOMAIN.certificateArn },
      /there is no baseDomain/,
    ],
    ['an empty variable', { ...EVERYONE, baseDomain: '' }, /setting baseDomain is ""/],
    ['a wildcard', { ...EVERYONE, baseDomain: '*.example.com' }, /without wildcard/],
    ['a URL', { ...EVERYONE, baseDomain: 'https://example.com' }, /setting baseDomain/],
    ['a single label', { ...EVERYONE, baseDomain: 'localhost' }, /setting baseDomain/],
    [
      'a domain too long for apps',
      { ...EVERYONE, baseDomain: `${'a.'.repeat(100)}com` },
      /setting baseDomain/,
    ],
    [
      "another region's certificate",
      { ...OWN_DOMAIN, certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' },
      /ACM certificate in us-east-1/,
    ],
    [
      'no region',
      { ...EVERYONE, regions: 'us-east-1,everywhere' },
      /setting regions is "us-east-1,everywhere"/,
    ],
    ['an owner in capitals', { ...EVERYONE, owner: 'Main' }, /setting owner is "Main"/],
    ['a public of neither kind', { public: 'yes' }, /setting public is "yes", expected true or false/],
  ])('meets %s', (_, context, message) => {
    expect(() => settingsFromContext(context)).toThrow(message);
  });
});
