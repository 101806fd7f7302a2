import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { LOG_FIELDS, type LogLine, parseLogLine } from '../../../core/traffic/access-record.ts';
import { ask, edgeFunction, startOrigin, startStand } from './edge-stand.ts';

/** A list that the edge fills, and the next line that comes. */
function collectLines() {
  const lines: LogLine[] = [];
  const waiting: (() => void)[] = [];
  return {
    onLogLine: (line: LogLine) => {
      lines.push(line);
      for (const go of waiting.splice(0)) go();
    },
    async first(): Promise<LogLine> {
      while (lines.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return lines[0] as LogLine;
    },
  };
}

test('a request has all fields that a deployment asks for, with the words of the router and without the query', async () => {
  const { onLogLine, first } = collectLines();
  const port = await startOrigin((_request, response) => response.end('x'.repeat(5_000)));
  const edge = await startStand(port, { onLogLine });
  const { headers } = await ask(edge, '/a%20b?secret=1', { method: 'POST', body: 'hello' });
  const line = await first();
  expect(Object.keys(line).sort()).toEqual([...LOG_FIELDS].sort());
  expect(line).toMatchObject({
    'x-host-header': 'shop.localhost',
    'cs-method': 'POST',
    'cs-protocol': 'http',
    'sc-status': '200',
    'x-edge-result-type': 'Miss',
    'x-edge-request-id': headers['x-amz-cf-id'],
    'viewer-request-log-data': 'shop.localhost%20i-0abc',
  });
  expect(JSON.stringify(line)).not.toMatch(/secret|127\.0\.0\.1/);
  expect(parseLogLine(JSON.stringify(line))).toMatchObject({ app: 'shop.localhost', status: 200 });
  const sent = Number(line['sc-bytes']);
  expect(sent).toBeGreaterThan(5_000);
  expect(sent).toBeLessThan(6_000);
  expect(Number(line['time-to-first-byte'])).toBeLessThanOrEqual(Number(line['time-taken']));
});

test('an answer of the router has no words, and a hostile Host header stays on its line', async () => {
  const { onLogLine, first } = collectLines();
  const router = edgeFunction(() => ({
    kind: 'respond',
    reads: 0,
    response: { statusCode: 404, headers: {} },
  }));
  const edge = await startStand(1, { edge: () => router, onLogLine });
  await ask(edge, '/', { headers: { host: 'a"b%c' } });
  expect(await first()).toMatchObject({
    'x-host-header': 'a%22b%25c',
    'sc-status': '404',
    'x-edge-result-type': 'FunctionGeneratedResponse',
    'viewer-request-log-data': '-',
  });
});

test('a WebSocket has its line when it closes, with the bytes that it has sent', async () => {
  const { onLogLine, first } = collectLines();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('message', () => socket.send('x'.repeat(2_000))));
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const edge = await startStand(typeof address === 'object' && address !== null ? address.port : 0, {
    onLogLine,
  });
  const socket = new WebSocket(`ws://127.0.0.1:${edge.port}/`, { headers: { host: 'shop.localhost' } });
  await once(socket, 'open');
  socket.send('hello');
  await once(socket, 'message');
  socket.close();
  const line = await first();
  expect(line).toMatchObject({ 'cs-protocol': 'ws', 'sc-status': '101' });
  expect(Number(line['sc-bytes'])).toBeGreaterThan(2_000);
});
