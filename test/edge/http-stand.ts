import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import type { ViewerRequestEvent } from 'cloudfront';
import { buildEdge } from '../../infra/bundles/edge.ts';
import type { EdgeFunction } from '../../local/edge/edge-function.ts';
import { startEdge } from '../../local/edge/edge-server.ts';
import { compileEdge } from '../../local/edge/engine.ts';
import type { RequestRecord } from '../../local/edge/request-log.ts';
import { serveOnLoopback } from '../support/loopback.ts';
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

/** Starts a stand on loopback; one exchange at a time. */
export async function openHttpStand(place: Place): Promise<HttpStand> {
  let current = emptyExchange();
  let one: RouterCase = { name: '', expected: { site: '' } };
  let store: Record<string, string> = {};
  const plain = await serveOnLoopback(async (request, response) => {
    const { method = '', url: target = '', rawHeaders } = request;
    current.received.push({ method, target, rawHeaders, body: await text(request) });
    response.end('from the app');
  });
  const secure = await openHandshake((name) => current.serverNames.push(name));
  const router = compileEdge(buildEdge(PLACES[place]), {
    read(key) {
      current.keys.push(key);
      return Object.hasOwn(store, key) ? store[key] : undefined;
    },
  });
  const edge = await startEdge({
    edge: () => asCloudFront(router, one),
    resolve(domainName, port) {
      // The request's own name is asked for first; the edge then reviews what it has connections to.
      current.asked ??= { domainName, port };
      const isSecure = 'domainName' in one.expected && one.expected.certName !== undefined;
      return { host: '127.0.0.1', port: isSecure ? secure.port : plain.port };
    },
    site(path, _request, response) {
      current.site.push(path);
      response.end('from the site');
    },
    distributionDomainName: DISTRIBUTION,
    onRequest(record) {
      current.record = record;
    },
  });
  return {
    async exchange(next, lines) {
      [current, one, store] = [emptyExchange(), next, storeOf(next)];
      current.response = responseOf(await send(edge.port, bytesOf(next, lines)));
      return current;
    },
    async dispose() {
      await edge.dispose();
      await Promise.all([plain.close(), secure.close()]);
    },
  };
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
 * What CloudFront, not the viewer, says in an event: address, request id, and whether the raw query is there. On
 * loopback the first is always the same, and the second is random.
 */
function asCloudFront(router: EdgeFunction, one: RouterCase): EdgeFunction {
  const { viewer, context } = eventOf(one);
  return {
    run(event: ViewerRequestEvent) {
      if (one.request?.parsedQueryOnly) delete event.request.rawQueryString;
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
