import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import type { ViewerRequestEvent } from 'cloudfront';
import { buildEdge } from '../../../build/edge.ts';
import { startEdge } from '../../../local/edge/edge-server.ts';
import type { EdgeFunction } from '../../../local/edge/function/edge-function.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import type { RequestRecord } from '../../../local/edge/request-log.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { DISTRIBUTION, eventOf, PLACES, type Place, type RouterCase, storeOf } from './router-case.ts';
import { bytesOf, type Received, responseOf, type WireResponse } from './wire.ts';

/** What became of one request: at the viewer, at the store, at the origin. */
export interface Exchange {
  response: WireResponse;
  /** What the edge tells of it; absent where Node's parser refused it. */
  record: RequestRecord | undefined;
  /** Keys in the order in which they were read. */
  keys: string[];
  /** The name and port that the edge asked the address of for this request. */
  asked: { domainName: string; port: number } | undefined;
  received: Received[];
  /** Names that a TLS handshake asked for. */
  serverNames: string[];
  /** Paths that the site was asked for. */
  site: string[];
}

/** A local edge with the built router, before origins and a site that note what they are sent. */
export interface HttpStand {
  /** @param lines further header lines */
  exchange(one: RouterCase, lines?: readonly string[]): Promise<Exchange>;
  dispose(): Promise<void>;
}

/** The case of the moment, and what has become of it so far. */
interface Scene {
  one: RouterCase;
  store: Record<string, string>;
  exchange: Exchange;
}

/** Starts a stand on loopback; one exchange at a time. */
export async function openHttpStand(place: Place): Promise<HttpStand> {
  const scene: Scene = { one: { name: '', expected: { site: '' } }, store: {}, exchange: emptyExchange() };
  const origins = await openOrigins(scene);
  const router = compileFor(place, scene);
  const edge = await startEdge({
    edge: () => asCloudFront(router, scene.one),
    resolve(domainName, port) {
      // The request's own name is asked for first; the edge then reviews what it has connections to.
      scene.exchange.asked ??= { domainName, port };
      return { host: '127.0.0.1', port: origins.portFor(scene.one) };
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
      await origins.close();
    },
  };
}

/** Two origins: one that notes what it is sent, and one that only hears the name of a TLS handshake. */
async function openOrigins(scene: Scene) {
  const plain = await serveOnLoopback(async (request, response) => {
    const { method = '', url: target = '', rawHeaders } = request;
    scene.exchange.received.push({ method, target, rawHeaders, body: await text(request) });
    response.end('from the app');
  });
  const secure = await openHandshake((name) => scene.exchange.serverNames.push(name));
  return {
    portFor({ expected }: RouterCase): number {
      return 'domainName' in expected && expected.certName !== undefined ? secure.port : plain.port;
    },
    close: () => Promise.all([plain.close(), secure.close()]),
  };
}

function compileFor(place: Place, scene: Scene): EdgeFunction {
  return compileEdge(buildEdge(PLACES[place]), {
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

/** Sends bytes and returns all that comes back until the edge closes. */
async function send(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.write(bytes, 'latin1');
  return text(socket);
}

/**
 * What CloudFront, not the viewer, says in an event: address and request id. On
 * loopback the first is always the same, and the second is random.
 */
function asCloudFront(router: EdgeFunction, one: RouterCase): EdgeFunction {
  const { viewer, context } = eventOf(one);
  return {
    run(event: ViewerRequestEvent) {
      return router.run({ ...event, viewer, context });
    },
  };
}

/** A server without a certificate: it hears what name a client asks for, and no more. */
async function openHandshake(hear: (serverName: string) => void) {
  const server = createTlsServer({
    SNICallback(serverName, done) {
      hear(serverName);
      done(new Error('no certificate of a public authority on loopback'));
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  return { port, close };
}
