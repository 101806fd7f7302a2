import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ViewerRequestEvent } from 'cloudfront';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { EdgeServerOptions } from '../../../../local/edge/edge-server.ts';
import {
  ask,
  askRaw,
  edgeFunction,
  forwarding,
  freePort,
  type Stand,
  startOrigin,
  startStand,
  startTcpOrigin,
} from '../edge-stand.ts';

const HANDSHAKE =
  'GET /ws HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** The close code of a WebSocket whose connection ended without a close frame. */
const CUT = 1006;

/** A WebSocket origin that echoes all messages. */
async function startEcho(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) =>
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function open(edge: { port: number }): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${edge.port}/ws?x=%zz`, {
    headers: { host: 'shop.localhost' },
  });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

async function startEchoStand(options: Partial<EdgeServerOptions> = {}): Promise<Stand> {
  return startStand(await startEcho(), options);
}

/** The echo of one message. */
async function echo(socket: WebSocket, message: string | Buffer): Promise<Buffer> {
  socket.send(message);
  const [data] = await once(socket, 'message');
  return data as Buffer;
}

describe('a WebSocket', () => {
  test('passes text and a frame of 1 MB', async () => {
    const socket = await open(await startEchoStand());
    expect(String(await echo(socket, 'hello'))).toBe('hello');
    const megabyte = Buffer.alloc(1 << 20, 'ws');
    expect((await echo(socket, megabyte)).equals(megabyte)).toBe(true);
  });

  test('is a GET to the function, which cannot see the upgrade', async () => {
    const events: ViewerRequestEvent[] = [];
    const routed = forwarding();
    const edge = {
      run(event: ViewerRequestEvent) {
        events.push(event);
        return routed.run(event);
      },
    };
    const stand = await startEchoStand({ edge: () => edge });
    await open(stand);
    expect(events[0]?.request.method).toBe('GET');
    expect(Object.keys(events[0]?.request.headers ?? {})).toContain('sec-websocket-key');
    expect(Object.keys(events[0]?.request.headers ?? {})).not.toContain('upgrade');
    expect(stand.records).toMatchObject([{ status: 101, target: '/ws?x=%zz', reads: 1 }]);
  });

  test('closes at both ends if one end closes', async () => {
    const socket = await open(await startEchoStand());
    socket.close(1000, 'done');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1000);
  });

  test('stays open while the router changes and its origin’s name moves to another address', async () => {
    const port = await startEcho();
    let address = { host: '127.0.0.1', port };
    let edge = forwarding();
    const stand = await startStand(port, { edge: () => edge, resolve: () => address });
    const socket = await open(stand);
    edge = edgeFunction(() => ({ kind: 'respond', reads: 0, response: { statusCode: 404, headers: {} } }));
    expect((await ask(stand, '/')).status).toBe(404);
    edge = forwarding();
    address = { host: '127.0.0.1', port: await startOrigin((_request, response) => response.end()) };
    expect((await ask(stand, '/')).status).toBe(200);
    expect(String(await echo(socket, 'still here'))).toBe('still here');
  });

  test('is closed after a time without a byte from its origin', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const stand = await startEchoStand({ websocketIdleMilliseconds: 1_000 });
    const socket = await open(stand);
    const codes: number[] = [];
    socket.once('close', (code) => codes.push(code));
    for (const message of ['each byte', 'begins it anew']) {
      vi.advanceTimersByTime(999);
      await ask(stand, '/later');
      expect(codes).toEqual([]);
      expect(String(await echo(socket, message))).toBe(message);
    }
    vi.advanceTimersByTime(1_000);
    await ask(stand, '/later');
    expect(codes).toEqual([CUT]);
  });

  test('ends with the edge', async () => {
    const stand = await startEchoStand();
    const socket = await open(stand);
    const closing = once(socket, 'close');
    await stand.disposeServer();
    expect((await closing)[0]).toBe(CUT);
  });
});

describe('upgrade requests that do not become a WebSocket', () => {
  test('an upgrade gets the function’s answer as plain HTTP, and the connection is closed', async () => {
    const response = { statusCode: 403, headers: {}, body: { encoding: 'text', data: 'closed' } } as const;
    const edge = edgeFunction(() => ({ kind: 'respond', reads: 0, response }));
    const stand = await startStand(0, { edge: () => edge });
    const answer = await askRaw(stand, HANDSHAKE);
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*connection: close.*closed$/is);
    expect(stand.records).toMatchObject([{ status: 403 }]);
  });

  test('an upgrade gets the origin’s refusal as plain HTTP', async () => {
    const port = await startOrigin((_request, response) => response.writeHead(426).end('x'.repeat(1 << 20)));
    const answer = await askRaw(await startStand(port), HANDSHAKE);
    expect(answer).toMatch(/^HTTP\/1\.1 426 /);
    expect(answer.length).toBeGreaterThan(1 << 20);
  });

  test('an upgrade gets 502 if no server listens', async () => {
    expect(await askRaw(await startStand(await freePort()), HANDSHAKE)).toMatch(
      /^HTTP\/1\.1 502 .*unreachable/s,
    );
  });

  test('an upgrade to another protocol, such as h2c, is a plain request', async () => {
    const port = await startOrigin((request, response) =>
      response.end(`${request.method} ${request.headers.upgrade}`),
    );
    const head =
      'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n';
    expect(await askRaw(await startStand(port), head)).toMatch(/^HTTP\/1\.1 200 .*GET undefined/s);
  });

  test('an upgrade with a body is refused', async () => {
    const head =
      'POST / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi';
    expect(await askRaw(await startStand(0), head)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a viewer that disconnects during the handshake leaves no connection open', async () => {
    let arrived: (socket: Socket) => void = () => {};
    const arrival = new Promise<Socket>((resolve) => (arrived = resolve));
    const port = await startTcpOrigin((socket) =>
      socket.on('data', (bytes) => {
        if (String(bytes).includes('/later')) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
        else arrived(socket);
      }),
    );
    const stand = await startStand(port);
    const viewer = connect(stand.port, '127.0.0.1');
    viewer.write(HANDSHAKE);
    const atOrigin = await arrival;
    const record = stand.nextRecord();
    viewer.destroy();
    expect(await record).toMatchObject({ status: 0 });
    await ask(stand, '/later');
    expect(atOrigin.destroyed).toBe(true);
  });

  test('a viewer that resets the connection does not stop the edge', async () => {
    let arrived: () => void = () => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const stand = await startStand(await startTcpOrigin(() => arrived()));
    const viewer = connect(stand.port, '127.0.0.1');
    viewer.write(HANDSHAKE);
    await arrival;
    const record = stand.nextRecord();
    viewer.resetAndDestroy();
    expect(await record).toMatchObject({ status: 0 });
  });
});

test('bytes that arrive before the switch of protocols reach the origin after it', async () => {
  const port = await startTcpOrigin((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.on('data', (chunk) => socket.end(`got ${chunk}`));
    }),
  );
  expect(await askRaw(await startStand(port), `${HANDSHAKE}early`)).toMatch(/^HTTP\/1\.1 101 .*got early$/s);
});
