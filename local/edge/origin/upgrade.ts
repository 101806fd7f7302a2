import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** CloudFront closes a WebSocket after this time without bytes from its origin (Developer Guide, "Quotas"). */
export const WEBSOCKET_IDLE_MILLISECONDS = 600_000;

/** Bytes that a viewer may send before its WebSocket is open. WebSocket clients send none. */
const MAX_EARLY = 65_536;

/** The two ends of a WebSocket that an origin has accepted. */
export interface Tunnel {
  viewer: Socket;
  /** Bytes that the viewer sent before the tunnel existed. */
  early: Buffer;
  origin: Duplex;
  /** The origin's response headers, names and values in turn. */
  head: readonly string[];
  idleMilliseconds: number;
}

/** The requested protocol, if CloudFront supports it. */
export function requestedUpgrade({ headers }: IncomingMessage): string | undefined {
  const protocol = headers.upgrade;
  return protocol?.toLowerCase() === 'websocket' ? protocol : undefined;
}

/** Keeps reading from a viewer that waits for its upgrade, because an unread socket does not notice that the other end closed. */
export class EarlyBytes {
  readonly #viewer: Socket;
  readonly #chunks: Buffer[];
  #size: number;

  constructor(viewer: Socket, head: Buffer) {
    this.#viewer = viewer;
    this.#chunks = [head];
    this.#size = head.length;
    viewer.on('data', this.#keep).on('end', this.#gone);
  }

  /** Stops reading and returns the bytes so far. */
  stopReading(): Buffer {
    this.#viewer.off('data', this.#keep).off('end', this.#gone).pause();
    return Buffer.concat(this.#chunks);
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > MAX_EARLY) this.#viewer.pause();
  };

  readonly #gone = (): void => {
    this.#viewer.destroy();
  };
}

/** A plain response on the socket of an upgrade request, for answers that do not switch protocols. Closes the socket afterwards. */
export function plainResponse(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => socket.destroySoon());
  return response;
}

/** Sends the upgrade response to the viewer and joins both ends until one of them closes. */
export function joinTunnel(tunnel: Tunnel): void {
  const { viewer, origin, early } = tunnel;
  const idle = setTimeout(() => origin.destroy(), tunnel.idleMilliseconds);
  viewer.write(printSwitch(tunnel.head), 'latin1');
  if (early.length > 0) origin.write(early);
  // 'close' follows every error and ends the other side.
  viewer.on('error', () => origin.destroy());
  origin.on('error', () => viewer.destroy());
  viewer.once('close', () => origin.destroy());
  origin.once('close', () => {
    clearTimeout(idle);
    viewer.destroySoon();
  });
  origin.on('data', () => idle.refresh());
  viewer.pipe(origin);
  origin.pipe(viewer);
}

function printSwitch(head: readonly string[]): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  for (let i = 0; i + 1 < head.length; i += 2) lines.push(`${head[i]}: ${head[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
