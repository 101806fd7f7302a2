import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Undelivered } from './undelivered.ts';

/**
 * Events that may have changed the fleet, for one writer at a time.
 *
 * With one message group, Lambda runs one batch after the other. The store has one version for all its keys, so parallel
 * writers would only conflict.
 */
export class FleetQueue extends Construct {
  /** The group of every message. */
  static readonly GROUP = 'fleet';
  readonly queue: sqs.Queue;
  /** Messages whose batches failed fourteen times. */
  readonly deadLetters: sqs.Queue;
  /** Events that never reached the queue. */
  readonly undelivered: sqs.Queue;

  /** @param writerTimeout Limit of one batch. */
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
      // A batch whose run died blocks the group until it is visible again. AWS advises six times the timeout because parallel batches
      // may be throttled, and one group has no parallel batches. Other failed batches return sooner (updater/run/return-early.ts).
      visibilityTimeout: Duration.seconds(2 * writerTimeout.toSeconds()),
      // Only a store that cannot be written fails a batch. Fourteen deliveries take twenty minutes: the first five failures delay
      // the next delivery by 155 s in all, and each further one by 120 s. After that, the sweep repairs the rest.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 14 },
    });
  }
}
