import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../../build/edge.ts';
import type { Cloud } from '../../../cli/doctor/cloud.ts';
import { findDeployment } from '../../../cli/doctor/deployment.ts';
import { CHECKS, runChecks } from '../../../cli/doctor/examine.ts';
import type { CheckResult, Finding } from '../../../cli/doctor/finding.ts';
import { NOW, SETTINGS } from '../../support/values/instances.ts';
import {
  admitting,
  BUILT_HEADERS,
  CERTIFICATE,
  DEAD_LETTERS,
  DISTRIBUTION,
  healthy,
  MEMBER,
  QUEUE,
  STACKS,
} from './healthy.ts';

const { webAclArn: _, ...UNGATED } = DISTRIBUTION;

const HOME = { deployment: 'main', homeRegion: 'eu-west-1' };

async function examined(more: Partial<Cloud> = {}): Promise<CheckResult[]> {
  const cloud = healthy(more);
  return runChecks(cloud, await findDeployment(cloud, HOME));
}

/** The findings of one check that are not `ok`, as `level: message → remedy`. */
async function complaints(check: keyof typeof CHECKS, more: Partial<Cloud>): Promise<string[]> {
  const cloud = healthy(more);
  const { findings } = await CHECKS[check](cloud, await findDeployment(cloud, HOME));
  const told = ({ level, message, remedy }: Finding) => `${level}: ${message} → ${remedy}`;
  return findings.filter(({ level }) => level !== 'ok').map(told);
}

describe('a healthy deployment', () => {
  test('passes every check', async () => {
    const all = await examined();
    expect(all.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
    for (const { check, findings } of all) {
      expect(findings.length, check).toBeGreaterThan(0);
      expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    }
  });

  test('may be on the bare domain', async () => {
    const bare = {
      lambda: async () => {
        const told = await healthy().lambda('', '');
        return { ...told, environment: { ...told.environment, BASE_DOMAIN: '' } };
      },
      distribution: async () => ({ ...DISTRIBUTION, aliases: [] }),
      liveCode: async (name: string) =>
        name === 'main-headers' ? BUILT_HEADERS : buildEdge({ baseDomain: '' }),
    };
    const all = (await examined(bare)).flatMap(({ findings }) => findings);
    expect(all.filter(({ level }) => level !== 'ok')).toEqual([]);
  });
});

const BAD: Readonly<Record<string, [Partial<Cloud>, keyof typeof CHECKS, RegExp]>> = {
  'a stack whose rollback failed': [
    { stack: async (name) => ({ status: 'UPDATE_ROLLBACK_FAILED', resources: [...stackOf(name)] }) },
    'stacks',
    /^failure: edge-proxy-main-edge is UPDATE_ROLLBACK_FAILED → .* docs\/operate\/upgrade\.md$/,
  ],
  'a deployment that failed and was rolled back': [
    { stack: async (name) => ({ status: 'UPDATE_ROLLBACK_COMPLETE', resources: [...stackOf(name)] }) },
    'stacks',
    /^warning: .* the previous one is active/,
  ],
  'a stack that is being updated': [
    { stack: async (name) => ({ status: 'UPDATE_IN_PROGRESS', resources: [...stackOf(name)] }) },
    'stacks',
    /^warning: .* → wait/,
  ],
  'a disabled distribution': [
    { distribution: async () => ({ ...DISTRIBUTION, enabled: false }) },
    'stacks',
    /^failure: distribution E1 is disabled/,
  ],
  'a distribution on its way to the edges': [
    { distribution: async () => ({ ...DISTRIBUTION, status: 'InProgress' }) },
    'stacks',
    /^warning: distribution E1 is InProgress/,
  ],
  'an inactive updater function': [
    { lambda: async () => ({ ...(await healthy().lambda('', '')), state: 'Inactive' }) },
    'stacks',
    /^failure: updater main-updater is Inactive/,
  ],
  'an active alarm': [
    {
      alarms: async (names) => names.map((name) => ({ name, state: 'ALARM', reason: '3 errors' })),
    },
    'alarms',
    /^failure: edge-proxy-main-router-errors is in ALARM in us-east-1: 3 errors → see docs\/operate\/runbook\.md#router-errors$/,
  ],
  'an active alarm in a further region': [
    {
      lambda: async () => inRegions('eu-west-1,us-east-1'),
      alarms: async (names) =>
        names.map((name) => ({
          name,
          state: name.endsWith('-undelivered') ? 'ALARM' : 'OK',
          reason: '2 events',
        })),
    },
    'alarms',
    /^failure: edge-proxy-main-undelivered is in ALARM in us-east-1: 2 events → see docs\/operate\/runbook\.md#undelivered$/,
  ],
  'an alarm that was deleted': [
    { alarms: async () => [] },
    'alarms',
    /^warning: alarm edge-proxy-main-router-errors in us-east-1 does not exist any more/,
  ],
  'no trail': [
    { trails: async () => [] },
    'trail',
    /^warning: eu-west-1: no trail .* → deploy with -c createTrail=true/,
  ],
  'a trail that was stopped': [
    { trails: async () => [{ ...TRAIL, logging: false }] },
    'trail',
    /^warning: eu-west-1: .*\(all is not logging\).* → run aws cloudtrail start-logging --name all/,
  ],
  'a trail of read calls only': [
    { trails: async () => [{ ...TRAIL, managementWrites: false }] },
    'trail',
    /^warning: .*all excludes write calls/,
  ],
  'a trail of another region': [
    { trails: async () => [{ ...TRAIL, multiRegion: false, homeRegion: 'us-east-1' }] },
    'trail',
    /^warning: eu-west-1: no trail/,
  ],
  'a disabled rule': [
    { rule: async (name) => ({ enabled: name !== 'rule-sweep', targets: [QUEUE] }) },
    'rules',
    /^failure: eu-west-1: rule rule-sweep is disabled.* → aws events enable-rule --name rule-sweep --region eu-west-1$/,
  ],
  'a deleted rule': [
    { rule: async () => undefined },
    'rules',
    /^failure: eu-west-1: rule rule-states does not exist any more/,
  ],
  'a rule without the queue as its target': [
    { rule: async () => ({ enabled: true, targets: [] }) },
    'rules',
    /^failure: eu-west-1: rule rule-states does not target arn:aws:sqs/,
  ],
  'a disabled event source': [
    { mapping: async () => ({ ...(await healthy().mapping('', '')), state: 'Disabled' }) },
    'queue',
    /^failure: the event source mapping of main-updater is Disabled/,
  ],
  'an event source with a problem': [
    { mapping: async () => ({ ...(await healthy().mapping('', '')), lastResult: 'PROBLEM: denied' }) },
    'queue',
    /^failure: Lambda reports for the queue: PROBLEM: denied/,
  ],
  'a backlog': [
    { queue: async (arn) => ({ messages: arn === QUEUE ? 101 : 0, deadLettersArn: DEAD_LETTERS }) },
    'queue',
    /^warning: 101 messages are waiting/,
  ],
  'dead letters': [
    { queue: async (arn) => ({ messages: arn === QUEUE ? 0 : 3, deadLettersArn: DEAD_LETTERS }) },
    'queue',
    /^failure: 3 messages are in the dead letter queue/,
  ],
  'undelivered events': [
    {
      queue: async (arn) => ({
        messages: arn.endsWith(':undelivered') ? 2 : 0,
        ...(arn === QUEUE ? { deadLettersArn: DEAD_LETTERS } : {}),
      }),
    },
    'queue',
    /^failure: EventBridge could not deliver 2 events → .* docs\/operate\/runbook\.md#undelivered$/,
  ],
  'a region without a stack that forwards its events': [
    { lambda: async () => inRegions('eu-west-1,ap-south-1') },
    'rules',
    /^warning: ap-south-1: no stack forwards its events/,
  ],
  'a disabled rule of another region': [
    {
      lambda: async () => inRegions('eu-west-1,us-east-1'),
      rule: async (name) => ({ enabled: name !== 'rule-forward', targets: [QUEUE] }),
    },
    'rules',
    /^failure: us-east-1: rule rule-forward is disabled.* --region us-east-1$/,
  ],
  'no dead letter queue': [
    { queue: async () => ({ messages: 0 }) },
    'queue',
    /^failure: .* no dead letter queue/,
  ],
  'a permission that is denied': [
    { deniedActions: async () => ['s3:PutObject on arn:aws:s3:::journal/raw/doctor'] },
    'permissions',
    /^failure: arn:.*main-updater lacks s3:PutObject on arn:aws:s3:::journal\/raw\/doctor/,
  ],
  'a store that is not ready': [
    { store: async () => ({ ...(await healthy().store('')), status: 'PROVISIONING' }) },
    'store',
    /^failure: store main-store is PROVISIONING → wait/,
  ],
  'an updater that writes to another store': [
    { store: async () => ({ arn: 'arn:other', status: 'READY' }) },
    'store',
    /^failure: the router reads arn:other, but main-updater writes to arn:aws:cloudfront/,
  ],
  'a router that was never published': [
    { liveCode: async () => undefined },
    'router',
    /^failure: router main-router was never published/,
  ],
  'a published router that differs from the build': [
    { liveCode: async () => 'function handler(){}' },
    'router',
    /^failure: router main-router: LIVE \(20 bytes\) differs from the build of this version/,
  ],
  'a behaviour without the router': [
    { distribution: async () => ({ ...DISTRIBUTION, functions: [] }) },
    'router',
    /^failure: distribution E1 runs no function at viewer request for apps/,
  ],
  'our own pages without the router': [
    { distribution: async () => ({ ...DISTRIBUTION, siteFunctions: [] }) },
    'router',
    /^failure: distribution E1 runs .*main-router at viewer request for apps, and no function below /,
  ],
  'headers of our own pages that were never published': [
    { liveCode: async (name) => (name === 'main-headers' ? undefined : healthy().liveCode(name)) },
    'router',
    /^failure: function main-headers was never published → deploy the edge stack again$/,
  ],
  'other headers of our own pages': [
    { liveCode: async (name) => (name === 'main-headers' ? 'x' : healthy().liveCode(name)) },
    'router',
    /^failure: function main-headers: LIVE \(1 bytes\) differs from the build/,
  ],
  'our own pages without their headers': [
    { distribution: async () => ({ ...DISTRIBUTION, responseFunctions: [] }) },
    'router',
    /^failure: distribution E1 runs no function at viewer response, so other sites can show/,
  ],
  'no certificate': [
    {
      distribution: async () => {
        const { certificateArn: _, ...rest } = DISTRIBUTION;
        return rest;
      },
    },
    'certificate',
    /^failure: distribution E1 has no certificate for dev\.example\.com/,
  ],
  'a certificate without the wildcard': [
    { certificate: async () => ({ ...CERTIFICATE, names: [SETTINGS.baseDomain, '*.example.com'] }) },
    'certificate',
    /^failure: .*but not \*\.dev\.example\.com →/,
  ],
  'a certificate not issued': [
    { certificate: async () => ({ ...CERTIFICATE, status: 'PENDING_VALIDATION' }) },
    'certificate',
    /^failure: the certificate is PENDING_VALIDATION/,
  ],
  'a certificate that expires soon': [
    { certificate: async () => ({ ...CERTIFICATE, notAfter: NOW + 29.5 * 86_400 }) },
    'certificate',
    /^warning: the certificate expires in 29 days/,
  ],
  'an expired certificate': [
    { certificate: async () => ({ ...CERTIFICATE, notAfter: NOW - 2 * 86_400 }) },
    'certificate',
    /^failure: the certificate expired 2 days ago/,
  ],
  'a missing alias': [
    { distribution: async () => ({ ...DISTRIBUTION, aliases: [SETTINGS.baseDomain] }) },
    'dns',
    /^failure: distribution E1 lacks the alias \*\.dev\.example\.com/,
  ],
  'a wildcard without an address in DNS': [
    { addresses: async (name) => (name.startsWith('edge-proxy-doctor.') ? [] : ['192.0.2.1']) },
    'dns',
    /^failure: \*\.dev\.example\.com has no address in DNS → make \*\.dev\.example\.com an alias record/,
  ],
  'a domain that leads elsewhere': [
    {
      addresses: async (name) => (name === SETTINGS.baseDomain ? ['198.51.100.1'] : ['192.0.2.1']),
      reverseNames: async () => ['web.example.net'],
    },
    'dns',
    /^failure: dev\.example\.com leads to 198\.51\.100\.1, which is not CloudFront/,
  ],
  'a web ACL that was removed': [
    { distribution: async () => UNGATED },
    'viewers',
    /^failure: distribution E1 has lost its web ACL, so the whole internet has access → deploy the edge stack again/,
  ],
  'a deployment without a web ACL': [
    {
      distribution: async () => UNGATED,
      stack: async (name) => ({
        status: 'CREATE_COMPLETE',
        resources: (name in STACKS ? STACKS[name as keyof typeof STACKS] : []).filter(
          ({ type }) => type !== 'AWS::WAFv2::WebACL',
        ),
      }),
    },
    'viewers',
    /^warning: there is no web ACL, so the whole internet has access, as public=true allows/,
  ],
  'a web ACL that admits everyone': [
    {
      stack: async (name) => ({
        status: 'CREATE_COMPLETE',
        resources: [...stackOf(name)].filter(({ type }) => type !== 'AWS::WAFv2::IPSet'),
      }),
    },
    'viewers',
    /^warning: web ACL GateWebAcl-abc has no networks, so the whole internet has access, as public=true with a plan/,
  ],
  'a foreign web ACL': [
    {
      distribution: async () => ({
        ...DISTRIBUTION,
        webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/FMManaged/1',
      }),
    },
    'viewers',
    /^warning: the distribution uses web ACL FMManaged, which is not the deployment's own/,
  ],
  'a port that is open to the internet': [
    { inboundRules: async () => new Map([['sg-1', [admitting(3000, { cidrs: ['0.0.0.0/0'] })]]]) },
    'security groups',
    /^warning: i-0+1 \(\S+\) admits the whole internet on port 3000 \(0\.0\.0\.0\/0\)/,
  ],
  'a port that is closed to the edge': [
    { inboundRules: async () => new Map([['sg-1', [admitting(80)]]]) },
    'security groups',
    /^failure: i-0+1 \(shop\.dev\.example\.com\) does not admit the edge over IPv4 on port 3000, so viewers get 504 → aws ec2 authorize-security-group-ingress --region eu-west-1 --group-id sg-1 .*PrefixListId=pl-0edge/,
  ],
  'a port that admits another prefix list': [
    { inboundRules: async () => new Map([['sg-1', [admitting(3000, { prefixLists: ['pl-own'] })]]]) },
    'security groups',
    /^warning: i-0+1 \(\S+\) admits pl-own on port 3000/,
  ],
};

const TRAIL = {
  name: 'all',
  multiRegion: true,
  homeRegion: 'us-east-1',
  logging: true,
  managementWrites: true,
};

async function inRegions(regions: string) {
  const told = await healthy().lambda('', '');
  return { ...told, environment: { ...told.environment, REGIONS: regions } };
}

function stackOf(name: string) {
  return name.endsWith('-edge') ? STACKS['edge-proxy-main-edge'] : STACKS['edge-proxy-main-updater'];
}

describe('the doctor finds', () => {
  test.each(Object.entries(BAD))('%s', async (_what, [more, check, message]) => {
    const told = await complaints(check, more);
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatch(message);
  });
});

describe('the doctor accepts', () => {
  test.each<[string, keyof typeof CHECKS, Partial<Cloud>]>([
    [
      "another address of CloudFront than in the distribution's DNS answer",
      'dns',
      {
        addresses: async (name) => (name === SETTINGS.baseDomain ? ['198.51.100.1'] : ['192.0.2.1']),
        reverseNames: async () => ['server-198-51-100-1.fra50.r.cloudfront.net'],
      },
    ],
    [
      'a security group that admits the edge on all ports',
      'security groups',
      { inboundRules: async () => new Map([['sg-1', [admitting(0, { protocol: '-1' })]]]) },
    ],
    [
      'a security group that admits the edge on a range of ports',
      'security groups',
      { inboundRules: async () => new Map([['sg-1', [admitting(1024, { to: 65_535 })]]]) },
    ],
    [
      'a stopped instance behind a closed port',
      'security groups',
      {
        fleet: async () => [{ ...MEMBER, instance: { ...MEMBER.instance, state: 'stopped' } }],
        inboundRules: async () => new Map(),
      },
    ],
    [
      'a trail that covers only the home region',
      'trail',
      { trails: async () => [{ ...TRAIL, multiRegion: false, homeRegion: 'eu-west-1' }] },
    ],
  ])('%s', async (_what, check, more) => {
    expect(await complaints(check, more)).toEqual([]);
  });
});

/** The checks that make each call. A failure to read the deployment itself ends the doctor (main.test). */
const ASKED_BY: Partial<Record<keyof Cloud, readonly string[]>> = {
  alarms: ['alarms'],
  trails: ['trail'],
  rule: ['rules'],
  queue: ['queue'],
  store: ['store'],
  liveCode: ['router'],
  certificate: ['certificate'],
  addresses: ['dns'],
  fleet: ['addresses', 'security groups'],
  inboundRules: ['addresses', 'security groups'],
  originFacing: ['addresses', 'security groups'],
  vpcDns: ['addresses'],
  ipv6Paths: ['addresses'],
  deniedActions: ['permissions'],
};

describe('a failed call to AWS', () => {
  test.each(Object.entries(ASKED_BY))(
    '(%s) becomes a finding and stops no other check',
    async (question, checks) => {
      const denied = async () => {
        throw Object.assign(new Error('not authorized to perform it'), { name: 'AccessDeniedException' });
      };
      const all = await examined({ [question]: denied });
      expect(all.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
      for (const { check, findings } of all) {
        if (!checks.includes(check)) expect(findings.map(({ level }) => level)).not.toContain('warning');
        else
          expect(findings).toEqual([
            {
              level: 'warning',
              message: 'not checked: AccessDeniedException: not authorized to perform it',
              remedy: expect.stringContaining('ReadOnlyAccess'),
            },
          ]);
      }
    },
  );
});
