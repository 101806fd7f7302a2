import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The loopback addresses of IPv4 and IPv6. */
export type Loopback = '127.0.0.1' | '::1';

/** A server of one test. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` or `http://[::1]:<port>` */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Serves `listener` on a loopback address, on a port that the system chooses. */
export async function serveOnLoopback(
  listener: RequestListener,
  host: Loopback = '127.0.0.1',
): Promise<LoopbackServer> {
  const server = createServer(listener).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://${host === '::1' ? '[::1]' : host}:${port}`, port, close };
}
