import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Endpoint, listeningPort } from '../../ports.ts';
import { chatPage, clockPage, type DemoRequest, helloPage, vaultPage } from './demo-pages.ts';

/** The demo apps. The image `ami-hello` contains `hello`. */
export const DEMO_APPS = ['hello', 'chat', 'clock', 'vault'] as const;

/** One of the demo apps. */
export type DemoApp = (typeof DEMO_APPS)[number];

/** A running demo app. */
export interface RunningDemo {
  /** On 127.0.0.1, and on ::1 if this machine has it. */
  port: number;
  /** Closes every connection. */
  close(): Promise<void>;
}

const PAGES = { hello: helloPage, chat: chatPage, clock: clockPage, vault: vaultPage } satisfies Record<
  DemoApp,
  unknown
>;

/** Milliseconds between two events of the clock. */
const TICK = 1_000;

/** Starts a demo app for one instance on a free port. */
export async function startDemoApp(app: DemoApp, instanceId: string): Promise<RunningDemo> {
  const first = await startServer(app, instanceId, { host: '127.0.0.1', port: 0 });
  const { port } = first;
  // An app that an instance is reached by over IPv6 listens on `::`; here this would be open to the network.
  const second = await startServer(app, instanceId, { host: '::1', port }).catch(noIpv6);
  const close = async () => void (await Promise.all([first.close(), second?.close()]));
  return { port, close };
}

async function startServer(app: DemoApp, instanceId: string, at: Endpoint): Promise<RunningDemo> {
  const server = createServer((request, response) => handleDemoRequest(app, instanceId, request, response));
  const sockets = app === 'chat' ? chatOn(server) : undefined;
  server.listen(at);
  await once(server, 'listening');
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    for (const client of sockets?.clients ?? []) client.terminate();
    await closed;
  };
  return { port: listeningPort(server), close };
}

/** A machine without IPv6 has no ::1. The port is rarely taken there, and then the app is reached over IPv4 alone. */
function noIpv6(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT' || code === 'EADDRINUSE') return undefined;
  throw error;
}

/**
 * Each app serves its page at every path, so that it works below a prefix. It also serves `…/whoami` (JSON), `…/upload` (size and
 * SHA-256 of the body) and `/raw/…` (the raw request target).
 */
function handleDemoRequest(
  app: DemoApp,
  instanceId: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const target = request.url ?? '/';
  const path = target.split('?', 1)[0] ?? '/';
  const { headers } = request;
  const received: DemoRequest = { instanceId, hostHeader: headers.host ?? '', path: target, headers };
  if (path.endsWith('/upload')) digestUpload(request, response);
  else if (app === 'clock' && wantsEvents(request)) streamTime(response);
  else if (path.endsWith('/whoami')) sendText(response, 'application/json', JSON.stringify(received));
  else if (path.startsWith('/raw/')) sendText(response, 'text/plain; charset=utf-8', target);
  else sendText(response, 'text/html; charset=utf-8', PAGES[app](received));
}

function sendText(response: ServerResponse, type: string, body: string): void {
  const headers = {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  response.writeHead(200, headers).end(body);
}

/** An aborted upload gets no answer, because its connection is closed. */
function digestUpload(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256');
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  request.on('end', () =>
    sendText(response, 'application/json', JSON.stringify({ bytes, sha256: hash.digest('hex') })),
  );
}

/** An EventSource requests the URL of the page, so the stream also works below a prefix. */
function wantsEvents(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/event-stream') === true;
}

/** Sends the time at once and then every second as server-sent events. */
function streamTime(response: ServerResponse): void {
  const write = () => response.write(`data: ${new Date().toISOString()}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  write();
  const timer = setInterval(write, TICK);
  response.on('close', () => clearInterval(timer));
}

/** Sends every message to all clients, including its sender. */
function chatOn(server: Server): WebSocketServer {
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, binary) => {
      for (const client of sockets.clients) client.send(data, { binary });
    });
  });
  return sockets;
}
