import type { SQSEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EventQueue } from '../../../local/lambda/event-queue.ts';

/** A queue that records its deliveries; the first `failures` of them fail. */
function queueThat({ failures = 0, visibility = 1 }: { failures?: number; visibility?: number } = {}) {
  const batches: SQSEvent[] = [];
  const complaints: string[] = [];
  let left = failures;
  const queue = new EventQueue({ onFailure: (message) => complaints.push(message), visibility });
  queue.connect(async (batch) => {
    batches.push(batch);
    if (left-- > 0) throw new Error('no');
  });
  onTestFinished(() => queue.close());
  const bodies = () => batches.map((batch) => batch.Records.map((record) => JSON.parse(record.body)));
  return { queue, batches, bodies, complaints };
}

describe('the queue', () => {
  test('delivers simultaneous events in order, in batches of at most ten', async () => {
    const { queue, bodies } = queueThat();
    for (let n = 0; n < 12; n++) queue.send(n);
    await queue.idle();
    expect(bodies()).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [10, 11],
    ]);
  });

  test('keeps events until a function is connected', async () => {
    const queue = new EventQueue({ onFailure: () => {} });
    onTestFinished(() => queue.close());
    queue.send('early');
    const bodies: string[] = [];
    const seenWhenIdle = queue.idle().then(() => [...bodies]);
    queue.connect(async ({ Records }) => void bodies.push(...Records.map(({ body }) => body)));
    queue.send('late');
    await queue.idle();
    expect(bodies).toEqual(['"early"', '"late"']);
    expect(await seenWhenIdle).toEqual(['"early"', '"late"']);
  });

  test('is idle once it closes without a function', async () => {
    const queue = new EventQueue({ onFailure: () => {} });
    queue.send('early');
    const idle = queue.idle();
    await queue.close();
    await expect(idle).resolves.toBeUndefined();
  });

  test('delivers one batch at a time', async () => {
    let underWay = 0;
    const seen: number[] = [];
    const queue = new EventQueue({ onFailure: () => {} });
    queue.connect(async () => {
      seen.push(++underWay);
      if (seen.length < 5) queue.send('more');
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    });
    queue.send('first');
    await queue.idle();
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });

  test('writes messages as SQS does', async () => {
    const { queue, batches } = queueThat();
    const before = Date.now();
    queue.send({ id: 'a' });
    await queue.idle();
    expect(batches[0]?.Records[0]).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      body: '{"id":"a"}',
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'fleet' },
      eventSource: 'aws:sqs',
    });
    expect(Number(batches[0]?.Records[0]?.attributes.SentTimestamp)).toBeGreaterThanOrEqual(before);
  });

  test('accepts a message at any time', async () => {
    const { queue, bodies } = queueThat();
    queue.send(0);
    for (let n = 1; n <= 20; n++) {
      await Promise.resolve();
      queue.send(n);
      if (n % 5 === 0) await queue.idle();
    }
    await queue.idle();
    expect(bodies().flat()).toHaveLength(21);
  });
});

describe('a failed batch', () => {
  test('is delivered again completely and before later events, with its count', async () => {
    const { queue, batches, bodies, complaints } = queueThat({ failures: 1 });
    queue.send('a');
    queue.send('b');
    await queue.idle();
    expect(bodies()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(batches[1]?.Records[0]?.messageId).toBe(batches[0]?.Records[0]?.messageId);
    expect(batches[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
    expect(complaints).toEqual([
      expect.stringMatching(
        /^the updater failed on a batch of 2 events, which comes back in [01] s: Error: no$/,
      ),
    ]);
  });

  test('is dropped after fourteen deliveries, and later events continue', async () => {
    const { queue, bodies, complaints } = queueThat({ failures: 14 });
    queue.send('poison');
    await queue.idle();
    queue.send('fine');
    await queue.idle();
    expect(bodies().slice(13)).toEqual([['poison'], ['fine']]);
    expect(complaints.at(-1)).toMatch(/failed 14 times and was dropped$/);
  });

  test('comes back when the function asks for it, and no later message overtakes it', async () => {
    const delivered: string[] = [];
    const queue = new EventQueue({ onFailure: () => {} });
    onTestFinished(() => queue.close());
    queue.connect(async ({ Records: [record] }) => {
      delivered.push(`${record?.body} ${record?.attributes.ApproximateReceiveCount}`);
      if (delivered.length > 1) return;
      queue.send('later');
      expect(queue.changeVisibility(record?.receiptHandle ?? '', 1)).toBe(true);
      throw new Error('no');
    });
    queue.send('first');
    await queue.idle();
    expect(delivered).toEqual(['"first" 1', '"first" 2']);
  });

  test('is known by handles of this delivery alone', async () => {
    const { queue, batches } = queueThat();
    queue.send('a');
    await queue.idle();
    expect(queue.changeVisibility(batches[0]?.Records[0]?.receiptHandle ?? '', 1)).toBe(false);
  });

  test('does not prevent closing the queue', async () => {
    const { queue, bodies, complaints } = queueThat({ failures: 1, visibility: 3_600_000 });
    queue.send('a');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(complaints).toHaveLength(1);
    await queue.close();
    await queue.idle();
    expect(bodies()).toHaveLength(1);
  });
});

describe('a closed queue', () => {
  test('finishes the current batch and delivers no other', async () => {
    let finish = () => {};
    const delivered: number[] = [];
    const queue = new EventQueue({ onFailure: () => {} });
    queue.connect(async ({ Records }) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      delivered.push(Records.length);
    });
    queue.send(1);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    queue.send(2);
    const closed = queue.close();
    finish();
    await closed;
    queue.send(3);
    await queue.idle();
    expect(delivered).toEqual([1]);
  });
});
