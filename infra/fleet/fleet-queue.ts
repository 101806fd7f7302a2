import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Undelivered } from './undelivered.ts';

/**
 * Everything that may have changed the fleet, one writer at a time.
 *
 * One message group means that Lambda runs one batch after the other, and the store has one version for all its
 * keys: parallel writers would only fight.
 */
export class FleetQueue extends Construct {
  /** The group of every message. */
  static readonly GROUP = 'fleet';
  readonly queue: sqs.Queue;
  /** Messages whose batches failed again and again. */
  readonly deadLetters: sqs.Queue;
  /** Events that never came into the queue. */
  readonly undelivered: sqs.Queue;

  /** @param writerTimeout How long one batch may take. */
  constructor(scope: Construct, id: string, writerTimeout: Duration) {
    super(scope, id);
    this.undelivered = new Undelivered(this, 'Undelivered');
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      fifo: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      fifo: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // EventBridge sends no deduplication id. Bodies are whole events, whose `id` tells them apart.
      contentBasedDeduplication: true,
      // A failed batch holds up the group until it is visible again. AWS's advice of six times the timeout is for
      // throttling among parallel batches, of which one group has none.
      visibilityTimeout: Duration.seconds(2 * writerTimeout.toSeconds()),
      // Only an unwritable store fails a batch: twenty minutes of that, then the sweep has to do.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 10 },
    });
  }
}
