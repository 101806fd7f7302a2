import { createServer } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EventQueue } from '../../../local/lambda/event-queue.ts';
import { sqsHandler } from '../../../local/lambda/sqs-server.ts';
import { listeningPort } from '../../../local/ports.ts';
import { SqsQueue } from '../../../updater/adapters/sqs.ts';

/** A local queue behind its API, and the updater's adapter for it. */
async function stand() {
  const queue = new EventQueue({ onFailure: () => {} });
  onTestFinished(() => queue.close());
  const server = createServer(sqsHandler(queue));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${listeningPort(server)}`;
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = new SQSClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });
  return { queue, url, remote: new SqsQueue(client, `${url}/123456789012/fleet.fifo`) };
}

describe('the API of the local queue', () => {
  test('brings a failed batch back when the updater asks for it', async () => {
    const { queue, remote } = await stand();
    const delivered: string[][] = [];
    queue.connect(async ({ Records }) => {
      delivered.push(Records.map(({ body }) => body));
      if (delivered.length > 1) return;
      await remote.returnAfter(
        Records.map(({ receiptHandle }) => receiptHandle),
        0,
      );
      throw new Error('the store is closed');
    });
    queue.send('a');
    queue.send('b');
    await queue.idle();
    expect(delivered).toEqual([
      ['"a"', '"b"'],
      ['"a"', '"b"'],
    ]);
  });

  test('refuses receipts of messages that are not in flight', async () => {
    const { remote } = await stand();
    await expect(remote.returnAfter(['x', 'y'], 5)).rejects.toThrow(
      'the queue refused it for 2 of 2 messages: ReceiptHandleIsInvalid',
    );
  });

  test('refuses times that SQS refuses', async () => {
    const { remote } = await stand();
    await expect(remote.returnAfter(['x'], 43_201)).rejects.toThrow('InvalidParameterValue');
  });

  test('refuses unsigned requests and other calls, with the errors of SQS', async () => {
    const { url } = await stand();
    const typeOf = async (headers: Record<string, string>) => {
      const response = await fetch(url, { method: 'POST', headers, body: '{}' });
      return ((await response.json()) as { __type: string }).__type;
    };
    expect(await typeOf({})).toBe('com.amazonaws.sqs#AccessDeniedException');
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKID/20261130/us-east-1/sqs/aws4_request, x';
    expect(await typeOf({ authorization, 'x-amz-target': 'AmazonSQS.SendMessage' })).toBe(
      'com.amazonaws.sqs#InvalidAction',
    );
  });
});
