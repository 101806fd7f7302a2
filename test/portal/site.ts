import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { EntryState } from '../../core/entry/rule.ts';
import type { ChangesFile } from '../../core/journal/changes-file.ts';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import { builtPortal } from './built-portal.ts';

/** The policy that the portal contains on every host. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Every state, and its name in the portal. */
export const STATES = {
  live: 'Live',
  draining: 'Draining',
  starting: 'Starting',
  asleep: 'Asleep',
  waking: 'Waking up',
  maintenance: 'In maintenance',
  conflict: 'In conflict',
} as const satisfies Record<EntryState, string>;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/**
 * Serves the built portal below `/_proxy/` with one `routes.json`, as the site bucket does, and `changes.json` if a test sets it. All
 * other paths answer like a dead instance.
 */
export class PortalSite implements AsyncDisposable {
  /** The content of `routes.json` from now on, or the status of its failure. */
  list: RoutesFile | string | number = routesFile([]);
  /** The content of `changes.json` from now on. */
  changes: ChangesFile | undefined;
  /** The content of `last-requests.json` from now on, or the status of its failure. */
  lastRequests: string | number = '{"version":1,"deployment":"main","lastRequests":{}}';
  /** The time of the edge in the answers. Without it the page has its own clock alone. */
  date: string | undefined;
  /** The contents of further documents, by their names below `_proxy/`. */
  readonly documents = new Map<string, string>();
  /** Path and `If-None-Match` of each request. */
  readonly asked: { path: string; etag?: string }[] = [];
  /** Bytes of all sent bodies, except the documents. */
  bytes = 0;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async open(list = routesFile([])): Promise<PortalSite> {
    const site = new PortalSite();
    site.list = list;
    site.#server.listen(0, '127.0.0.1');
    await once(site.#server, 'listening');
    return site;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The URL of the portal under a hostname, which the tests' browser resolves to this machine. */
  url(hostname: string): string {
    return `http://${hostname}:${this.port}/_proxy/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/\?.*/, '').replace(/\/$/, '/index.html');
    const etag = request.headers['if-none-match'];
    response.sendDate = false;
    if (this.date !== undefined) response.setHeader('date', this.date);
    this.asked.push({ path, ...(etag === undefined ? {} : { etag }) });
    if (path === '/_proxy/routes.json') return this.#sendList(response, etag, this.list);
    if (path === '/_proxy/changes.json') return this.#sendList(response, etag, this.changes ?? 404);
    if (path === '/_proxy/last-requests.json') return this.#sendList(response, etag, this.lastRequests);
    // No person is signed in.
    if (path.startsWith('/_proxy/api/')) return this.#sendList(response, etag, 404);
    if (path.endsWith('.json'))
      return this.#sendList(response, etag, this.documents.get(path.slice('/_proxy/'.length)) ?? 404);
    if (!path.startsWith('/_proxy/')) return this.#send(response, 502, 'errors/unreachable.html');
    return this.#send(response, 200, path.slice('/_proxy/'.length));
  }

  async #send(response: ServerResponse, status: number, name: string): Promise<void> {
    const body = await readFile(join(builtPortal(), name));
    const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    // The headers of the error page are those of an app's answer: CloudFront does not add the portal's headers to it.
    const policy = status === 200 ? { 'content-security-policy': POLICY } : {};
    // As infra/edge/site.ts stores them.
    const isPacked = /\.(?:js|css)$/.test(name) && !name.includes('/');
    const sent = isPacked ? gzipSync(body) : body;
    this.bytes += sent.length;
    if (isPacked) response.setHeader('content-encoding', 'gzip');
    response.writeHead(status, { 'content-type': type, ...policy }).end(sent);
  }

  #sendList(
    response: ServerResponse,
    shown: string | undefined,
    list: PortalSite['list'] | ChangesFile,
  ): void {
    if (typeof list === 'number') {
      response.writeHead(list).end();
      return;
    }
    const body = typeof list === 'string' ? list : JSON.stringify(list);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache', etag };
    if (shown === etag) response.writeHead(304, headers).end();
    else response.writeHead(200, headers).end(body);
  }
}

/** One app in each state. */
export function everyState(rest: Partial<RouteSummary> = {}): RouteSummary[] {
  const states = Object.keys(STATES) as EntryState[];
  return states.map((state) => route(`${state}.dev.example.com`, { state, ...rest }));
}

/** A list of the deployment `main` under dev.example.com by default. */
export function routesFile(routes: RouteSummary[], rest: Partial<RoutesFile> = {}): RoutesFile {
  const facts = {
    deployment: 'main',
    baseDomain: 'dev.example.com',
    detail: 'full' as const,
    updatedAt: '2026-11-23T15:00:00.000Z',
  };
  return { version: 2, ...facts, routes, instances: [], problems: [], ...rest };
}

/** A live app by its full hostname. */
export function route(hostname: string, rest: Partial<RouteSummary> = {}): RouteSummary {
  return { hostname, state: 'live', instances: ['i-0123456789abcdef0'], rules: rulesOf('/'), ...rest };
}

/** Rules that send these paths to one instance. */
export function rulesOf(...paths: string[]): RouteSummary['rules'] {
  return paths.map((path) => ({ path, to: [{ instance: 0, port: 80, weight: 1 }] }));
}
