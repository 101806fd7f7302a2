import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { namePrefix } from '../names.ts';

/**
 * A trail, without which EventBridge hears of no API call: every region, calls that change something, nothing else.
 * For accounts that have none: a second copy of the same events costs $2 per 100,000 (CloudTrail pricing).
 */
export class FleetTrail extends Construct {
  /** Whose name is known before it is made, so that the bucket can let in this trail and no other. */
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
    // An L1: the L2 would let any trail of anybody's write to this bucket.
    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName,
      s3BucketName: bucket.bucketName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      eventSelectors: [{ includeManagementEvents: true, readWriteType: 'WriteOnly' }],
    });
    // CloudTrail writes a file to try it out.
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
        // The journal keeps what concerns us for a year. These are files of every call of the account.
        expiration: Duration.days(90),
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acceptFindings(bucket, { S1: 'is a log itself; who reads it is in CloudTrail' });
  return bucket;
}

/** What CloudTrail needs of a bucket (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"). */
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
