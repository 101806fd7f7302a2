import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import type { ViewerRequestEvent } from 'cloudfront';
import { startEdge } from '../../../local/edge/edge-server.ts';
import type { EdgeFunction } from '../../../local/edge/function/edge-function.ts';
import type { RequestRecord } from '../../../local/edge/request-log.ts';
import { type Loopback, serveOnLoopback } from '../../support/aws/loopback.ts';
import { compileDeployed } from './compile-deployed.ts';
import { DISTRIBUTION, eventOf, PLACES, type Place, type RouterCase, storeOf } from './router-case.ts';
import { bytesOf, type Received, responseOf, type WireResponse } from './wire.ts';

/** A request as seen by the viewer, the store and the origin. */
export interface Exchange {
  response: WireResponse;
  /** The edge's record of the request; absent if Node's parser refused it. */
  record: RequestRecord | undefined;
  /** Keys in the order of their reads. */
  keys: string[];
  /** The name and port for which the edge requested an address. */
  asked: { domainName: string; port: number } | undefined;
  received: Received[];
  /** Server names of the TLS handshakes. */
  serverNames: string[];
  /** Paths of the requests to the site. */
  site: string[];
}

/** A local edge with the built router. Its origins and its site record their requests. */
export interface HttpStand {
  /** @param lines further header lines */
  exchange(one: RouterCase, lines?: readonly string[]): Promise<Exchange>;
  dispose(): Promise<void>;
}

/** The current case and its exchange so far. */
interface Scene {
  one: RouterCase;
  store: Record<string, string>;
  exchange: Exchange;
}

/** Starts a stand on loopback. It handles one exchange at a time. */
export async function openHttpStand(place: Place): Promise<HttpStand> {
  const scene: Scene = { one: { name: '', expected: { site: '' } }, store: {}, exchange: emptyExchange() };
  const origins = {
    '127.0.0.1': await openOrigins(scene, '127.0.0.1'),
    '::1': await openOrigins(scene, '::1'),
  };
  const router = compileFor(place, scene);
  const edge = await startEdge({
    edge: () => asCloudFront(router, scene.one),
    resolve(domainName, port) {
      // The first call is for the request's own name; later ones review open connections.
      scene.exchange.asked ??= { domainName, port };
      const host = hostFor(scene.one);
      return { host, port: origins[host].portFor(scene.one) };
    },
    site(path, _request, response) {
      scene.exchange.site.push(path);
      response.end('from the site');
    },
    distributionDomainName: DISTRIBUTION,
    onRequest(record) {
      scene.exchange.record = record;
    },
  });
  return {
    async exchange(one, lines) {
      const exchange = emptyExchange();
      Object.assign(scene, { one, store: storeOf(one), exchange });
      exchange.response = responseOf(await send(edge.port, bytesOf(one, lines)));
      return exchange;
    },
    async dispose() {
      await edge.disposeServer();
      await Promise.all(Object.values(origins).map((each) => each.close()));
    },
  };
}

/** The address of the instance, and with it the kind of address in the answer of DNS. */
function hostFor({ expected }: RouterCase): Loopback {
  return 'domainName' in expected && expected.ipAddressType === 'ipv6' ? '::1' : '127.0.0.1';
}

/** Opens two origins: one records its requests, the other only the server name of a TLS handshake. */
async function openOrigins(scene: Scene, host: Loopback) {
  const plain = await serveOnLoopback(async (request, response) => {
    const { method = '', url: target = '', rawHeaders } = request;
    scene.exchange.received.push({ method, target, rawHeaders, body: await text(request) });
    response.end('from the app');
  }, host);
  const secure = await openHandshake((name) => scene.exchange.serverNames.push(name), host);
  return {
    portFor({ expected }: RouterCase): number {
      return 'domainName' in expected && expected.certName !== undefined ? secure.port : plain.port;
    },
    close: () => Promise.all([plain.close(), secure.close()]),
  };
}

function compileFor(place: Place, scene: Scene): EdgeFunction {
  return compileDeployed(PLACES[place], {
    read(key) {
      scene.exchange.keys.push(key);
      return Object.hasOwn(scene.store, key) ? scene.store[key] : undefined;
    },
  });
}

function emptyExchange(): Exchange {
  return {
    response: { status: 0, headers: [], body: '' },
    record: undefined,
    asked: undefined,
    keys: [],
    received: [],
    serverNames: [],
    site: [],
  };
}

/** Sends bytes and returns everything that comes back until the edge closes the connection. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.write(bytes, 'latin1');
  return text(socket);
}

/**
 * Sets the parts of an event that come from CloudFront: address and request id. On loopback the first is always the same, and
 * the second is random.
 */
function asCloudFront(router: EdgeFunction, one: RouterCase): EdgeFunction {
  const { viewer, context } = eventOf(one);
  return {
    run(event: ViewerRequestEvent) {
      return router.run({ ...event, viewer, context });
    },
  };
}

/** Opens a server without a certificate, which only reports the requested server name. */
async function openHandshake(hear: (serverName: string) => void, host: Loopback) {
  const server = createTlsServer({
    SNICallback(serverName, done) {
      hear(serverName);
      done(new Error('no certificate of a public authority on loopback'));
    },
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  return { port, close };
}
