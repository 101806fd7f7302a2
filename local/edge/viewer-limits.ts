import type { IncomingMessage } from 'node:http';
import type { ViewerRequest } from './function/edge-event.ts';
import { type ErrorPage, refusedPage } from './origin/error-page.ts';
import { CDN_NAME } from './origin/origin-request.ts';

/** Methods that a behaviour can allow (Developer Guide, "HTTP methods"). */
const METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']);

/** Bytes of a URL (Developer Guide, "Quotas"). */
const MAX_URL = 8_192;

/** Bytes of request line and headers (Developer Guide, "Quotas"). Node answers 431 above it. */
export const MAX_REQUEST_HEAD = 32_768;

/** The most distributions that a request may pass (Developer Guide, "Quotas": chaining). */
const MAX_LOOP = 2;

/** The page for a request that is refused before the function runs. `upgrade` is true for a request to switch protocols. */
export function findRefusal(
  request: IncomingMessage,
  { method, target, rawHeaders }: Pick<ViewerRequest, 'method' | 'target' | 'rawHeaders'>,
  upgrade: boolean,
): ErrorPage | undefined {
  if (!METHODS.has(method)) return refusedPage(403, `the method ${method} is not allowed`);
  if (!target.startsWith('/'))
    return refusedPage(400, 'the request target is neither a path nor an HTTP URL');
  if (target.length > MAX_URL) return refusedPage(414, `the URL is longer than ${MAX_URL} bytes`);
  const hosts = countHeaders(rawHeaders, 'host');
  if (hosts !== 1) return refusedPage(400, `the request has ${hosts} Host headers; expected one`);
  if (method === 'GET' && hasBody(request)) return refusedPage(403, 'a GET request must not have a body');
  // CloudFront would treat it as a plain request, but Node does not read this body.
  if (upgrade && hasBody(request)) return refusedPage(400, 'an upgrade request must not have a body here');
  if (timesSeen(request) >= MAX_LOOP) return refusedPage(403, 'the request loops: its origin is this edge');
  return undefined;
}

/** True if a body follows the head. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** How often a request has passed an edge. It stops a loop through an app that leads back here. */
function timesSeen({ headers }: IncomingMessage): number {
  const loop = headers['cdn-loop'];
  return loop === undefined ? 0 : String(loop).split(CDN_NAME).length - 1;
}

function countHeaders(raw: readonly string[], lowerName: string): number {
  let count = 0;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length === lowerName.length && raw[i]?.toLowerCase() === lowerName) count += 1;
  }
  return count;
}
