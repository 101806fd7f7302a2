import type { SQSRecord } from 'aws-lambda';
import type { Milliseconds } from '../../core/wire/brands.ts';

/** One message of the FIFO queue. */
export interface QueuedMessage {
  id: string;
  body: string;
  /** When the queue received it. */
  sentAt: Milliseconds;
  /** Deliveries so far, including this one. */
  received: number;
}

/** A message as SQS passes it to Lambda (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
export function buildSqsRecord({ id, body, sentAt, received }: QueuedMessage): SQSRecord {
  return {
    messageId: id,
    // Each delivery has a handle of its own.
    receiptHandle: `${id}-${received}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(received),
      SentTimestamp: String(sentAt),
      SenderId: 'events.amazonaws.com',
      ApproximateFirstReceiveTimestamp: String(sentAt),
      MessageGroupId: 'fleet',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:fleet.fifo',
    awsRegion: 'us-east-1',
  };
}
