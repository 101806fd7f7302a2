import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { LogLine } from '../../core/traffic/access-record.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { listeningPort, PortInUseError } from '../ports.ts';
import type { EdgeFunction } from './function/edge-function.ts';
import type { OriginFunction } from './lambda-edge/origin-function.ts';
import type { Explain } from './local-word.ts';
import { OriginPools, type Resolve } from './origin/origin-pools.ts';
import type { SiteBehaviour } from './origin/site-origin.ts';
import { EarlyBytes, plainResponse, WEBSOCKET_IDLE_MILLISECONDS } from './origin/upgrade.ts';
import { Visit } from './origin/visit.ts';
import type { RequestRecord } from './request-log.ts';
import { type Edge, serve } from './serve.ts';
import { MAX_REQUEST_HEAD } from './viewer-limits.ts';

/** The settings of an edge server. */
export interface EdgeServerOptions extends SiteBehaviour {
  /** Default 0: any free port. */
  port?: number;
  /** Default `127.0.0.1`: reachable only from this machine. */
  host?: string;
  /** The function for the next request. It may change between two requests. */
  edge: () => EdgeFunction;
  resolve: Resolve;
  /** Answers below `/_proxy/api/`. Without it the site answers there. */
  originFunction?: OriginFunction;
  /** Adds the facts of this machine to the pages for names that do not answer. */
  explain?: Explain;
  /** Name of the distribution in events and `via`. */
  distributionDomainName: string;
  /** Requests for this machine's address are redirected to this name, because apps need a name below it. */
  domain?: string;
  /** Called for every request when its answer is complete, and for a WebSocket when it opens. */
  onRequest?: (record: RequestRecord) => void;
  /** The clock of the access log. Default: the machine's. */
  now?: () => Milliseconds;
  /** Called with the line of the access log for every request and WebSocket when it is complete. */
  onLogLine?: (line: LogLine) => void;
  /** Default 10 minutes, as on CloudFront. */
  websocketIdleMilliseconds?: number;
}

/** An edge server that accepts requests. */
export interface RunningEdge {
  url: string;
  port: number;
  /** Stops accepting and closes every connection. */
  disposeServer(): Promise<void>;
}

/** Starts a local CloudFront: each request goes through the function and on to where it points. */
export async function startEdge(options: EdgeServerOptions): Promise<RunningEdge> {
  const { host = '127.0.0.1', port = 0, onRequest = () => {} } = options;
  const { websocketIdleMilliseconds = WEBSOCKET_IDLE_MILLISECONDS } = options;
  const pools = new OriginPools(options.resolve);
  const edge: Edge = { ...options, onRequest, websocketIdleMilliseconds, pools };
  const upgraded = new Set<Socket>();
  // An upload may take longer than Node's five minutes. findRefusal checks Host, because it answers with a page.
  const limits = { maxHeaderSize: MAX_REQUEST_HEAD, requestTimeout: 0, requireHostHeader: false };
  const server = createServer(limits, (request, response) => acceptRequest(edge, request, response));
  server.on('upgrade', (request, socket, head) => {
    if (socket instanceof Socket) acceptUpgrade(edge, upgraded, request, socket, head);
    else socket.destroy();
  });
  const taken = await listen(server, host, port);
  return {
    url: `http://${host}:${taken}`,
    port: taken,
    disposeServer: () => dispose(server, pools, upgraded),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(host, port) : error),
    );
    server.listen(port, host, () => resolve(listeningPort(server)));
  });
}

/** Node does not close the sockets of upgrade requests, so they are closed here. */
async function dispose(server: Server, pools: OriginPools, upgraded: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  for (const socket of upgraded) socket.destroy();
  await pools.dispose();
  await closed;
}

function acceptRequest(edge: Edge, request: IncomingMessage, response: ServerResponse): void {
  serve(edge, new Visit(request, response, edge));
}

function acceptUpgrade(
  edge: Edge,
  upgraded: Set<Socket>,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  upgraded.add(socket);
  socket.once('close', () => upgraded.delete(socket));
  // Without a listener an error would end the process. 'close' follows and removes the socket.
  socket.on('error', () => socket.destroy());
  const response = plainResponse(request, socket);
  serve(edge, new Visit(request, response, edge, new EarlyBytes(socket, head)));
}
