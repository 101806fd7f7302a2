import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  request,
} from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import type { EdgeRequest, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import { onTestFinished } from 'vitest';
import { type EdgeServerOptions, type RunningEdge, startEdge } from '../../../local/edge/edge-server.ts';
import type { EdgeFunction, EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import type { RequestRecord } from '../../../local/edge/request-log.ts';

/** The domain name of all origins; `resolve` leads it to the origin under test. */
export const ORIGIN_NAME = 'ec2-203-0-113-7.compute-1.amazonaws.com';

/** An edge in front of one origin. */
export interface Stand extends RunningEdge {
  records: RequestRecord[];
  /** Resolves with the record of the next finished request. */
  nextRecord(): Promise<RequestRecord>;
}

/** The parts of an answer that tests read. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: Buffer;
}

/** An origin object like the router's, with short waits. */
export function originUpdate(changes: Partial<OriginUpdate> = {}): OriginUpdate {
  return {
    domainName: ORIGIN_NAME,
    hostHeader: 'shop.localhost',
    customHeaders: {},
    connectionAttempts: 1,
    timeouts: { connectionTimeout: 1, readTimeout: 5, keepAliveTimeout: 5 },
    customOriginConfig: { port: 8000, protocol: 'http', sslProtocols: ['TLSv1.2'] },
    ...changes,
  };
}

/** A function that answers every event with the result of `decide`. */
export function edgeFunction(decide: (event: ViewerRequestEvent) => EdgeVerdict): EdgeFunction {
  return { run: async (event) => decide(event) };
}

/** A function that sends every request to the origin, changed by `change`. */
export function forwarding(
  origin: OriginUpdate | undefined = originUpdate(),
  change: (request: EdgeRequest) => void = () => {},
): EdgeFunction {
  return edgeFunction(({ request: viewerRequest }) => {
    change(viewerRequest);
    return {
      kind: 'forward',
      reads: 1,
      log: 'shop.localhost i-0abc',
      request: viewerRequest,
      origin,
    };
  });
}

/** Starts an edge with its origin on `port`; it is closed after the test. */
export async function startStand(port: number, options: Partial<EdgeServerOptions> = {}): Promise<Stand> {
  const records: RequestRecord[] = [];
  const waiting: ((record: RequestRecord) => void)[] = [];
  const routed = forwarding();
  const edge = await startEdge({
    edge: () => routed,
    resolve: (name) => (name === ORIGIN_NAME ? { host: '127.0.0.1', port } : undefined),
    site: '/nowhere',
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
    onRequest: (record) => {
      records.push(record);
      for (const tell of waiting.splice(0)) tell(record);
    },
    ...options,
  });
  onTestFinished(() => edge.disposeServer());
  return { ...edge, records, nextRecord: () => new Promise((resolve) => waiting.push(resolve)) };
}

/** Starts an HTTP origin that is closed after the test. */
export async function startOrigin(listener: RequestListener): Promise<number> {
  const server = createServer({ maxHeaderSize: 65_536 }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts an origin that sends raw bytes; it is closed after the test. */
export async function startTcpOrigin(listener: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    listener(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which no server listens. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One HTTP exchange with the edge. The path is sent unchanged. */
export async function ask(
  edge: { port: number },
  path: string,
  options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
  const { body, headers, ...rest } = options;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({
      ...{ host: '127.0.0.1', port: edge.port, path, agent: false },
      headers: { host: 'shop.localhost', ...headers },
      ...rest,
    });
    asked.once('response', resolve).once('error', reject);
    asked.end(body);
  });
  const { statusCode: status = 0, headers: got, rawHeaders } = response;
  return { status, headers: got, rawHeaders, body: await buffer(response) };
}

/** Sends bytes and returns everything that comes back until the edge closes. */
export async function askRaw(edge: { port: number }, bytes: string): Promise<string> {
  const socket = connect(edge.port, '127.0.0.1');
  socket.write(bytes, 'latin1');
  socket.setEncoding('latin1');
  return text(socket);
}
