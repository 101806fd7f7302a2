import { describe, expect, test } from 'vitest';
import { settingsFromContext } from '../../../infra/settings/deployment-settings.ts';
import { SETTINGS } from '../../../infra/settings/schema.ts';
import { OWN_DOMAIN, SIGNED_IN } from '../synth.ts';

const EVERYONE = { public: 'true' };

describe('settings', () => {
  test('default to one deployment in us-east-1 on the bare distribution domain', () => {
    expect(settingsFromContext(EVERYONE)).toEqual({
      deployment: 'main',
      homeRegion: 'us-east-1',
      regions: ['us-east-1'],
      accounts: [],
      viewers: 'everyone',
      mode: 'sync',
      portal: { detail: 'names', tags: ['owner', 'team'], principals: true },
      forwardedProto: true,
      originPorts: { from: 80, to: 80 },
      originVpcs: [],
      accessLogs: 's3',
      accessLogsViewer: false,
      createTrail: false,
      monitoring: 'basic',
      logRetention: 30,
      utilizationLimit: 40,
    });
  });

  test('use the home region if no regions are given', () => {
    expect(settingsFromContext({ ...EVERYONE, homeRegion: 'eu-west-1' }).regions).toEqual(['eu-west-1']);
  });

  test('accept lists with blanks and repetitions from a command line', () => {
    const settings = settingsFromContext({ ...EVERYONE, regions: 'us-east-1, eu-west-1,us-east-1' });
    expect(settings.regions).toEqual(['us-east-1', 'eu-west-1']);
  });

  test('accept lists and booleans from cdk.json', () => {
    expect(settingsFromContext({ public: true, regions: ['eu-west-1', 'us-gov-west-1'] })).toMatchObject({
      viewers: 'everyone',
      regions: ['eu-west-1', 'us-gov-west-1'],
    });
  });

  test('pair a base domain, in lower case, with its certificate', () => {
    const settings = settingsFromContext({ ...EVERYONE, ...OWN_DOMAIN, baseDomain: 'Dev.Example.COM' });
    expect(settings.domain).toEqual(OWN_DOMAIN);
  });

  test('split networks by family', () => {
    expect(settingsFromContext({ allowedCidrs: '203.0.113.0/24,2001:db8::/32' }).viewers).toEqual([
      { family: 'IPV4', cidr: '203.0.113.0/24' },
      { family: 'IPV6', cidr: '2001:db8::/32' },
    ]);
  });

  test("ignore the CDK's own context", () => {
    const own = { '@aws-cdk/core:checkSecretUsage': true, 'aws:cdk:version-reporting': false };
    const context = { ...EVERYONE, ...own, 'acknowledged-issue-numbers': [1] };
    expect(() => settingsFromContext(context)).not.toThrow();
  });

  test('pair a hosted zone with its name', () => {
    const zone = { hostedZoneId: 'Z0123456789ABCDEFGHIJ', hostedZoneName: 'Example.com' };
    expect(settingsFromContext({ ...EVERYONE, ...OWN_DOMAIN, ...zone }).domain).toEqual({
      ...OWN_DOMAIN,
      hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' },
    });
  });

  test('accept other accounts beside the home account', () => {
    const given = { ...EVERYONE, homeAccount: '111122223333', accounts: '444455556666, 777788889999' };
    expect(settingsFromContext(given)).toMatchObject({
      homeAccount: '111122223333',
      accounts: ['444455556666', '777788889999'],
    });
  });

  test("accept a range of ports, and VPCs of the deployment's regions", () => {
    const given = {
      ...EVERYONE,
      regions: 'eu-west-1',
      originPorts: '3000-3999',
      originVpcIds: ['eu-west-1/vpc-0123456789abcdef0', 'us-east-1/vpc-01234567'],
    };
    expect(settingsFromContext(given)).toMatchObject({
      originPorts: { from: 3000, to: 3999 },
      originVpcs: [
        { region: 'eu-west-1', vpcId: 'vpc-0123456789abcdef0' },
        { region: 'us-east-1', vpcId: 'vpc-01234567' },
      ],
    });
  });

  test('keep claims as JSON text, from a command line and from cdk.json', () => {
    const claims = [{ names: 'shop*', accounts: ['444455556666'] }];
    const text = JSON.stringify(claims);
    expect(settingsFromContext({ ...EVERYONE, claims }).claims).toBe(text);
    expect(settingsFromContext({ ...EVERYONE, claims: JSON.stringify(claims, null, 2) }).claims).toBe(text);
  });

  test('accept a mode, a trail, full monitoring, an address for alarms and a number of days', () => {
    const given = { mode: 'dry-run', createTrail: true, monitoring: 'full', alarmEmail: 'a@example.com' };
    expect(settingsFromContext({ ...EVERYONE, ...given, logRetentionDays: 7 })).toMatchObject({
      ...given,
      logRetention: 7,
    });
  });

  test('hide the details of the portal from everybody, unless the deployment opens them', () => {
    const detailOf = (context: Record<string, string>) => settingsFromContext(context).portal.detail;
    expect(detailOf(EVERYONE)).toBe('names');
    expect(detailOf({ ...EVERYONE, portal: 'public' })).toBe('full');
    expect(detailOf({ allowedCidrs: '203.0.113.0/24' })).toBe('full');
    expect(detailOf(SIGNED_IN)).toBe('full');
  });

  test('refuse to open a portal that is not open to everybody', () => {
    for (const portal of ['names', 'public'])
      expect(() => settingsFromContext({ allowedCidrs: '203.0.113.0/24', portal })).toThrow(
        `setting portal is "${portal}", but not everybody reaches the portal`,
      );
  });

  test('accept tags for the portal, but none of our own and none that a list cannot hold', () => {
    const tagsOf = (portalTags: string) => settingsFromContext({ ...EVERYONE, portalTags }).portal.tags;
    expect(tagsOf('squad, cost center,aws:autoscaling:groupName')).toEqual([
      ...['squad', 'cost center', 'aws:autoscaling:groupName'],
    ]);
    for (const wrong of ['', 'proxy:access', 'a,,b', 'a;b', 'a,b,c,d,e,f,g,h,i,j,k'])
      expect(() => tagsOf(wrong), wrong).toThrow(/portalTags is ".*", expected up to ten keys of tags/);
  });

  test('accept that callers are not named', () => {
    expect(settingsFromContext({ ...EVERYONE, portalPrincipals: 'off' }).portal.principals).toBe(false);
  });

  test('have examples that they accept', () => {
    for (const { parse, example } of SETTINGS) expect(parse(example)).toBeDefined();
  });
});

describe('a deployment without viewers', () => {
  test.each([{}, { public: 'false' }])('is refused with a reason and both remedies', (context) => {
    expect(() => settingsFromContext(context)).toThrow(
      /allowedCidrs is missing: .*not for the whole internet.*-c allowedCidrs=203\.0\.113\.0\/24.*-c public=true/,
    );
  });
});

describe('a refusal', () => {
  test('names setting, value, expectation and an example', () => {
    expect(() => settingsFromContext({ allowedCidrs: '203.0.113.0/24,0.0.0.0/0' })).toThrow(
      /^setting allowedCidrs is "203.0.113.0\/24,0.0.0.0\/0", expected IPv4 or IPv6 networks.*-c allowedCidrs=203/,
    );
  });

  test.each([
    [
      'allowedCidrs together with public',
      { ...EVERYONE, allowedCidrs: '203.0.113.0/24' },
      /leave one of them out/,
    ],
    [
      'a misspelt setting',
      { ...EVERYONE, region: 'eu-west-1' },
      /there is no setting named region; use one of deployment,/,
    ],
    [
      'a base domain without a certificate',
      { ...EVERYONE, baseDomain: 'dev.example.com' },
      /certificateArn is missing/,
    ],
    [
      'a certificate without a base domain',
      { ...EVERYONE, certificateArn: OWN_DOMAIN.certificateArn },
      /there is no baseDomain/,
    ],
    ['an empty variable', { ...EVERYONE, baseDomain: '' }, /setting baseDomain is ""/],
    ['a wildcard', { ...EVERYONE, baseDomain: '*.example.com' }, /without wildcard/],
    ['a URL', { ...EVERYONE, baseDomain: 'https://example.com' }, /setting baseDomain/],
    ['a single label', { ...EVERYONE, baseDomain: 'localhost' }, /setting baseDomain/],
    [
      'a domain that leaves no room for hostnames',
      { ...EVERYONE, baseDomain: `${'a.'.repeat(100)}com` },
      /setting baseDomain/,
    ],
    [
      "another region's certificate",
      { ...OWN_DOMAIN, certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' },
      /ACM certificate in us-east-1/,
    ],
    [
      'a text that is not a region',
      { ...EVERYONE, regions: 'us-east-1,everywhere' },
      /setting regions is "us-east-1,everywhere"/,
    ],
    ['a deployment in capitals', { ...EVERYONE, deployment: 'Main' }, /setting deployment is "Main"/],
    [
      'the id of a hosted zone without its name',
      { ...EVERYONE, ...OWN_DOMAIN, hostedZoneId: 'Z1' },
      /hostedZoneName is missing beside hostedZoneId "Z1".*-c hostedZoneName=/,
    ],
    [
      'the name of a hosted zone without its id',
      { ...EVERYONE, ...OWN_DOMAIN, hostedZoneName: 'example.com' },
      /hostedZoneId is missing beside hostedZoneName "example.com"/,
    ],
    [
      'a hosted zone that does not hold the domain',
      { ...EVERYONE, ...OWN_DOMAIN, hostedZoneId: 'Z1', hostedZoneName: 'ample.com' },
      /hostedZoneName is "ample.com", but baseDomain dev.example.com/,
    ],
    [
      'a hosted zone without a domain',
      { ...EVERYONE, hostedZoneId: 'Z1', hostedZoneName: 'example.com' },
      /hostedZoneId is given, but there is no baseDomain/,
    ],
    [
      'accounts without the home account',
      { ...EVERYONE, accounts: '444455556666' },
      /homeAccount is missing beside accounts "444455556666".*-c homeAccount=/,
    ],
    [
      'the home account among the others',
      { ...EVERYONE, homeAccount: '111122223333', accounts: '111122223333' },
      /111122223333 is the home account/,
    ],
    ['an account of eleven digits', { ...EVERYONE, accounts: '11112222333' }, /twelve digits/],
    ['an unknown mode', { ...EVERYONE, mode: 'delete' }, /expected sync, upsert-only or dry-run/],
    [
      'claims that are not JSON',
      { ...EVERYONE, claims: '[' },
      /setting claims is "\[" \(claims: not JSON: .*expected JSON/,
    ],
    [
      'claims that are not a list',
      { ...EVERYONE, claims: '{}' },
      /setting claims is "\{\}" \(claims: expected a list/,
    ],
    [
      'claims that the updater cannot read',
      { ...EVERYONE, claims: '[{"names":"shop"},{"names":"pay","account":"444455556666"}]' },
      /\(claims, rule 2: "account" is not a member of a rule; the members are names, accounts, /,
    ],
    ['ports in the wrong order', { ...EVERYONE, originPorts: '90-80' }, /setting originPorts is "90-80"/],
    ['a port beyond the last', { ...EVERYONE, originPorts: '65536' }, /between 1 and 65535/],
    ['a VPC without a region', { ...EVERYONE, originVpcIds: 'vpc-01234567' }, /expected REGION\/VPC/],
    [
      'a VPC in a region without a stack',
      { ...EVERYONE, originVpcIds: 'eu-west-1/vpc-01234567' },
      /no stack in eu-west-1; use one of us-east-1/,
    ],
    [
      'a VPC of an account without a stack',
      { ...EVERYONE, originVpcIds: '444455556666/us-east-1/vpc-01234567' },
      /no stack in 444455556666; leave the account out if it is the home account, or add it to accounts/,
    ],
    ['an unknown place for access logs', { ...EVERYONE, accessLogs: 'true' }, /expected s3 or off/],
    [
      'addresses of viewers without access logs',
      { ...EVERYONE, accessLogs: 'off', accessLogsViewer: 'true' },
      /accessLogsViewer is "true", but accessLogs is "off"/,
    ],
    ['two addresses for alarms', { ...EVERYONE, alarmEmail: 'a@b.c,d@e.f' }, /one e-mail address/],
    ['a share of zero', { ...EVERYONE, utilizationLimit: '0' }, /whole number of percent from 1 to 100/],
    ['a share of more than 100 percent', { ...EVERYONE, utilizationLimit: '101' }, /-c utilizationLimit=40/],
    [
      'a retention that CloudWatch does not offer',
      { ...EVERYONE, logRetentionDays: '31' },
      /CloudWatch Logs takes \(1, 3, 5/,
    ],
    [
      'a public that is neither true nor false',
      { public: 'yes' },
      /setting public is "yes", expected true or false/,
    ],
  ])('answers %s', (_, context, message) => {
    expect(() => settingsFromContext(context)).toThrow(message);
  });
});
