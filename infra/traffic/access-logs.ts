import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { LOG_FIELDS, VIEWER_FIELD } from '../../core/traffic/access-record.ts';
import { LOG_FOLDER, LOG_PATH } from '../../core/traffic/log-key.ts';
import { acceptFindings } from '../accept.ts';
import { namePrefix } from '../names.ts';

/** Props of {@link AccessLogs}. */
export interface AccessLogsProps {
  deployment: string;
  distribution: cloudfront.IDistribution;
  /** Also log the viewer's address. */
  viewerAddress: boolean;
}

/** Days for which requests and their sums are kept. */
const KEPT = Duration.days(30);

/**
 * CloudFront's standard logging (v2): one JSON object for each request, in a bucket of its own. The delivery must be in us-east-1.
 * A distribution can have only one delivery source.
 */
export class AccessLogs extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, { deployment, distribution, viewerAddress }: AccessLogsProps) {
    super(scope, id);
    const name = `${namePrefix(deployment)}-access`;
    this.bucket = this.addBucket();
    this.bucket.addToResourcePolicy(writeStatement(this.bucket, name));
    const source = new logs.CfnDeliverySource(this, 'Source', {
      name,
      logType: 'ACCESS_LOGS',
      resourceArn: distribution.distributionArn,
    });
    const destination = new logs.CfnDeliveryDestination(this, 'Destination', {
      name,
      // Without a folder CloudFront adds one that holds the account's number.
      destinationResourceArn: this.bucket.arnForObjects(LOG_FOLDER),
      outputFormat: 'json',
    });
    const delivery = new logs.CfnDelivery(this, 'Delivery', {
      // The source's `name` would leave no dependency on the source.
      deliverySourceName: source.ref,
      deliveryDestinationArn: destination.attrArn,
      recordFields: [...LOG_FIELDS, ...(viewerAddress ? [VIEWER_FIELD] : [])],
      s3SuffixPath: LOG_PATH,
      s3EnableHiveCompatiblePath: true,
    });
    // The service would add a statement of its own to a policy that does not admit it yet.
    if (this.bucket.policy) delivery.node.addDependency(this.bucket.policy);
  }

  private addBucket(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acceptFindings(bucket, { S1: 'is a log itself; CloudTrail can record who reads it' });
    return bucket;
  }
}

/** The permission that the delivery needs (CloudWatch Logs User Guide, "Logs sent to Amazon S3"), for this delivery only. */
function writeStatement(bucket: s3.Bucket, source: string): iam.PolicyStatement {
  const { account, region } = Stack.of(bucket);
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects(`${LOG_FOLDER}/*`)],
    conditions: {
      StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': account },
      ArnEquals: { 'aws:SourceArn': `arn:aws:logs:${region}:${account}:delivery-source:${source}` },
    },
  });
}
