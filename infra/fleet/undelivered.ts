import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';

/**
 * What EventBridge could not hand over: at once where a permission or the target is missing, else after a day of
 * tries. A plain queue, the only kind that a rule takes for this (EventBridge User Guide, "Using dead-letter queues").
 */
export class Undelivered extends sqs.Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acceptFindings(this, {
      SQS3: 'is a dead-letter queue, that of rules: cdk-nag looks for those of queues',
    });
  }
}
