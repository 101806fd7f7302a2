import { type AddressInfo, createServer } from 'node:net';
import { startEdge } from '../../local/edge/edge-server.ts';
import type { EdgeFunction } from '../../local/edge/function/edge-function.ts';

// Runs one side of the edge-proxy bench in a process of its own: `origin`, or `edge ORIGIN-PORT`. Prints its port.

const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`,
);

/** Answers each request head with a fixed kilobyte. This costs almost nothing, so the bench measures the proxy. */
function startOrigin(): void {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const requests = bytes.toString('latin1').split('\r\n\r\n').length - 1;
      for (let i = 0; i < requests; i++) socket.write(ANSWER);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

/** Sends each request to the origin, as the router sends it to an instance. */
const TRIVIAL: EdgeFunction = {
  async run({ request }) {
    const origin = {
      domainName: 'ec2-203-0-113-7.compute-1.amazonaws.com',
      hostHeader: 'shop.localhost',
      customHeaders: {},
      connectionAttempts: 1,
      timeouts: { connectionTimeout: 3, readTimeout: 30, keepAliveTimeout: 5 },
      customOriginConfig: { port: 8000, protocol: 'http' as const, sslProtocols: ['TLSv1.2'] },
    };
    return { kind: 'forward', reads: 1, log: 'shop.localhost i-0abc', request, origin };
  },
};

async function startProxy(originPort: number): Promise<void> {
  const address = { host: '127.0.0.1', port: originPort };
  const { port } = await startEdge({
    edge: () => TRIVIAL,
    resolve: () => address,
    site: '/nowhere',
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
  });
  console.log(port);
}

const [role, originPort] = process.argv.slice(2);
if (role === 'edge') await startProxy(Number(originPort));
else startOrigin();
