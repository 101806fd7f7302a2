import { RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';

/**
 * The bucket of the access rules and the last changes, which the updater writes and the concierge reads. No cache behaviour reaches it. It is in the edge
 * stack, because the updater's stack is deployed after the concierge.
 */
export class AccessBucket extends s3.Bucket {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // CloudFormation deletes empty buckets only.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acceptFindings(this, { S1: 'holds a few files, which the updater writes again at each change' });
  }
}
