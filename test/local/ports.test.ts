import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { describeClosed, isOpen, waitUntilOpen } from '../../local/ports.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { until } from '../support/until.ts';

/** A server on a port of a loopback address; closed after the test. */
async function listening(host: string, port = 0) {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

async function closedPort(): Promise<number> {
  const { server, port } = await listening('127.0.0.1');
  server.close();
  await once(server, 'close');
  return port;
}

/** Advances the time of a wait until it ends. */
async function passing<T>(scheduler: ManualScheduler, wait: Promise<T>): Promise<T> {
  let isOver = false;
  const over = wait.finally(() => {
    isOver = true;
  });
  await until('the wait to end', async () => {
    await scheduler.advance(250);
    return isOver;
  });
  return over;
}

test('a port that opens ends the wait', async () => {
  const [scheduler, port] = [new ManualScheduler(), await closedPort()];
  const wait = waitUntilOpen(port, { patienceMs: 86_400_000, scheduler });
  await until('a second look to be due', () => scheduler.waiting > 0);
  await listening('127.0.0.1', port);
  expect(await passing(scheduler, wait)).toBe(true);
});

test('a wait ends when its patience is over', async () => {
  const scheduler = new ManualScheduler();
  const start = scheduler.now();
  expect(await passing(scheduler, waitUntilOpen(await closedPort(), { patienceMs: 5_000, scheduler }))).toBe(
    false,
  );
  expect(scheduler.now() - start).toBeGreaterThanOrEqual(5_000);
});

test('without patience there is one attempt', async () => {
  const scheduler = new ManualScheduler();
  expect(await waitUntilOpen((await listening('127.0.0.1')).port, { patienceMs: 0, scheduler })).toBe(true);
  expect(await waitUntilOpen(await closedPort(), { patienceMs: 0, scheduler })).toBe(false);
  expect(scheduler.waiting).toBe(0);
});

test('a wait ends when its caller cancels it', async () => {
  const scheduler = new ManualScheduler();
  const wait = waitUntilOpen(await closedPort(), { patienceMs: 60_000, scheduler, isOver: () => true });
  expect(await wait).toBe(false);
});

test('an app that listens only on the IPv6 loopback is explained', async () => {
  const { port } = await listening('::1');
  expect(await isOpen(port)).toBe(false);
  expect(await describeClosed(port)).toContain(
    `the app listens only on [::1]:${port}; make it listen on 127.0.0.1`,
  );
  expect(await isOpen(port, '::1')).toBe(true);
  const closed = await closedPort();
  expect(await describeClosed(closed)).toBe(`nothing listens on port ${closed}`);
  expect(await describeClosed(closed, '::1')).toBe(`nothing listens on port ${closed}`);
});

test('an app that listens only on the IPv4 loopback is explained to a person who launches it for IPv6', async () => {
  const { port } = await listening('127.0.0.1');
  expect(await describeClosed(port, '::1')).toBe(
    `the app listens only on 127.0.0.1:${port}; make it listen on :: or ::1 (many tools take --host ::)`,
  );
});
