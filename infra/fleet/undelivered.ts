import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';

/**
 * Events that EventBridge could not deliver: at once if a permission or the target is missing, otherwise after retries for
 * a day. A standard queue, the only kind that a rule accepts here (EventBridge User Guide, "Using dead-letter queues").
 */
export class Undelivered extends sqs.Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acceptFindings(this, {
      SQS3: 'is the dead-letter queue of rules; cdk-nag knows only those of queues',
    });
  }
}
