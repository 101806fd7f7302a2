import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { namePrefix } from '../names.ts';

/**
 * A trail of all regions for API calls that change something; without a trail EventBridge gets no API calls. For accounts
 * that have none: a second copy of the same events costs $2 per 100,000 (CloudTrail pricing).
 */
export class FleetTrail extends Construct {
  /** The trail's name is fixed, so that the bucket's policy can name this trail only. */
  constructor(scope: Construct, id: string, deployment: string) {
    super(scope, id);
    const trailName = namePrefix(deployment);
    const { account, region } = Stack.of(this);
    const bucket = addRecordsBucket(this);
    const statements = writeStatements(
      bucket,
      account,
      `arn:aws:cloudtrail:${region}:${account}:trail/${trailName}`,
    );
    for (const statement of statements) bucket.addToResourcePolicy(statement);
    // An L1, because the L2 allows any trail of any account to write to the bucket.
    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName,
      s3BucketName: bucket.bucketName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      eventSelectors: [{ includeManagementEvents: true, readWriteType: 'WriteOnly' }],
    });
    // CloudTrail tests the bucket by writing a file.
    if (bucket.policy) trail.node.addDependency(bucket.policy);
  }
}

function addRecordsBucket(scope: Construct): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Records', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [
      {
        // The journal keeps the calls that matter here for a year. These files hold every call of the account.
        expiration: Duration.days(90),
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acceptFindings(bucket, { S1: 'is a log itself; CloudTrail records who reads it' });
  return bucket;
}

/** The permissions that CloudTrail needs (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"). */
function writeStatements(bucket: s3.Bucket, account: string, trailArn: string): iam.PolicyStatement[] {
  const principals = [new iam.ServicePrincipal('cloudtrail.amazonaws.com')];
  const ofThisTrail = { 'aws:SourceArn': trailArn };
  return [
    new iam.PolicyStatement({
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: ofThisTrail },
    }),
    new iam.PolicyStatement({
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${account}/*`)],
      conditions: { StringEquals: { ...ofThisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  ];
}
