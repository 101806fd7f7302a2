import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { TRUST_MS } from '../../../updater/store/store-copy.ts';
import { OWN_DOMAIN, templatesOf } from '../synth.ts';

const { updater } = templatesOf({ public: 'true' });
const rules = Object.values(updater.findResources('AWS::Events::Rule')).map((rule) => rule['Properties']);

/** Properties of the only resource of a type. */
function only(type: string, template = updater) {
  const [first, ...others] = Object.values(template.findResources(type));
  expect(others).toEqual([]);
  return first?.['Properties'];
}

/** What the edge stack hands over. */
function edgeOutput(name: RegExp) {
  const OutputName = expect.stringMatching(name);
  return { 'Fn::GetStackOutput': { StackName: 'edge-proxy-main-edge', Region: 'us-east-1', OutputName } };
}

describe('the updater', () => {
  test('is the built bundle on arm64', () => {
    updater.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1769,
    });
  });

  test('gets exactly the environment its handler reads', () => {
    expect(only('AWS::Lambda::Function').Environment.Variables).toEqual({
      DEPLOYMENT: 'main',
      BASE_DOMAIN: '',
      KVS_ARN: edgeOutput(/RouterStore.*Arn/),
      JOURNAL_BUCKET: { Ref: expect.stringMatching(/^Journal/) },
      SITE_BUCKET: edgeOutput(/SiteBucket/),
      REGIONS: 'us-east-1',
      UPDATER_MODE: 'sync',
      ORIGIN_SECRET_ARN: { Ref: expect.stringMatching(/^OriginSecret/) },
    });
  });

  test('is refused, before anything is deployed, when Lambda would not take its environment', () => {
    const claims = Array.from({ length: 120 }, (_, index) => ({
      names: `team-${index}-*`,
      tag: `team=${index}`,
    }));
    expect(() => templatesOf({ public: 'true', claims: JSON.stringify(claims) })).toThrow(
      /^the settings make \d+ bytes of variables .* Lambda takes 4096 \(CLAIMS: \d+, \w+: \d+\); shorten claims/,
    );
    expect(() => templatesOf({ public: 'true', claims: JSON.stringify(claims.slice(60)) })).not.toThrow();
  });

  test('is told domain, deployment and regions', () => {
    const context = { ...OWN_DOMAIN, public: 'true', deployment: 'team-a', regions: 'eu-west-1,us-east-1' };
    expect(only('AWS::Lambda::Function', templatesOf(context).updater).Environment.Variables).toMatchObject({
      DEPLOYMENT: 'team-a',
      BASE_DOMAIN: 'dev.example.com',
      CERTIFICATE_NAMES: 'dev.example.com,*.dev.example.com',
      REGIONS: 'eu-west-1,us-east-1',
    });
  });

  test('may do what it does and nothing else', () => {
    const { ManagedPolicyArns } = only('AWS::IAM::Role');
    expect(ManagedPolicyArns).toBeUndefined();
    const allowed = only('AWS::IAM::Policy').PolicyDocument.Statement.map(
      ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) => [Action, Resource],
    );
    const journal = (prefix: string) => ({ 'Fn::Join': ['', [arnOf(/^Journal/), `/${prefix}/*`]] });
    expect(allowed).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(/^UpdaterLog/)],
      ['ec2:DescribeInstances', '*'],
      [
        ['DescribeKeyValueStore', 'GetKey', 'ListKeys', 'UpdateKeys'].map(
          (name) => `cloudfront-keyvaluestore:${name}`,
        ),
        edgeOutput(/RouterStore.*Arn/),
      ],
      [
        's3:PutObject',
        [
          { 'Fn::Join': ['', ['arn:aws:s3:::', edgeOutput(/SiteBucket/), '/_proxy/routes.json']] },
          journal('decisions'),
          journal('mirror'),
          journal('quarantine'),
          journal('raw'),
        ],
      ],
      ['s3:GetObject', [journal('mirror'), { 'Fn::Join': ['', [arnOf(/^Journal/), '/tokens/main.json']] }]],
      ['s3:ListBucket', arnOf(/^Journal/)],
      ['secretsmanager:GetSecretValue', { Ref: expect.stringMatching(/^OriginSecret/) }],

      [
        [
          'ChangeMessageVisibility',
          'DeleteMessage',
          'GetQueueAttributes',
          'GetQueueUrl',
          'ReceiveMessage',
        ].map((name) => `sqs:${name}`),
        arnOf(/^FleetQueue/),
      ],
    ]);
  });

  test('forgets its log after a month', () => {
    expect(only('AWS::Logs::LogGroup').RetentionInDays).toBe(30);
  });
});

describe('the queue', () => {
  test('deduplicates by content, since EventBridge sends no id to do it by', () => {
    updater.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: true,
      RedrivePolicy: { deadLetterTargetArn: arnMatching('^FleetDeadLetters'), maxReceiveCount: 10 },
    });
  });

  test('has dead letters of its own kind, kept for two weeks', () => {
    updater.hasResourceProperties('AWS::SQS::Queue', { FifoQueue: true, MessageRetentionPeriod: 1_209_600 });
  });

  test('hides a batch for longer than the updater may take', () => {
    const queues = Object.values(updater.findResources('AWS::SQS::Queue')).map(
      (queue) => queue['Properties'],
    );
    const visibility = queues.find((queue) => 'RedrivePolicy' in queue)?.VisibilityTimeout;
    expect(visibility).toBeGreaterThan(only('AWS::Lambda::Function').Timeout);
    // What crashed comes back when no other environment trusts its memory any more, and sweeps come sooner.
    expect(visibility).toBeGreaterThan(TRUST_MS / 1000);
    expect(TRUST_MS).toBeGreaterThan(60_000);
  });

  test('feeds ten messages at a time and hears which of them failed', () => {
    expect(only('AWS::Lambda::EventSourceMapping')).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      EventSourceArn: arnOf(/^FleetQueue/),
    });
  });

  test.each([/^FleetQueue/, /^FleetUndelivered/])(
    '%s takes messages by TLS, and from our rules only',
    (queue) => {
      const policies = Object.values(updater.findResources('AWS::SQS::QueuePolicy'));
      const statements = policies
        .flatMap((policy) => policy['Properties'].PolicyDocument.Statement)
        .filter(({ Resource }) => queue.test(Resource['Fn::GetAtt'][0]));
      const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
      expect(statements.length - allowed.length).toBe(1);
      expect(allowed.map(({ Condition }) => Condition)).toEqual(
        rules.map(() => expect.objectContaining({ ArnEquals: { 'aws:SourceArn': arnOf(/^Rules/) } })),
      );
    },
  );
});

describe('rules', () => {
  const pattern = (detailType: string) =>
    rules.find((rule) => rule.EventPattern?.['detail-type'][0] === detailType)?.EventPattern;

  test('hear API calls that may change a route, whoever made them and however they ended', () => {
    expect(pattern('AWS API Call via CloudTrail')).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['ec2.amazonaws.com'],
        eventName: [
          'RunInstances',
          'TerminateInstances',
          'StartInstances',
          'StopInstances',
          'CreateTags',
          'DeleteTags',
          'AssociateAddress',
          'DisassociateAddress',
        ],
      },
    });
  });

  test.each(['EC2 Instance State-change Notification', 'EC2 Spot Instance Interruption Warning'])(
    'hear every %s',
    (detailType) => {
      expect(pattern(detailType)).toEqual({ source: ['aws.ec2'], 'detail-type': [detailType] });
    },
  );

  test('hear scaling groups when a hook holds up an end, and when an instance serves', () => {
    const types = ['EC2 Instance-terminate Lifecycle Action', 'EC2 Instance Launch Successful'];
    expect(pattern(types[0] ?? '')).toEqual({ source: ['aws.autoscaling'], 'detail-type': types });
  });

  test('hear spot evictions', () => {
    expect(pattern('AWS Service Event via CloudTrail')?.detail).toEqual({ eventName: ['BidEvictedEvent'] });
  });

  test('hear changes of our tags on instances', () => {
    expect(pattern('Tag Change on Resource')).toEqual({
      source: ['aws.tag'],
      'detail-type': ['Tag Change on Resource'],
      detail: { service: ['ec2'], 'resource-type': ['instance'], 'changed-tag-keys': [{ prefix: 'proxy:' }] },
    });
  });

  test('sweep every minute', () => {
    expect(rules.filter((rule) => rule.ScheduleExpression === 'rate(1 minute)')).toHaveLength(1);
  });

  test('are eight, enabled, on the default bus', () => {
    expect(rules).toHaveLength(8);
    for (const rule of rules) {
      expect(rule).toMatchObject({ State: 'ENABLED' });
      expect(rule).not.toHaveProperty('EventBusName');
    }
  });

  test('put into one group, and keep what the queue does not take', () => {
    for (const { Targets } of rules) {
      expect(Targets).toEqual([
        expect.objectContaining({
          Arn: arnOf(/^FleetQueue/),
          SqsParameters: { MessageGroupId: 'fleet' },
          DeadLetterConfig: { Arn: arnOf(/^FleetUndelivered/) },
        }),
      ]);
    }
  });

  test('send whole events and sweeps: a constant input would be deduplicated away', () => {
    const whole = rules.filter(({ ScheduleExpression }) => ScheduleExpression !== 'rate(1 hour)');
    for (const { Targets } of whole) {
      expect(Targets[0]).not.toHaveProperty('Input');
      expect(Targets[0]).not.toHaveProperty('InputTransformer');
    }
  });

  test('ask for an audit each hour, by a message with the id of its event', () => {
    const audit = rules.find(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 hour)');
    expect(audit?.Targets[0].InputTransformer).toEqual({
      InputPathsMap: { id: '$.id', time: '$.time' },
      InputTemplate: '{"action":"audit","id":<id>,"time":<time>}',
    });
  });
});

describe('the secret behind the tokens', () => {
  test('is 64 letters and digits that nobody has seen', () => {
    updater.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
      SecretString: Match.absent(),
    });
  });

  test('is never rotated behind the back of apps', () => {
    updater.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
  });
});

describe('a trail', () => {
  test('is not made unasked', () => {
    updater.resourceCountIs('AWS::CloudTrail::Trail', 0);
  });

  test('covers every region and the calls that change something', () => {
    const { updater: withTrail } = templatesOf({ public: 'true', createTrail: 'true' });
    withTrail.hasResourceProperties('AWS::CloudTrail::Trail', {
      IsLogging: true,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }],
    });
  });
});

test('the journal is private, encrypted, TLS only, versioned, and outlives the stack', () => {
  updater.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      BucketEncryption: Match.anyValue(),
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          {
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            Status: 'Enabled',
          },
          // Not of the counts of tokens: with a lost count an old token would be good again.
          ...['raw/', 'decisions/', 'quarantine/', 'mirror/'].map((Prefix) => ({
            Prefix,
            ExpirationInDays: 365,
            Status: 'Enabled',
          })),
        ],
      },
    },
  });
  expect(JSON.stringify(only('AWS::S3::BucketPolicy'))).toContain('"aws:SecureTransport":"false"');
});

function arnOf(logicalId: RegExp) {
  return { 'Fn::GetAtt': [expect.stringMatching(logicalId), 'Arn'] };
}

function arnMatching(logicalId: string) {
  return { 'Fn::GetAtt': [Match.stringLikeRegexp(logicalId), 'Arn'] };
}
