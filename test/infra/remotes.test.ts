import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { FLEET_PATTERNS, FLEET_SOURCES } from '../../infra/fleet/fleet-patterns.ts';
import { statementsIn } from './statements.ts';
import { templatesOf } from './synth.ts';

const HOME = '111122223333';
const OTHERS = ['444455556666', '777788889999'];
const BUS = `arn:aws:events:eu-west-1:${HOME}:event-bus/default`;

const { updater, remotes } = templatesOf({
  public: 'true',
  deployment: 'team-a',
  homeRegion: 'eu-west-1',
  homeAccount: HOME,
  regions: 'eu-west-1,us-east-1,ap-southeast-1',
  accounts: OTHERS.join(','),
  createTrail: 'true',
  originVpcIds: `us-east-1/vpc-0123456789abcdef0,${OTHERS.map((id) => `${id}/ap-southeast-1/vpc-0123456789abcdef1`)}`,
});

function stack(name: string): Template {
  const found = remotes.get(`edge-proxy-team-a-${name}`);
  if (found === undefined) throw new Error(`no stack ${name} among ${[...remotes.keys()].join(', ')}`);
  return found;
}

/** Names of the stacks that forward events. */
const FORWARDERS = [
  'region-us-east-1',
  'region-ap-southeast-1',
  ...OTHERS.flatMap((id) => ['', '-us-east-1', '-ap-southeast-1'].map((region) => `account-${id}${region}`)),
];

describe('three regions and two other accounts', () => {
  test('are nine stacks beside the two in the home region, and the bus stack comes before them', () => {
    const names = [...remotes.keys()].map((name) => name.replace('edge-proxy-team-a-', ''));
    expect(names.toSorted()).toEqual(['bus', ...FORWARDERS].sort());
    expect(names[0]).toBe('bus');
  });

  test.each(FORWARDERS)(
    '%s forwards the same events to the home bus that the home region matches',
    (name) => {
      const rules = Object.values(stack(name).findResources('AWS::Events::Rule')).map(
        (rule) => rule['Properties'],
      );
      const patterns = Object.values(updater.findResources('AWS::Events::Rule')).flatMap(
        (rule) => rule['Properties'].EventPattern ?? [],
      );
      expect(rules.map((rule) => rule.EventPattern)).toEqual(patterns);
      expect(rules).toHaveLength(Object.keys(FLEET_PATTERNS).length);
      for (const { Targets } of rules) {
        expect(Targets).toEqual([
          {
            Id: expect.any(String),
            Arn: BUS,
            RoleArn: expect.anything(),
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/Undelivered/), 'Arn'] } },
          },
        ]);
      }
    },
  );

  test.each(FORWARDERS)('%s raises an alarm for events that the home bus did not accept', (name) => {
    stack(name).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'edge-proxy-team-a-undelivered',
      Threshold: 1,
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Topic') }],
    });
  });
});

describe('a role that forwards', () => {
  test.each(['region-us-east-1', 'account-444455556666'])(
    'may only put events on the home bus: %s',
    (name) => {
      const policies = Object.values(stack(name).findResources('AWS::IAM::Policy'));
      const forwarding = policies.filter((policy) => JSON.stringify(policy).includes('events:'));
      expect(forwarding.flatMap((policy) => policy['Properties'].PolicyDocument.Statement)).toEqual([
        { Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS },
      ]);
      stack(name).hasResourceProperties('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [
            Match.objectLike({ Action: 'sts:AssumeRole', Principal: { Service: 'events.amazonaws.com' } }),
          ],
        },
      });
    },
  );

  test.each([
    ['region-us-east-1', HOME],
    ['account-444455556666', '444455556666'],
  ])('can be assumed only by EventBridge for our rules of its account: %s', (name, account) => {
    const [trust] = statementsIn(stack(name)).filter(
      ({ Principal }) => JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}',
    );
    expect(trust?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:aws:events:*:${account}:rule/edge-proxy-team-a_*` },
    });
  });

  test.each(FORWARDERS)('matches every rule of %s by name', (name) => {
    const names = Object.values(stack(name).findResources('AWS::Events::Rule')).map(
      (rule) => rule['Properties'].Name,
    );
    expect(names).toEqual(Object.keys(FLEET_PATTERNS).map((rule) => `edge-proxy-team-a_${rule}`));
    for (const each of names) expect(each).toMatch(/^[\w.-]{1,64}$/);
  });

  test('is created once per account and referred to by name', () => {
    stack('account-444455556666').hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'edge-proxy-team-a-forwarder',
    });
    const further = stack('account-444455556666-us-east-1');
    further.resourceCountIs('AWS::IAM::Role', 0);
    further.resourceCountIs('AWS::IAM::Policy', 0);
    further.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ RoleArn: 'arn:aws:iam::444455556666:role/edge-proxy-team-a-forwarder' })],
    });
  });
});

describe('the home bus', () => {
  test('accepts our sources from the forwarding rules of each account, and nothing else', () => {
    const policies = Object.values(stack('bus').findResources('AWS::Events::EventBusPolicy'));
    expect(policies.map((policy) => policy['Properties'].StatementId)).toEqual([
      'edge-proxy-team-a-accounts',
    ]);
    expect(policies.map((policy) => policy['Properties'].Statement)).toEqual([
      {
        Sid: 'edge-proxy-team-a-accounts',
        Effect: 'Allow',
        Principal: { AWS: OTHERS.map((id) => `arn:aws:iam::${id}:root`) },
        Action: 'events:PutEvents',
        Resource: BUS,
        Condition: {
          ArnLike: { 'aws:SourceArn': OTHERS.map((id) => `arn:aws:events:*:${id}:rule/edge-proxy-team-a_*`) },
          'ForAllValues:StringEquals': { 'events:source': ['aws.ec2', 'aws.autoscaling', 'aws.tag'] },
          Null: { 'events:source': 'false' },
        },
      },
    ]);
  });

  test('is closed if there are no other accounts', () => {
    const { edge, updater, remotes: none } = templatesOf({ public: 'true' });
    for (const template of [edge, updater]) template.resourceCountIs('AWS::Events::EventBusPolicy', 0);
    expect(none.size).toBe(0);
  });

  test('accepts every source in the patterns', () => {
    const sources = Object.values(FLEET_PATTERNS).flatMap(({ source }) => [...source]);
    expect([...new Set(sources)].sort()).toEqual([...FLEET_SOURCES].sort());
  });
});

describe('a reader role', () => {
  const trust = {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${HOME}:root` },
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${HOME}:role/edge-proxy-team-a-updater` },
          },
        },
      ],
    },
  };

  test.each(OTHERS)("of %s trusts this deployment's updater alone", (id) => {
    const template = stack(`account-${id}`);
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'edge-proxy-team-a-reader', ...trust });
    updater.hasResourceProperties('AWS::IAM::Role', { RoleName: 'edge-proxy-team-a-updater' });
  });

  test.each(OTHERS)('of %s lists instances of our regions and does nothing else', (id) => {
    stack(`account-${id}`).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Reader') }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'ec2:DescribeInstances',
            Resource: '*',
            Condition: {
              StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1', 'ap-southeast-1'] },
            },
          },
        ],
      },
    });
  });

  test("is named in the updater's variables, and the updater may assume exactly these", () => {
    const arns = OTHERS.map((id) => `arn:aws:iam::${id}:role/edge-proxy-team-a-reader`);
    updater.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ READER_ROLES: arns.join(',') }) },
    });
    updater.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: arns }]),
      },
    });
  });
});

describe('a trail', () => {
  test('is created once per account', () => {
    const counts = [updater, ...remotes.values()].map(
      (template) => Object.keys(template.findResources('AWS::CloudTrail::Trail')).length,
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    for (const id of OTHERS) stack(`account-${id}`).resourceCountIs('AWS::CloudTrail::Trail', 1);
  });
});

/** Properties of a stack's security groups. */
function groupsIn(name: string): Record<string, unknown>[] {
  const groups = Object.values(stack(name).findResources('AWS::EC2::SecurityGroup'));
  return groups.map((group) => group['Properties']);
}

describe('the security groups for instances', () => {
  test('are in the stack of their region, one for IPv4 and one for IPv6', () => {
    updater.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(groupsIn('region-us-east-1').map(({ VpcId }) => VpcId)).toEqual([
      ...['vpc-0123456789abcdef0', 'vpc-0123456789abcdef0'],
    ]);
    expect(groupsIn('region-ap-southeast-1')).toEqual([]);
  });

  test.each(OTHERS)('are in the stack of their account, for a VPC of %s', (id) => {
    expect(groupsIn(`account-${id}`)).toEqual([]);
    expect(groupsIn(`account-${id}-ap-southeast-1`)).toEqual([
      expect.objectContaining({
        VpcId: 'vpc-0123456789abcdef1',
        SecurityGroupIngress: [expect.objectContaining({ FromPort: 80, ToPort: 80 })],
      }),
      expect.objectContaining({
        VpcId: 'vpc-0123456789abcdef1',
        SecurityGroupIngress: [
          expect.objectContaining({ FromPort: 80, ToPort: 80 }),
          expect.objectContaining({ IpProtocol: 'icmpv6' }),
        ],
      }),
    ]);
  });

  /** The rule for the list that the stack looks up by this resource. */
  const fromList = (resource: RegExp) => ({
    ...{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, Description: 'CloudFront' },
    SourcePrefixListId: { 'Fn::GetAtt': [expect.stringMatching(resource), 'PrefixListId'] },
  });

  test("admit CloudFront's list of their family, over IPv6 also packet-too-big, and open nothing outbound", () => {
    const SecurityGroupEgress = [{ CidrIp: '127.0.0.1/32', IpProtocol: '-1' }];
    expect(groupsIn('region-us-east-1')).toEqual([
      {
        ...{ VpcId: 'vpc-0123456789abcdef0', SecurityGroupEgress },
        GroupDescription: 'dynamic-edge-proxy: admits CloudFront only',
        SecurityGroupIngress: [fromList(/^OriginsCloudFrontList/)],
      },
      {
        ...{ VpcId: 'vpc-0123456789abcdef0', SecurityGroupEgress },
        GroupDescription: 'dynamic-edge-proxy: admits CloudFront over IPv6 only',
        SecurityGroupIngress: [
          fromList(/^OriginsCloudFrontIpv6List/),
          // ICMPv6 type 2, code 0 (RFC 4443 §3.2).
          {
            ...{ IpProtocol: 'icmpv6', FromPort: 2, ToPort: 0, CidrIpv6: '::/0' },
            Description: 'packet too big',
          },
        ],
      },
    ]);
    stack('region-us-east-1').resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('are outputs with a description that names VPC and family', () => {
    const outputs: Record<string, { Description?: string }> = stack('region-us-east-1').toJSON()['Outputs'];
    const origins = Object.entries(outputs).filter(([name]) => name.startsWith('Origins'));
    expect(origins.map(([, { Description }]) => Description)).toEqual([
      'Security group for instances of vpc-0123456789abcdef0: admits CloudFront over IPv4 only',
      'Security group for instances of vpc-0123456789abcdef0: admits CloudFront over IPv6 only',
    ]);
  });

  test('get the ids of the lists during deployment, by a role that can read nothing else', () => {
    const template = stack('region-us-east-1');
    const lookups = Object.values(template.findResources('Custom::CloudFrontPrefixList'));
    expect(lookups.map((lookup) => lookup['Properties'])).toEqual(
      [
        'com.amazonaws.global.cloudfront.origin-facing',
        'com.amazonaws.global.ipv6.cloudfront.origin-facing',
      ].map((ListName) => ({
        ServiceToken: { 'Fn::GetAtt': [expect.stringMatching(/^OriginsCloudFrontFunction/), 'Arn'] },
        ...{ ServiceTimeout: '300', ListName },
      })),
    );
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 240, Runtime: 'nodejs24.x' });
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      (policy) => policy['Properties'].PolicyDocument.Statement,
    );
    const asking = statements.filter(({ Action }) => JSON.stringify(Action).includes('ec2:'));
    expect(asking).toEqual([{ Effect: 'Allow', Action: 'ec2:DescribeManagedPrefixLists', Resource: '*' }]);
  });
});
