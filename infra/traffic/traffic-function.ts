import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SITE_FOLDER } from '../../core/journal/site-documents.ts';
import { TRAFFIC_FOLDER } from '../../core/traffic/day-file.ts';
import { LAST_REQUESTS } from '../../core/traffic/last-requests.ts';
import { LOG_FOLDER } from '../../core/traffic/log-key.ts';
import { TRAFFIC_FILE } from '../../core/traffic/traffic-file.ts';
import { acceptFindings, logicalIdOf } from '../accept.ts';

import { WILDCARDS } from '../wildcards.ts';

/** Props of {@link TrafficFunction}. */
export interface TrafficFunctionProps {
  deployment: string;
  /** The bucket of the access logs. */
  bucket: s3.Bucket;
  site: s3.IBucket;
  /** Built traffic/. */
  code: lambda.Code;
  logRetention: logs.RetentionDays;
}

/**
 * Counts each new access log in the file of its day, and publishes each app's last request and traffic for the portal. It needs no reserved
 * concurrency, which new accounts cannot give: its writes name the version that they replace.
 */
export class TrafficFunction extends Construct {
  constructor(scope: Construct, id: string, props: TrafficFunctionProps) {
    super(scope, id);
    const counter = this.addFunction(props);
    announceObjects(props.bucket);
    new events.Rule(this, 'Rule', {
      description: `dynamic-edge-proxy ${props.deployment}: new access logs`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [props.bucket.bucketName] },
          object: { key: [{ prefix: `${LOG_FOLDER}/` }] },
        },
      },
      targets: [new targets.LambdaFunction(counter)],
    });
  }

  private addFunction(props: TrafficFunctionProps): lambda.Function {
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const statement of trafficStatements(props)) role.addToPolicy(statement);
    const ofBucket = (path: string) => `IAM5[Resource::<${logicalIdOf(props.bucket)}.Arn>${path}]`;
    const { accessLogs, traffic } = WILDCARDS;
    acceptFindings(role, {
      [ofBucket(accessLogs.resource)]: accessLogs.why,
      [ofBucket(traffic.resource)]: traffic.why,
    });
    return new lambda.Function(this, 'Function', {
      description: `dynamic-edge-proxy ${props.deployment}: access logs to traffic by app and hour`,
      code: props.code,
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // A day of 2,000 busy apps, with latencies in 40 buckets each hour, has 22 MB of sums. A process that changes them takes 300 MB.
      memorySize: 512,
      // One file takes a second. To count a whole day again takes minutes.
      timeout: Duration.minutes(5),
      environment: {
        DEPLOYMENT: props.deployment,
        LOG_BUCKET: props.bucket.bucketName,
        SITE_BUCKET: props.site.bucketName,
      },
      logGroup,
      role,
    });
  }
}

/** Sends the events of the bucket's objects to EventBridge. The L2 would add a function that may change every bucket of the account. */
function announceObjects(bucket: s3.Bucket): void {
  const resource = bucket.node.defaultChild;
  if (!s3.CfnBucket.isCfnBucket(resource)) throw new TypeError('a bucket consists of a CfnBucket');
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}

/** Logs are read only. */
function trafficStatements({ bucket, site }: TrafficFunctionProps): iam.PolicyStatement[] {
  const allow = (actions: string[], resources: string[]) => new iam.PolicyStatement({ actions, resources });
  return [
    allow(
      ['s3:GetObject'],
      [`${LOG_FOLDER}/*`, `${TRAFFIC_FOLDER}/*`].map((key) => bucket.arnForObjects(key)),
    ),
    allow(['s3:PutObject'], [bucket.arnForObjects(`${TRAFFIC_FOLDER}/*`)]),
    allow(
      ['s3:GetObject', 's3:PutObject'],
      [LAST_REQUESTS, TRAFFIC_FILE].map((name) => site.arnForObjects(`${SITE_FOLDER}/${name}`)),
    ),
    // To count a day again. Otherwise S3 also answers 403 for a file that is not there yet.
    allow(['s3:ListBucket'], [bucket.bucketArn, site.bucketArn]),
  ];
}
