import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { LOG_FIELDS } from '../../../core/traffic/access-record.ts';
import { formatLogKey } from '../../../core/traffic/log-key.ts';
import { matches } from '../../support/values/event-pattern.ts';
import { deployed, listOf, type Statement } from '../statements.ts';
import { EVERYTHING, templatesOf } from '../synth.ts';

const { edge } = templatesOf({ public: 'true' });
const off = templatesOf({ public: 'true', accessLogs: 'off' }).edge;

/** The one resource of a type whose logical id begins so. */
function only(template: Template, type: string, beginning: string) {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(beginning));
  expect(found).toHaveLength(1);
  const [[id, resource] = ['', undefined]] = found;
  return { id, ...resource?.['Properties'], dependsOn: resource?.['DependsOn'] };
}

describe('access logs', () => {
  test('are delivered as JSON with fields that name no viewer', () => {
    const { RecordFields, S3EnableHiveCompatiblePath } = only(edge, 'AWS::Logs::Delivery', 'AccessLogs');
    expect(RecordFields).toEqual(LOG_FIELDS);
    expect(RecordFields).toContain('viewer-request-log-data');
    expect(S3EnableHiveCompatiblePath).toBe(true);
    edge.hasResourceProperties('AWS::Logs::DeliveryDestination', { OutputFormat: 'json' });
    edge.hasResourceProperties('AWS::Logs::DeliverySource', {
      LogType: 'ACCESS_LOGS',
      ResourceArn: { 'Fn::Join': ['', Match.arrayWith(['arn:aws:cloudfront::', { Ref: 'AWS::AccountId' }])] },
    });
  });

  test("have the viewer's address only if the deployment asks for it", () => {
    const { edge: asked } = templatesOf({ public: 'true', accessLogsViewer: 'true' });
    expect(only(asked, 'AWS::Logs::Delivery', 'AccessLogs').RecordFields).toEqual([...LOG_FIELDS, 'c-ip']);
  });

  test('go to the path whose keys the reader knows', () => {
    const { S3SuffixPath } = only(edge, 'AWS::Logs::Delivery', 'AccessLogs');
    const { DestinationResourceArn } = only(edge, 'AWS::Logs::DeliveryDestination', 'AccessLogs');
    const variables = { distributionid: 'E2Q', yyyy: '2026', MM: '11', dd: '30', HH: '05' };
    const names = ['distributionid', 'year', 'month', 'day', 'hour'];
    // CloudFront puts the name of each variable in front of it, and refuses a path that has these names already.
    const folders = Object.entries(variables).map(([variable, value], index) => ({
      variable: `{${variable}}`,
      folder: `${names[index]}=${value}`,
    }));
    expect(S3SuffixPath).toBe(folders.map(({ variable }) => variable).join('/'));
    const folder = deployed(DestinationResourceArn).replace(/^.*\//, '');
    const key = formatLogKey('E2Q', new Date('2026-11-30T05:10:00Z'), 'x');
    expect(key.startsWith(`${folder}/${folders.map((each) => each.folder).join('/')}/`)).toBe(true);
  });

  test('have a bucket of their own that keeps them for 30 days, encrypted and private', () => {
    const bucket = only(edge, 'AWS::S3::Bucket', 'AccessLogs');
    expect(bucket.LifecycleConfiguration.Rules).toEqual([
      { ExpirationInDays: 30, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' },
    ]);
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(JSON.stringify(bucket.BucketEncryption)).toContain('AES256');
    edge.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  });

  test('are written by this delivery only, over TLS', () => {
    const { id, PolicyDocument } = only(edge, 'AWS::S3::BucketPolicy', 'AccessLogs');
    const statements: Statement[] = PolicyDocument.Statement;
    const [write, ...others] = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(others).toEqual([]);
    expect(write).toMatchObject({
      Action: 's3:PutObject',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
    });
    const source = only(edge, 'AWS::Logs::DeliverySource', 'AccessLogs');
    expect(write?.Condition).toEqual({
      StringEquals: {
        's3:x-amz-acl': 'bucket-owner-full-control',
        'aws:SourceAccount': { Ref: 'AWS::AccountId' },
      },
      ArnEquals: {
        'aws:SourceArn': {
          'Fn::Join': [
            '',
            ['arn:aws:logs:us-east-1:', { Ref: 'AWS::AccountId' }, `:delivery-source:${source.Name}`],
          ],
        },
      },
    });
    const denied = statements.find(({ Effect }) => Effect === 'Deny');
    expect(denied?.Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
    // Otherwise the service would change the policy while the stack creates it.
    expect(only(edge, 'AWS::Logs::Delivery', 'AccessLogs').dependsOn).toContain(id);
  });

  test('have a source whose name fits for the longest deployment id', () => {
    const { edge: long } = templatesOf({ public: 'true', deployment: 'a'.repeat(32) });
    // API reference, PutDeliverySource: [\w-]*, at most 60 characters.
    expect(only(long, 'AWS::Logs::DeliverySource', 'AccessLogs').Name).toMatch(/^[\w-]{1,60}$/);
  });

  test('do not exist with accessLogs=off, and nothing that counts them', () => {
    for (const type of ['DeliverySource', 'DeliveryDestination', 'Delivery'])
      off.resourceCountIs(`AWS::Logs::${type}`, 0);
    off.resourceCountIs('AWS::Events::Rule', 0);
    expect(JSON.stringify(off.toJSON())).not.toContain('AccessLog');
  });
});

describe('the function that counts logs', () => {
  const rule = only(edge, 'AWS::Events::Rule', 'Traffic');
  const bucket = only(edge, 'AWS::S3::Bucket', 'AccessLogs');

  test('runs for each new log, and not for the files that it writes', () => {
    expect(bucket.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    const pattern = JSON.parse(JSON.stringify(rule.EventPattern).replace(`{"Ref":"${bucket.id}"}`, '"logs"'));
    const created = (key: string) => ({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'logs' }, object: { key } },
    });
    expect(matches(pattern, created(formatLogKey('E2Q', new Date(0), 'x')))).toBe(true);
    expect(matches(pattern, created('traffic/2026-11-30.json'))).toBe(false);
  });

  test('is called by this rule only', () => {
    edge.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TrafficFunction'), 'Arn'] },
      SourceArn: { 'Fn::GetAtt': [rule.id, 'Arn'] },
    });
  });

  test('reads logs, and writes the files of days and two files of the site', () => {
    const { PolicyDocument } = only(edge, 'AWS::IAM::Policy', 'TrafficRole');
    const statements: Statement[] = PolicyDocument.Statement;
    const writes = statements
      .filter(({ Action }) => listOf(Action).includes('s3:PutObject'))
      .flatMap(({ Resource }) => listOf(Resource).map(deployed));
    expect(writes.map((arn) => arn.replace(/^arn:aws:s3:::\w+\//, '')).sort()).toEqual([
      '_proxy/last-requests.json',
      '_proxy/traffic.json',
      'traffic/*',
    ]);
    const actions = statements.flatMap(({ Action }) => listOf(Action));
    expect([...new Set(actions)].sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
  });

  test('needs no concurrency of its own, which new accounts cannot give', () => {
    const { ReservedConcurrentExecutions, Architectures } = only(
      edge,
      'AWS::Lambda::Function',
      'TrafficFunction',
    );
    expect(ReservedConcurrentExecutions).toBeUndefined();
    expect(Architectures).toEqual(['arm64']);
  });

  test('has the variables that it reads', () => {
    const { Environment } = only(edge, 'AWS::Lambda::Function', 'TrafficFunction');
    const read = [...readFileSync('traffic/handler.ts', 'utf8').matchAll(/variable\('(\w+)'\)/g)];
    expect(Object.keys(Environment.Variables).sort()).toEqual(
      [...new Set(read.map(([, name]) => name))].sort(),
    );
    expect(Environment.Variables).toMatchObject({ DEPLOYMENT: 'main', LOG_BUCKET: { Ref: bucket.id } });
  });

  test('keeps its own log as long as all others', () => {
    const { edge: full } = templatesOf({ ...EVERYTHING, logRetentionDays: '7' });
    expect(only(full, 'AWS::Logs::LogGroup', 'Traffic').RetentionInDays).toBe(7);
  });
});
