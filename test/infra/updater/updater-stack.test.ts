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

/** Values of the edge stack. */
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

  test('gets exactly the variables that its handler reads', () => {
    expect(only('AWS::Lambda::Function').Environment.Variables).toEqual({
      DEPLOYMENT: 'main',
      BASE_DOMAIN: '',
      KVS_ARN: edgeOutput(/RouterStore.*Arn/),
      JOURNAL_BUCKET: { Ref: expect.stringMatching(/^Journal/) },
      SITE_BUCKET: edgeOutput(/SiteBucket/),
      QUEUE_URL: { Ref: expect.stringMatching(/^FleetQueue/) },
      REGIONS: 'us-east-1',
      UPDATER_MODE: 'sync',
      MONITORING: 'basic',
      PORTAL_DETAIL: 'names',
      PORTAL_TAGS: 'owner,team',
      PORTAL_PRINCIPALS: 'on',
      ORIGIN_SECRET_ARN: { Ref: expect.stringMatching(/^OriginSecret/) },
    });
  });

  test('is refused at synth if its variables are larger than Lambda allows', () => {
    const claims = Array.from({ length: 120 }, (_, index) => ({
      names: `team-${index}-*`,
      tag: `team=${index}`,
    }));
    expect(() => templatesOf({ public: 'true', claims: JSON.stringify(claims) })).toThrow(
      /^the settings make \d+ bytes of variables .* Lambda allows 4096 \(CLAIMS: \d+, \w+: \d+\); shorten claims/,
    );
    expect(() => templatesOf({ public: 'true', claims: JSON.stringify(claims.slice(60)) })).not.toThrow();
  });

  test('gets domain, deployment and regions', () => {
    const context = { ...OWN_DOMAIN, public: 'true', deployment: 'team-a', regions: 'eu-west-1,us-east-1' };
    expect(only('AWS::Lambda::Function', templatesOf(context).updater).Environment.Variables).toMatchObject({
      DEPLOYMENT: 'team-a',
      BASE_DOMAIN: 'dev.example.com',
      CERTIFICATE_NAMES: 'dev.example.com,*.dev.example.com',
      REGIONS: 'eu-west-1,us-east-1',
    });
  });

  test('has the permissions that it needs and no others', () => {
    const { ManagedPolicyArns } = only('AWS::IAM::Role');
    expect(ManagedPolicyArns).toBeUndefined();
    const allowed = only('AWS::IAM::Policy').PolicyDocument.Statement.map(
      ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) => [Action, Resource],
    );
    const journal = (prefix: string) => ({ 'Fn::Join': ['', [arnOf(/^Journal/), `/${prefix}/*`]] });
    const site = (key: string) => ({
      'Fn::Join': ['', ['arn:aws:s3:::', edgeOutput(/SiteBucket/), ...(key === '' ? [] : [key])]],
    });
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
          site('/_proxy/routes.html'),
          journal('decisions'),
          journal('mirror'),
          journal('quarantine'),
          journal('raw'),
        ],
      ],
      ['s3:GetObject', [journal('mirror'), { 'Fn::Join': ['', [arnOf(/^Journal/), '/tokens/main.json']] }]],
      ['s3:ListBucket', [arnOf(/^Journal/), site('')]],
      [
        ['s3:GetObject', 's3:PutObject'],
        ['changes.json', 'history/*', 'routes.json', 'status.json'].map((name) => site(`/_proxy/${name}`)),
      ],
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

  test('keeps its log for a month', () => {
    expect(only('AWS::Logs::LogGroup').RetentionInDays).toBe(30);
  });
});

describe('the queue', () => {
  test('deduplicates by content, because EventBridge sends no deduplication id', () => {
    updater.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      ContentBasedDeduplication: true,
      RedrivePolicy: { deadLetterTargetArn: arnMatching('^FleetDeadLetters'), maxReceiveCount: 14 },
    });
  });

  test('keeps dead letters in a FIFO queue for two weeks', () => {
    updater.hasResourceProperties('AWS::SQS::Queue', { FifoQueue: true, MessageRetentionPeriod: 1_209_600 });
  });

  test("hides a batch for longer than the updater's timeout", () => {
    const queues = Object.values(updater.findResources('AWS::SQS::Queue')).map(
      (queue) => queue['Properties'],
    );
    const visibility = queues.find((queue) => 'RedrivePolicy' in queue)?.VisibilityTimeout;
    expect(visibility).toBeGreaterThan(only('AWS::Lambda::Function').Timeout);
    // A crashed batch returns when other environments no longer trust their memory; sweeps come sooner.
    expect(visibility).toBeGreaterThan(TRUST_MS / 1000);
    expect(TRUST_MS).toBeGreaterThan(60_000);
  });

  test('delivers ten messages at a time and learns which of them failed', () => {
    expect(only('AWS::Lambda::EventSourceMapping')).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      EventSourceArn: arnOf(/^FleetQueue/),
    });
  });

  test.each([/^FleetQueue/, /^FleetUndelivered/])(
    '%s accepts messages over TLS, and from our rules only',
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

  test('match API calls that may change a route, of all callers, failed calls included', () => {
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
          'AssignIpv6Addresses',
          'UnassignIpv6Addresses',
          'AttachNetworkInterface',
          'DetachNetworkInterface',
          'ModifyNetworkInterfaceAttribute',
        ],
      },
    });
  });

  test.each(['EC2 Instance State-change Notification', 'EC2 Spot Instance Interruption Warning'])(
    'match every %s',
    (detailType) => {
      expect(pattern(detailType)).toEqual({ source: ['aws.ec2'], 'detail-type': [detailType] });
    },
  );

  test('match a lifecycle hook that delays a termination, and a launch that succeeds', () => {
    const types = ['EC2 Instance-terminate Lifecycle Action', 'EC2 Instance Launch Successful'];
    expect(pattern(types[0] ?? '')).toEqual({ source: ['aws.autoscaling'], 'detail-type': types });
  });

  test('match spot evictions', () => {
    expect(pattern('AWS Service Event via CloudTrail')?.detail).toEqual({ eventName: ['BidEvictedEvent'] });
  });

  test('match changes of our tags on instances', () => {
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

  test('send into one message group, and keep events that the queue does not accept', () => {
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

  test('send events and sweeps whole: the queue would drop a constant input as a duplicate', () => {
    const whole = rules.filter(({ ScheduleExpression }) => ScheduleExpression !== 'rate(1 hour)');
    for (const { Targets } of whole) {
      expect(Targets[0]).not.toHaveProperty('Input');
      expect(Targets[0]).not.toHaveProperty('InputTransformer');
    }
  });

  test('request an audit each hour, by a message with the id of its event', () => {
    const audit = rules.find(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 hour)');
    expect(audit?.Targets[0].InputTransformer).toEqual({
      InputPathsMap: { id: '$.id', time: '$.time' },
      InputTemplate: '{"action":"audit","if":"due","id":<id>,"time":<time>}',
    });
  });
});

describe('the secret behind the tokens', () => {
  test('is 64 generated letters and digits', () => {
    updater.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
      SecretString: Match.absent(),
    });
  });

  test('is not rotated automatically', () => {
    updater.resourceCountIs('AWS::SecretsManager::RotationSchedule', 0);
  });
});

describe('a trail', () => {
  test('is created only on request', () => {
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
          // Not for the counts of tokens: without a count, an old token would be valid again.
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
