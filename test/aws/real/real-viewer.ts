import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import type { Ask, Reply } from '../world.ts';

/** The time limit of a viewer for every wait. */
const TIMEOUT_MS = 40_000;

/** Connects to an edge of the distribution for every hostname, so that TLS and HTTP do not depend on DNS. */
function toEdge(edge: string, { host, path, headers = {} }: Ask) {
  return {
    host: edge,
    // TLS needs the plain hostname, even if the Host header has another spelling.
    servername: host.toLowerCase().replace(/\.$/, ''),
    path,
    headers: { ...headers, host },
    timeout: TIMEOUT_MS,
  };
}

/** One GET with an unchanged path, without following redirects. */
export function askEdge(edge: string, ask: Ask): Promise<Reply> {
  return new Promise((answered, failed) => {
    const sent = request(toEdge(edge, ask), async (response) => {
      const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
      const bytes = await buffer(response).catch(failed);
      // Our own documents are stored compressed.
      const isCompressed = response.headers['content-encoding'] === 'gzip';
      const body = bytes && String(isCompressed ? gunzipSync(bytes) : bytes);
      answered({
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(headers),
        body: body ?? '',
        cookies: response.headers['set-cookie'] ?? [],
      });
    });
    sent.once('timeout', () =>
      sent.destroy(new Error(`${ask.host} did not answer in ${TIMEOUT_MS / 1000} s`)),
    );
    sent.once('error', failed);
    sent.end();
  });
}

/** One GET of a page elsewhere, such as the provider's. */
export async function visitPage(url: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    cookies: response.headers.getSetCookie(),
  };
}

/** The first message of a WebSocket. */
export function greetingOf(edge: string, ask: Ask): Promise<string> {
  return new Promise((answered, failed) => {
    const socket = new WebSocket(`wss://${ask.host}${ask.path}`, {
      ...toEdge(edge, ask),
      handshakeTimeout: TIMEOUT_MS,
    });
    socket.once('message', (message) => {
      answered(String(message));
      socket.close();
    });
    socket.once('error', failed);
    socket.once('close', (code) => failed(new Error(`the WebSocket closed with ${code} before a message`)));
  });
}
