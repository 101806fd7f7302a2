import { ChangeMessageVisibilityBatchCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Seconds } from '../../core/wire/brands.ts';
import type { BatchQueue } from '../ports.ts';

/** Makes a queue with a client of its own. */
export function connectQueue(url: string, config: SQSClientConfig): SqsQueue {
  return new SqsQueue(new SQSClient(config), url);
}

/** The queue in Amazon SQS. */
export class SqsQueue implements BatchQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async returnAfter(receipts: readonly string[], delay: Seconds): Promise<void> {
    const { Failed = [] } = await this.#client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: this.#url,
        Entries: receipts.map((ReceiptHandle, n) => ({
          ...{ Id: String(n), ReceiptHandle, VisibilityTimeout: delay },
        })),
      }),
    );
    if (Failed.length === 0) return;
    const codes = [...new Set(Failed.map(({ Code }) => Code))].join(', ');
    throw new Error(`the queue refused it for ${Failed.length} of ${receipts.length} messages: ${codes}`);
  }
}
